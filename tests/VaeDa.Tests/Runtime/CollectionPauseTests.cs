using System.Collections.Concurrent;
using VaeDa.Runtime;

namespace VaeDa.Tests.Runtime;

public sealed class CollectionPauseTests
{
    private const int Threads = 4;

    [Theory]
    [InlineData(100, 0)]
    [InlineData(10, 20)] // 160 MB each: more than a pause has room for
    public void Threads_that_pause_and_renew_at_the_same_time_do_not_stumble_over_each_other(int rounds, int blocks)
    {
        using var together = new Barrier(Threads);
        var faults = new ConcurrentQueue<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(Pause))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Empty(faults);

        void Pause()
        {
            for (var round = 0; round < rounds; round++)
            {
                together.SignalAndWait();
                try
                {
                    using var pause = new CollectionPause();
                    for (var block = 0; block < blocks; block++)
                    {
                        GC.KeepAlive(new byte[8 << 20]);
                    }

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
