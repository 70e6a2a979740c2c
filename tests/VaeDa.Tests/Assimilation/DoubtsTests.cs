using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

public sealed class DoubtsTests : IDisposable
{
    private readonly LinearWorld _world = new(variables: 2);

    public void Dispose() => _world.Dispose();

    [Fact]
    public void Observations_of_the_models_own_truths_raise_none()
    {
        foreach (var seed in Enumerable.Range(1, 10))
        {
            var diagnostics = _world.Assimilate(_world.Observe(60, 0.5, seed)).Diagnostics;
            Assert.Empty(diagnostics.Doubts);
            Assert.Null(diagnostics.Warning);
        }
    }

    // In the units of each variable, of which the second's are another's.
    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(1, -100)]
    public void Values_that_are_all_off_alike_are_refused_whether_or_not_quality_control_lets_them_pass(int variable, double offset)
    {
        var size = SyntheticFields.Sizes(2).ElementAt(variable);
        var table = new ObservationTable(_world.Observe(60, 0.5, seed: 3).Observations.Select(o => o.Variable == $"x{variable}" ? o with { Anomaly = o.Anomaly + offset * size } : o)) { Source = "obs.csv" };
        var refusal = Assert.Throws<InvalidInputException>(() => _world.Assimilate(table, new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity }));
        Assert.Matches($@"^obs\.csv: the observations of x{variable} (have a mean of|are all about) [^:]*: are they absolute values, or in other units\?", refusal.Message);
        Assert.Equal("Absolute", refusal.Setting);
    }

    [Fact]
    public void The_mean_of_innovations_is_held_against_its_own_variance()
    {
        using var scope = NewDisposeScope();
        // 1ᵀd = 6; 1ᵀK1 = 4 · 1 + 12 · ½ = 10.
        var k = 0.5 * eye(4, dtype: float64) + full([4, 4], 0.5, float64);
        var innovation = MeanInnovation.Of(tensor([1.0, 2, 3, 0]), k);
        Assert.Equal(6 / Math.Sqrt(10), innovation.Deviations, 12);
        Assert.Equal((1.5, Math.Sqrt(1.25), Math.Sqrt(1 - 10 / 16.0)), (innovation.Mean, innovation.Spread, innovation.ExpectedSpread));
        Assert.Null(innovation.Fault("K"));
    }

    // 12 values of an expected contrast of 1 and a mean of variance 1: its 8 standard deviations, and what is alike at all places.
    [Theory]
    [InlineData(7.9, 1.0, null)]
    [InlineData(-8.1, 1.0, "have a mean of -8.1 Pa, 8 standard deviations from what the model expects of it")]
    [InlineData(2, 0.1, "are all about 2 Pa, within 0.1 where the model expects them to differ by 1")]
    [InlineData(2, 0.25, null)]
    [InlineData(0.6, 0.05, null)]
    [InlineData(2, 0.16, null)]
    public void What_observations_have_in_common_cannot_be_more_than_the_model_lets_it_be(double mean, double spread, string? fault)
    {
        Assert.Equal(fault, MeanInnovation.Of([.. Enumerable.Range(0, 12).Select(i => mean + (i % 2 == 0 ? spread : -spread))], sum: 144, trace: 24).Fault("Pa"));
        Assert.Null(MeanInnovation.Of([.. Enumerable.Range(0, 4).Select(i => mean + (i % 2 == 0 ? spread : -spread))], sum: 16, trace: 8).Fault("Pa"));
    }

    [Theory]
    [InlineData(100, 0, 0, 1.0, null)]
    [InlineData(50, 50, 0, 1.0, null)]
    [InlineData(49, 51, 0, 1.0, "51 of 100 observations are left out as outliers")]
    [InlineData(60, 40, 100, 1.0, null)]
    [InlineData(60, 40, 101, 1.0, "101 of 201 observations cannot be used, the first because it is outside")]
    [InlineData(70, 30, 0, 2.9, null)]
    [InlineData(70, 30, 0, 3.1, "30 of 100 observations are left out as outliers, and the others fit badly (chi-square per observation 3.1 in place of 1)")]
    [InlineData(80, 20, 0, 9.0, null)]
    [InlineData(100, 0, 0, 10.1, "chi-square per observation is 10.1 in place of 1")]
    [InlineData(9, 0, 0, 15.0, null)]
    [InlineData(20, 0, 0, 0.0021, null)]
    [InlineData(20, 0, 0, 0.0019, "chi-square per observation is 0.0019 in place of 1: the anomalies are far smaller")]
    [InlineData(19, 0, 0, 0.0019, null)]
    public void Shares_and_misfits_that_cannot_be_right_are_said(int used, int flagged, int rejected, double chiSquare, string? said)
    {
        var doubts = Doubts.Of(used, flagged, rejected, "it is outside", chiSquare, used);
        Assert.Equal(said is null ? 0 : 1, doubts.Count);
        Assert.StartsWith(said ?? "", doubts.FirstOrDefault(""));
    }

    [Theory]
    [InlineData(0.09, 20, true)]
    [InlineData(0.11, 20, false)]
    [InlineData(0.01, 19, false)]
    public void Anomalies_far_too_small_are_a_warning(double chiSquare, int count, bool said) => Assert.Equal(said, Doubts.Warning(chiSquare, count) is not null);
}
