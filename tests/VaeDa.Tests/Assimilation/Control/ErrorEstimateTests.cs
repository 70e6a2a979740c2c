using MathNet.Numerics.Distributions;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Observations;
using static TorchSharp.torch;

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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Innovations_spread_as_the_normal_distribution_give_its_standard_deviation(bool robust)
    {
        // Two variables, in K and Pa, their errors stated 0.5 and 200 and in truth twice and a third of it; nothing else is uncertain.
        const int Each = 400;
        using var scope = NewDisposeScope();
        double[] stated = [0.5, 200], factor = [2, 1 / 3.0];
        var innovation = Enumerable.Range(0, 2 * Each).Select(i => factor[i % 2] * stated[i % 2] * Normal.InvCDF(0, 1, (i / 2 + 0.5) / Each)).ToArray();
        var (factors, standardErrors) = ErrorEstimate.Of(
            tensor(Enumerable.Range(0, 2 * Each).Select(i => stated[i % 2]).ToArray()), zeros([2 * Each, 2 * Each], float64), zeros([2 * Each, 1], float64), ones([1, 1], float64),
            tensor(innovation).unsqueeze(0), [.. Enumerable.Repeat(true, 2 * Each)], [.. Enumerable.Range(0, 2 * Each).Select(i => i % 2)], [1, 1], robust);
        for (var v = 0; v < 2; v++)
        {
            Assert.Equal(factor[v], factors[v], 0.01 * factor[v]);
            Assert.Equal(factor[v] / Math.Sqrt(2 * Each), standardErrors[v], 0.02 * standardErrors[v]);
        }
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
