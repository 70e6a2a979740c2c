using Microsoft.Data.Analysis;
using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

public class DesroziersRatiosTests
{
    private const int Count = 40000;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 4, 1)] // an optimal gain with σ_obs = 2, but 1 is said
    public void The_variances_that_the_analysis_really_has_are_found(double sigma, double ofObservation, double ofAnalysis)
    {
        // First-guess errors of variance 4 at one place, observed with σ.
        var random = new Random(6);
        var gain = 4 / (4 + sigma * sigma);
        var rows = Enumerable.Range(0, Count).Select(_ =>
        {
            var innovation = sigma * SyntheticFields.Normal(random) - 2 * SyntheticFields.Normal(random);
            return (Innovation: innovation, Analysis: 10 + gain * innovation, Departure: (1 - gain) * innovation);
        }).ToList();
        double?[] Column(Func<(double Innovation, double Analysis, double Departure), double> of) => [.. rows.Select(r => (double?)of(r)), null, 1000];
        var frame = new DataFrame(
            new StringDataFrameColumn("variable", [.. Enumerable.Repeat("t", Count + 1), "other"]),
            new DoubleDataFrameColumn("error", Column(_ => 1)),
            new DoubleDataFrameColumn("first_guess", Column(_ => 10)),
            new DoubleDataFrameColumn("analysis", Column(r => r.Analysis)),
            new DoubleDataFrameColumn("innovation", Column(r => r.Innovation)),
            new DoubleDataFrameColumn("departure", Column(r => r.Departure)),
            new DoubleDataFrameColumn("spread", Column(_ => Math.Sqrt(gain) * sigma)));
        var ratios = DesroziersRatios.Of(frame, "t");
        Assert.Equal(ofObservation, ratios.Observation, 0.03 * ofObservation);
        Assert.Equal(ofAnalysis, ratios.Analysis, 0.03);
    }
}
