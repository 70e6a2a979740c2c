using FsCheck.Xunit;
using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

public class PairedBootstrapTests
{
    [Property(MaxTest = 20)]
    public void Identical_methods_differ_by_nothing_and_a_constant_factor_by_itself(int seed)
    {
        var random = new Random(seed);
        var rival = Enumerable.Range(0, 30).Select(_ => 1 + random.NextDouble()).ToList();
        Assert.Equal(new PairedBootstrap.Interval(1, 1, 1), PairedBootstrap.Ratio(rival, rival, seed));
        var better = PairedBootstrap.Ratio(rival.ConvertAll(r => 0.9 * r), rival, seed);
        Assert.All([better.Ratio, better.Low, better.High], ratio => Assert.Equal(0.9, ratio, 1e-12));
    }

    [Fact]
    public void The_interval_is_as_wide_as_the_mean_is_uncertain_and_pairing_takes_out_what_both_share()
    {
        var random = new Random(4);
        var weather = Enumerable.Range(0, 120).Select(_ => 4 + 2 * random.NextDouble()).ToList();
        var difference = Enumerable.Range(0, 120).Select(_ => 0.1 * SyntheticFields.Normal(random)).ToList();
        var interval = PairedBootstrap.Ratio([.. weather.Zip(difference, (w, d) => w + d)], weather, 1);
        var mean = difference.Average();
        var deviation = Math.Sqrt(difference.Sum(d => (d - mean) * (d - mean)) / 120 / 120);
        Assert.Equal(2 * 1.96 * deviation / weather.Average(), interval.High - interval.Low, 0.1 * (interval.High - interval.Low));
        // Each end, and not both together alone.
        Assert.Equal(1.96 * deviation / weather.Average(), interval.Ratio - interval.Low, 0.1 * (interval.Ratio - interval.Low));
        Assert.Equal(1.96 * deviation / weather.Average(), interval.High - interval.Ratio, 0.1 * (interval.High - interval.Ratio));
        Assert.Equal(1 + mean / weather.Average(), interval.Ratio, 1e-12);
    }

    [Fact]
    public void Where_errors_last_the_interval_is_over_blocks()
    {
        // What a block's 20 dates have in common, some of the difference, is not averaged away by them.
        var random = new Random(6);
        var common = Enumerable.Range(0, 24).Select(_ => 0.1 * SyntheticFields.Normal(random)).ToList();
        var (ours, rival) = (common.SelectMany(c => Enumerable.Range(0, 20).Select(_ => 1 + c)).ToList(), Enumerable.Repeat(1.0, 24 * 20).ToList());
        string[] blocks = [.. Enumerable.Range(0, 24 * 20).Select(i => $"{i / 20}")];
        var (overDates, overBlocks) = (PairedBootstrap.Ratio(ours, rival, 1), PairedBootstrap.Ratio(ours, rival, blocks, 1));
        var mean = common.Average();
        var deviation = Math.Sqrt(common.Sum(c => (c - mean) * (c - mean)) / 24 / 24);
        Assert.Equal(2 * 1.96 * deviation, overBlocks.High - overBlocks.Low, 0.1 * (overBlocks.High - overBlocks.Low));
        Assert.InRange(overDates.High - overDates.Low, 0, 0.3 * (overBlocks.High - overBlocks.Low));
        Assert.Equal(overDates.Ratio, overBlocks.Ratio, 1e-12);
    }

    [Fact]
    public void From_a_few_blocks_nothing_is_said()
    {
        List<double> sums = [1, 2, 3, 4, 5, 6];
        Assert.Equal(new PairedBootstrap.Interval(1, double.NaN, double.NaN), PairedBootstrap.Ratio(sums, sums, ["a", "b", "c", "d", "e", "e"], 1));
        Assert.Equal(new PairedBootstrap.Interval(1, 1, 1), PairedBootstrap.Ratio(sums, sums, ["a", "b", "c", "d", "e", "f"], 1));
    }

    [Fact]
    public void Equal_methods_are_called_different_as_often_as_the_level_says()
    {
        var random = new Random(5);
        var outside = 0;
        for (var trial = 0; trial < 100; trial++)
        {
            double Score() => Math.Exp(0.3 * SyntheticFields.Normal(random));
            var interval = PairedBootstrap.Ratio([.. Enumerable.Range(0, 60).Select(_ => Score())], [.. Enumerable.Range(0, 60).Select(_ => Score())], trial);
            outside += interval.Low > 1 || interval.High < 1 ? 1 : 0;
        }

        Assert.InRange(outside, 0, 14); // 5 + 4σ
    }
}
