using System.Collections.Concurrent;
using VaeDa.Runtime;

namespace VaeDa.Tests.Runtime;

public sealed class CollectionPauseTests
{
    private const int Threads = 4;

    [Fact]
    public void Threads_that_pause_and_renew_at_the_same_time_do_not_stumble_over_each_other()
    {
        using var together = new Barrier(Threads);
        var faults = new ConcurrentQueue<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(Pause))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(faults);

        void Pause()
        {
            for (var round = 0; round < 100; round++)
            {
                together.SignalAndWait();
                try
                {
                    using var pause = new CollectionPause();
                    pause.Renew();
                }
                catch (InvalidOperationException e)
                {
                    faults.Enqueue(e);
                }
            }
        }
    }
}
