using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

public class RankHistogramTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(10)]
    [InlineData(20)]
    [InlineData(51)]
    public void A_calibrated_ensemble_covers_the_nominal_fraction_whatever_its_size_and_distribution(int members)
    {
        var random = new Random(members);
        foreach (var draw in new Func<double>[] { () => SyntheticFields.Normal(random), () => -Math.Log(1 - random.NextDouble()), () => Math.Tan(Math.PI * (random.NextDouble() - 0.5)) })
        {
            const int Truths = 15000;
            var histogram = new RankHistogram(members);
            for (var i = 0; i < Truths; i++)
            {
                histogram.Add([.. Enumerable.Range(0, members).Select(_ => draw()).Order()], draw());
            }

            foreach (var nominal in new[] { 0.1, 0.5, 0.9 })
            {
                Assert.Equal(nominal, histogram.Coverage(nominal), 4 * Math.Sqrt(nominal * (1 - nominal) / Truths));
            }
        }
    }

    [Theory]
    [InlineData(0.7, 0.363, 0.750)]
    [InlineData(1.4, 0.655, 0.979)]
    public void A_spread_that_is_wrong_shows_in_the_coverage(double spread, double of50, double of90)
    {
        // With many members: 2 Φ(0.674 σ) − 1 and 2 Φ(1.645 σ) − 1.
        var ensemble = SyntheticEnsemble.Draw(new Random(1), 4000, 199, _ => spread);
        var histogram = RankHistogram.Of(ensemble, SyntheticEnsemble.Ones(4000));
        Assert.Equal(of50, histogram.Coverage(0.5), 0.03);
        Assert.Equal(of90, histogram.Coverage(0.9), 0.03);
    }

    [Fact]
    public void A_gap_that_the_interval_cuts_counts_in_part()
    {
        var histogram = new RankHistogram(4);
        histogram.Add([1, 2, 3, 4], 1.5); // gap 1: probabilities 0.2…0.4
        Assert.Equal(0.75, histogram.Coverage(0.5), 1e-12); // 0.25…0.75 holds three quarters of it
        histogram.Add([1, 2, 3, 4], 9, weight: 3);
        Assert.Equal([0, 1, 0, 0, 3], histogram.Counts);
        Assert.Equal(0.25 * 0.75, histogram.Coverage(0.5), 1e-12);
        Assert.Equal(0.25 + 0.75 * 0.75, histogram.Coverage(0.9), 1e-12); // 0.05…0.95
    }

    [Fact]
    public void A_truth_that_equals_members_is_shared_by_the_gaps_about_them()
    {
        var histogram = new RankHistogram(4);
        histogram.Add([0, 0, 0, 1], 0);
        Assert.Equal([0.25, 0.25, 0.25, 0.25, 0], histogram.Counts);
    }
}
