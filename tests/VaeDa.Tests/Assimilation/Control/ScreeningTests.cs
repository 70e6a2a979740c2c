using VaeDa.Assimilation;
using VaeDa.Observations;

namespace VaeDa.Tests.Assimilation.Control;

public sealed class ScreeningTests
{
    [Fact]
    public void Gross_errors_are_found_before_they_are_averaged_and_little_else()
    {
        using var world = new LinearWorld();
        var table = new ObservationTable(world.Observe(1500, 0.8, seed: 5).Observations.Select((o, i) => i % 50 == 7 ? o with { Anomaly = o.Anomaly + 12 } : o));
        var analysis = world.Assimilate(table, new AssimilationOptions { Members = 0, AverageBeyond = 300 });
        var flags = analysis.Observations["flag"];
        var outliers = Enumerable.Range(0, 1500).Where(i => (string)flags[i] == ObservationResults.Outlier).ToArray();
        Assert.Equal(30, outliers.Count(i => i % 50 == 7));
        Assert.InRange(outliers.Length, 30, 32);
        Assert.Equal((outliers.Length, 1500 - outliers.Length), (analysis.Diagnostics.Flagged, analysis.Diagnostics.Observations));
        Assert.All(outliers, i => Assert.Null(analysis.Observations["average"][i]));
        // What is said of an outlier is how far it is from the others.
        Assert.All(outliers.Where(i => i % 50 == 7), i => Assert.InRange((double)analysis.Observations["check_departure"][i], 7, 17));
    }

    [Fact]
    public void What_departs_by_more_than_the_threshold_is_rejected_and_nothing_else()
    {
        using var world = new LinearWorld();
        var observations = world.Observe(400, 0.8, seed: 5);
        foreach (var beyond in new[] { 2.5, 3.5 })
        {
            var analysis = world.Assimilate(observations, new AssimilationOptions { Members = 0, AverageBeyond = 300, RejectBeyond = beyond });
            var tests = Enumerable.Range(0, 400).Select(i => (
                Rejected: (string)analysis.Observations["flag"][i] == ObservationResults.Outlier,
                Departure: Math.Abs((double)analysis.Observations["check_departure"][i] / (double)analysis.Observations["check_spread"][i]))).ToArray();
            Assert.All(tests.Where(t => !t.Rejected), t => Assert.InRange(t.Departure, 0, beyond));
            // Seven in a thousand of a normal distribution are beyond 2.7.
            Assert.Equal(beyond < 3, tests.Any(t => t.Rejected));
        }
    }

    [Fact]
    public void Good_observations_depart_by_their_spread()
    {
        using var world = new LinearWorld();
        var analysis = world.Assimilate(world.Observe(3000, 0.8, seed: 6), new AssimilationOptions { Members = 0, AverageBeyond = 300 });
        var tests = Enumerable.Range(0, 3000).Select(i => (double)analysis.Observations["check_departure"][i] / (double)analysis.Observations["check_spread"][i]);
        Assert.InRange(tests.Average(t => t * t), 0.9, 1.1);
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void Errors_stated_wrong_are_corrected_before_averaging()
    {
        using var world = new LinearWorld();
        var table = new ObservationTable(world.Observe(4000, 0.8, seed: 7).Observations.Select(o => o with { Error = 0.4 }));
        var analysis = world.Assimilate(table, new AssimilationOptions { Members = 0, AverageBeyond = 300, EstimateError = true });
        var factor = Assert.Single(analysis.Diagnostics.ErrorFactors!);
        Assert.InRange((factor.Factor - 2) / factor.StandardError, -4, 4);
        Assert.InRange(factor.StandardError, 0.01, 0.1);
        Assert.Equal(0.4 * factor.Factor, (double)analysis.Observations["error"][0], 1e-9);
    }

    [Fact]
    public void When_nothing_is_left_to_average_it_says_so()
    {
        using var world = new LinearWorld();
        var random = new Random(8);
        var table = new ObservationTable(world.Observe(200, 0.8, seed: 8).Observations.Select(o => o with { Anomaly = 1e4 * (random.NextDouble() - 0.5), Error = 0.1 }));
        var error = Assert.Throws<InvalidInputException>(() => world.Assimilate(table, new AssimilationOptions { Members = 0, AverageBeyond = 100, RejectBeyond = 1e-9 }));
        Assert.Contains("all 200 observations depart by more than", error.Message);
    }
}
