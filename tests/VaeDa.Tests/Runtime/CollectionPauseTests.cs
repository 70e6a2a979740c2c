using VaeDa.Runtime;

namespace VaeDa.Tests.Runtime;

public sealed class CollectionPauseTests
{
    [Fact]
    public void Threads_that_pause_and_renew_at_the_same_time_do_not_stumble_over_each_other()
    {
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, _ =>
        {
            using var pause = new CollectionPause();
            pause.Renew();
        });
    }
}
