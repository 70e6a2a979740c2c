using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace VaeDa.Runtime;

/// <summary>
/// Threads that stay from one work to the next, since what MKL keeps for each is kept when it ends. Each has the same number of libtorch's threads, so that results do not
/// depend on how many there are.
/// </summary>
internal sealed class WorkerThreads : IDisposable
{
    private readonly BlockingCollection<Action> _work = [];
    private readonly List<Thread> _threads;
    private readonly int _before = get_num_threads();

    /// <param name="number">How many.</param>
    /// <param name="threadsOfEach">Of libtorch's.</param>
    public WorkerThreads(int number, int threadsOfEach)
    {
        ThreadsOfEach = threadsOfEach;
        _threads = [.. Enumerable.Range(0, number).Select(_ => new Thread(Work))];
        _threads.ForEach(thread => thread.Start());
    }

    /// <summary>How many there are.</summary>
    public int Count => _threads.Count;

    /// <summary>Of libtorch's, that each has.</summary>
    public int ThreadsOfEach { get; }

    /// <summary>Does something for each number below a count; the first fault is thrown when all have ended.</summary>
    /// <param name="count">How many.</param>
    /// <param name="action">Of several numbers at a time, in any order.</param>
    public void ForEach(int count, Action<int> action)
    {
        var faults = new ConcurrentQueue<Exception>();
        using var left = new CountdownEvent(count);
        for (var i = 0; i < count; i++)
        {
            var number = i;
            _work.Add(() =>
            {
                try
                {
                    if (faults.IsEmpty)
                    {
                        action(number);
                    }
                }
                catch (Exception e)
                {
                    faults.Enqueue(e);
                }
                finally
                {
                    left.Signal();
                }
            });
        }

        left.Wait();
        if (faults.TryPeek(out var fault))
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    /// <summary>Does something with the calling thread's share of libtorch's threads as small as a worker's.</summary>
    /// <param name="action">What to do.</param>
    public void AsOne(Action action)
    {
        var threads = get_num_threads();
        set_num_threads(ThreadsOfEach);
        try
        {
            action();
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _threads.ForEach(thread => thread.Join());
        _work.Dispose();
        set_num_threads(_before);
    }

    // libtorch's number of threads is set for each thread that calls it, and those of the pool may have another.
    private void Work()
    {
        set_num_threads(ThreadsOfEach);
        foreach (var work in _work.GetConsumingEnumerable())
        {
            work();
        }
    }
}
