using VaeDa.Assimilation;
using VaeDa.Observations;

namespace VaeDa.Tests.Assimilation.Control;

public sealed class ErrorEstimateTests
{
    [Theory]
    [InlineData(3, 0)]
    [InlineData(1, 0)]
    [InlineData(1 / 3.0, 0)]
    [InlineData(3, 0.05)]
    [InlineData(1 / 3.0, 0.05)]
    public void Errors_stated_wrong_by_a_factor_are_recovered_whatever_gross_errors_there_are(double factor, double gross)
    {
        using var world = new LinearWorld();
        var random = new Random(11);
        var table = new ObservationTable(world.Observe(800, 0.8, seed: 12).Observations.Select(o => o with
        {
            Error = 0.8 * factor,
            Anomaly = o.Anomaly + (random.NextDouble() < gross ? random.Next(2) * 20 - 10 : 0),
        }));
        var analysis = world.Assimilate(table, new AssimilationOptions { Members = 0, EstimateError = true });
        var found = Assert.Single(analysis.Diagnostics.ErrorFactors!);
        Assert.Equal("x0", found.Variable);
        Assert.InRange(found.Factor * factor, 0.9, 1.1);
        Assert.InRange(found.StandardError * factor, 0.01, 0.05);
        Assert.Equal(0.8 * factor * found.Factor, (double)analysis.Observations["error"][0], 1e-9);
        Assert.InRange(analysis.Diagnostics.ChiSquare, 0.85, 1.15);
    }

    [Fact]
    public void Each_variable_has_its_own_factor()
    {
        using var world = new LinearWorld(variables: 2);
        var table = new ObservationTable(world.Observe(1200, 0.8, seed: 13).Observations.Select(o => o with { Error = o.Error * (o.Variable == "x0" ? 3 : 0.5) }));
        var factors = world.Assimilate(table, new AssimilationOptions { Members = 0, EstimateError = true }).Diagnostics.ErrorFactors!;
        Assert.Equal(["x0", "x1"], factors.Select(f => f.Variable));
        Assert.InRange(factors[0].Factor, 0.9 / 3, 1.1 / 3);
        Assert.InRange(factors[1].Factor, 0.9 * 2, 1.1 * 2);
    }

    [Fact]
    public void The_standard_error_is_the_scatter_of_the_estimates()
    {
        using var world = new LinearWorld();
        var found = Enumerable.Range(0, 20).Select(i => world.Assimilate(world.Observe(200, 0.8, seed: 20 + i), new AssimilationOptions { Members = 0, EstimateError = true }).Diagnostics.ErrorFactors![0]).ToList();
        var scaled = found.Select(f => (f.Factor - 1) / f.StandardError).ToList();
        Assert.InRange(Math.Sqrt(scaled.Average(t => t * t)), 0.6, 1.5);
    }

    [Fact]
    public void A_factor_beyond_its_bound_is_no_estimate()
    {
        using var world = new LinearWorld(variables: 2);
        var table = new ObservationTable(world.Observe(400, 0.8, seed: 15).Observations.Select(o => o with { Error = o.Variable == "x0" ? 1e-4 : o.Error }));
        var factors = world.Assimilate(table, new AssimilationOptions { Members = 0, EstimateError = true, RejectBeyond = double.PositiveInfinity }).Diagnostics.ErrorFactors!;
        Assert.False(factors[0].IsEstimated);
        Assert.True(double.IsNaN(factors[0].StandardError));
        Assert.True(factors[1].IsEstimated);
        Assert.InRange(factors[1].Factor, 0.85, 1.15);
    }

    [Fact]
    public void Errors_are_taken_as_stated_unless_asked()
    {
        using var world = new LinearWorld();
        var analysis = world.Assimilate(world.Observe(50, 0.8, seed: 14));
        Assert.Null(analysis.Diagnostics.ErrorFactors);
        Assert.Equal(0.8, analysis.Observations["error"][0]);
    }
}
