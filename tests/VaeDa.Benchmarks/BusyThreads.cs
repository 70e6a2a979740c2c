namespace VaeDa.Benchmarks;

/// <summary>Threads that compute as long as this lives.</summary>
internal sealed class BusyThreads : IDisposable
{
    private readonly Thread[] _threads;
    private volatile bool _isOver;

    public BusyThreads(int count)
    {
        _threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(Compute))];
        foreach (var thread in _threads)
        {
            thread.Start();
        }
    }

    public void Dispose()
    {
        _isOver = true;
        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void Compute()
    {
        while (!_isOver)
        {
            Thread.SpinWait(1000);
        }
    }
}
