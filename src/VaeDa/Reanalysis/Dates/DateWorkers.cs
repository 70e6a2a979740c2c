using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Reanalysis.Dates;

/// <summary>
/// Analyses dates, several at a time, each by one thread, so that results do not depend on how many there are. In waves: within a wave memory is not collected
/// (<see cref="CollectionPause"/>), and between two of them no thread is at work. The threads stay from wave to wave: what MKL keeps for each is kept
/// when it ends.
/// </summary>
internal sealed class DateWorkers : IDisposable
{
    private const int MostInWave = 16;

    // Of the budget of managed memory that a pause has, so that what dates allocate may differ.
    private const double Share = 0.5;

    private readonly GenerativeModel _model;
    private readonly AssimilationOptions _options;
    private readonly BlockingCollection<Action> _work = [];
    private readonly List<Thread> _threads;
    private readonly int _before = get_num_threads();
    private long _bytesOfDate = CollectionPause.Budget;

    /// <param name="model">Not disposed here.</param>
    /// <param name="options">Of each analysis.</param>
    /// <param name="workers">Threads; of a model of large fields one, which has all of libtorch's.</param>
    public DateWorkers(GenerativeModel model, AssimilationOptions options, int workers)
    {
        (_model, _options, ThreadsOfEach) = (model, options, model.HasLargeFields ? _before : 1);
        _threads = [.. Enumerable.Range(0, model.HasLargeFields ? 1 : workers).Select(_ => new Thread(Work))];
        _threads.ForEach(thread => thread.Start());
    }

    /// <summary>Of libtorch's, that each worker has.</summary>
    public int ThreadsOfEach { get; }

    /// <summary>Does something for each number below a count.</summary>
    /// <param name="count">How many.</param>
    /// <param name="action">Of several numbers at a time, in any order.</param>
    public void ForEach(int count, Action<int> action) => Analyse(0, count, action, CancellationToken.None);

    public void Dispose()
    {
        _work.CompleteAdding();
        _threads.ForEach(thread => thread.Join());
        _work.Dispose();
        set_num_threads(_before);
    }

    /// <param name="tables">Of each date.</param>
    /// <param name="times">Of each analysis.</param>
    /// <param name="take">What becomes of a date, by its number from 0; of several dates at a time, in any order.</param>
    /// <param name="cancellation">Checked on the way.</param>
    public void Run(IReadOnlyList<ObservationTable> tables, IReadOnlyList<DateTime> times, Action<int, DateOutcome> take, CancellationToken cancellation)
    {
        for (var first = 0; first < tables.Count;)
        {
            var count = (int)Math.Clamp(Share * CollectionPause.Budget / _bytesOfDate, _threads.Count, MostInWave);
            count = Math.Min(count, tables.Count - first);
            var before = GC.GetTotalAllocatedBytes();
            using (new CollectionPause())
            {
                Analyse(first, first + count, i => take(i, Of(tables[i], times[i], cancellation)), cancellation);
            }

            _bytesOfDate = Math.Max(1, (GC.GetTotalAllocatedBytes() - before) / count);
            first += count;
        }
    }

    private void Analyse(int first, int end, Action<int> date, CancellationToken cancellation)
    {
        var faults = new ConcurrentQueue<Exception>();
        using var left = new CountdownEvent(end - first);
        for (var i = first; i < end; i++)
        {
            var number = i;
            _work.Add(
                () =>
                {
                    try
                    {
                        if (faults.IsEmpty)
                        {
                            cancellation.ThrowIfCancellationRequested();
                            date(number);
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
                },
                CancellationToken.None);
        }

        left.Wait(CancellationToken.None);
        if (faults.TryPeek(out var fault))
        {
            ExceptionDispatchInfo.Throw(fault);
        }
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

    private DateOutcome Of(ObservationTable table, DateTime time, CancellationToken cancellation)
    {
        try
        {
            var analysis = new Assimilator(_model, _options).Run(table, new MembersInMemory(_options.Members, _model.FieldLength), cancellation);
            return new DateOutcome(time, analysis, FailureOf(analysis.Diagnostics));
        }
        catch (InvalidInputException e)
        {
            return new DateOutcome(time, null, e.Message);
        }
    }

    /// <summary>Why an analysis is none that counts; null where it is one.</summary>
    public static string? FailureOf(AnalysisDiagnostics diagnostics) =>
        !diagnostics.Converged ? "not converged"
        : diagnostics.Doubts.FirstOrDefault() ?? diagnostics.ErrorFactors?.Select(f => f.Fault).OfType<string>().FirstOrDefault();
}
