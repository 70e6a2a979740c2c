using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

public class RankFlatnessTests
{
    private const int Members = 9;
    private const int Points = 60;

    [Theory]
    [InlineData(5.991464547, 0.05)] // two degrees of freedom: p = exp(−χ² / 2)
    [InlineData(13.81551056, 0.001)]
    public void P_is_the_upper_tail_of_chi_square(double chiSquare, double p)
    {
        // Counts e + d, e, e − d: χ² = 2 d² / e.
        const double Expected = 1000;
        var d = Math.Sqrt(chiSquare * Expected / 2);
        var flatness = new RankFlatness(2);
        var date = new RankHistogram(2);
        date.Add([0, 1], -1, Expected + d);
        date.Add([0, 1], 0.5, Expected);
        date.Add([0, 1], 2, Expected - d);
        flatness.Add(date);
        Assert.Equal(chiSquare, flatness.ChiSquare, 1e-9);
        Assert.Equal(p, flatness.P, 1e-6);
        Assert.True(double.IsNaN(flatness.DesignEffect) && double.IsNaN(flatness.CorrectedP));
    }

    [Fact]
    public void The_design_effect_is_the_variance_between_dates_over_that_of_independent_truths()
    {
        // Two gaps, two dates: 3 and 1, then 1 and 3. Each count departs by 1 from half of its date: 4 · 2 / (2 − 1), over 8 · ½.
        var flatness = new RankFlatness(1);
        foreach (var (below, above) in new[] { (3, 1), (1, 3) })
        {
            var date = new RankHistogram(1);
            date.Add([0], -1, below);
            date.Add([0], 1, above);
            flatness.Add(date);
        }

        Assert.Equal(2, flatness.DesignEffect, 1e-12);
    }

    [Theory]
    [InlineData(0.8)]
    [InlineData(1.25)]
    public void A_spread_that_is_wrong_is_not_flat(double spread)
    {
        var flatness = Of(new Random(1), dates: 100, spread, copies: 1);
        Assert.True(flatness.P < 1e-6 && flatness.CorrectedP < 1e-6, $"{flatness.P}, {flatness.CorrectedP}");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Calibrated_ensembles_are_refused_as_often_as_the_level_says_even_if_truths_of_a_date_depend_on_each_other(int copies)
    {
        var random = new Random(copies);
        var trials = Enumerable.Range(0, 200).Select(_ => Of(random, dates: 60, spread: 1, copies)).ToList();
        Assert.Equal(copies, trials.Average(t => t.DesignEffect), 0.1);
        Assert.InRange(trials.Count(t => t.CorrectedP < 0.05), 2, 22); // 10 ± 4σ
        var uncorrected = trials.Count(t => t.P < 0.05);
        Assert.True(copies == 1 ? uncorrected is >= 2 and <= 22 : uncorrected > 100, $"{uncorrected}");
    }

    private static RankFlatness Of(Random random, int dates, double spread, int copies)
    {
        var flatness = new RankFlatness(Members);
        for (var date = 0; date < dates; date++)
        {
            flatness.Add(RankHistogram.Of(SyntheticEnsemble.Draw(random, Points, Members, _ => spread, copies: copies), SyntheticEnsemble.Ones(Points)));
        }

        return flatness;
    }
}
