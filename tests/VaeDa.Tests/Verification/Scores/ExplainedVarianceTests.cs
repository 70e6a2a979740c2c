using VaeDa.Assimilation;
using VaeDa.Observations.Networks;
using VaeDa.Tests.Assimilation;
using VaeDa.Verification;
using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

/// <summary>Two variables of one Gaussian world, of which only the second is observed.</summary>
public sealed class ExplainedVarianceTests : IDisposable
{
    private readonly LinearWorld _world = new(variables: 2);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void A_variable_that_is_not_observed_is_recovered_from_the_other_and_its_ensemble_is_calibrated()
    {
        var random = new Random(3);
        var network = new Network([.. Enumerable.Range(0, 40).Select(_ => new NetworkPlace(random.NextDouble() * 160 - 80, random.NextDouble() * 359))]);
        var validation = new AssimilationValidation([("exact", _world.Model)], new AssimilationOptions { Members = 10 }, adamDates: 0);
        validation.Run(SyntheticFields.Make(30, variables: 2, seed: 11), [("net", network)], new Dictionary<string, double> { ["x1"] = 0.3 * SyntheticFields.Sizes(2)[1] });
        var explained = ExplainedVariance.Of(validation.Scores, 1).Rows.ToDictionary(row => ((string)row["variable"], (string)row["method"]));
        Assert.Equal(4, explained.Count);
        var scores = validation.Scores.Where(s => s.Variable == "x0").ToLookup(s => s.Method, s => s.Score.Rmse * s.Score.Rmse);
        Assert.Equal(1 - scores["exact"].Sum() / scores["climatology"].Sum(), (double)explained[("x0", "exact")]["explained_variance"], 1e-12);
        Assert.All(explained.Values, row => Assert.InRange((double)row["explained_variance"], (double)row["low"], (double)row["high"]));
        Assert.True((double)explained[("x0", "exact")]["low"] > 0.8);
        // The nearest observation is of the other variable.
        Assert.Equal(0, (double)explained[("x0", "nearest")]["explained_variance"], 1e-12);
        var spreadSkill = ScoreSummary.Of(validation.Scores, validation.Calibrations).Rows.Single(row => (string)row["variable"] == "x0" && (string)row["method"] == "exact")["spread_skill"];
        Assert.Equal(1, (double)spreadSkill, 0.15);
    }
}
