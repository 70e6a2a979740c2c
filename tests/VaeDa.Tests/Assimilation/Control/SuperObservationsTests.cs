using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Control;

public sealed class SuperObservationsTests : IDisposable
{
    private readonly LinearWorld _world = new();
    private readonly CollectionPause _pause = new();

    public void Dispose()
    {
        _pause.Dispose();
        _world.Dispose();
    }

    [Theory]
    [InlineData(100)]
    [InlineData(333)]
    public void Each_accepted_observation_is_in_one_average_and_they_are_no_more_than_asked(int most)
    {
        var (set, residual) = Set(_world.Observe(700, 0.8, seed: 1));
        using (residual)
        {
            var accepted = Enumerable.Range(0, 700).Select(i => i % 10 != 3).ToArray();
            var averages = SuperObservations.Of(set, accepted, residual.PlaceSigma.data<double>().ToArray(), residual.Correlation, most, _pause);
            Assert.InRange(averages.Set.Places.Length, most / 2, most);
            Assert.Equal(averages.Set.Places.Length, averages.Set.H.Count);
            Assert.Equal(accepted, averages.Average.Select(a => a >= 0));
            Assert.Equal(Enumerable.Range(0, averages.Set.Places.Length), averages.Average.Where(a => a >= 0).Distinct().Order());
            Assert.All(averages.Average.Select((a, i) => (a, i)).Where(p => p.a >= 0), p =>
                Assert.InRange(set.Places[p.i].Point.Chord(averages.Set.Places[p.a].Point), 0, 1.6 * averages.BoxKilometres));
        }
    }

    [Fact]
    public void Variables_are_not_averaged_with_each_other()
    {
        using var world = new LinearWorld(variables: 2);
        var analysis = world.Assimilate(world.Observe(600, 0.8, seed: 9), new AssimilationOptions { Members = 0, AverageBeyond = 150 });
        var of = Enumerable.Range(0, 600).Where(i => analysis.Observations["average"][i] is not null)
            .GroupBy(i => (int)analysis.Observations["average"][i], i => (string)analysis.Observations["variable"][i]).ToList();
        Assert.Equal(analysis.Diagnostics.Averaged!.Count, of.Count);
        Assert.All(of, variables => Assert.Single(variables.Distinct()));
        Assert.Contains(of, variables => variables.Count() > 1);
        Assert.InRange(analysis.Diagnostics.ChiSquare, 0.7, 1.3);
    }

    [Fact]
    public void What_is_alone_in_its_box_stays_as_it_is()
    {
        var (set, residual) = Set(_world.Observe(100, 0.8, seed: 2));
        using (residual)
        {
            var averages = SuperObservations.Of(set, Enumerable.Repeat(true, 100).ToArray(), residual.PlaceSigma.data<double>().ToArray(), residual.Correlation, 100, _pause);
            Assert.Equal(100, averages.Set.Places.Length);
            for (var i = 0; i < 100; i++)
            {
                var a = averages.Average[i];
                Assert.Equal(set.Anomaly[i], averages.Set.Anomaly[a], 1e-12);
                Assert.Equal(set.Sigma[i], averages.Set.Sigma[a], 1e-12);
                Assert.Equal(0, set.Places[i].Point.Chord(averages.Set.Places[a].Point), 1e-6);
                Assert.Equal(Math.Sqrt(residual.Correlation.Nugget), averages.Set.Residual!.Value.Own[a], 1e-12);
                Assert.Equal(residual.PlaceSigma[i].item<double>(), averages.Set.Residual!.Value.Sigma[a], 1e-12);
            }
        }
    }

    [Fact]
    public void The_error_of_an_average_has_the_variance_that_the_average_of_the_errors_has()
    {
        var random = new Random(3);
        var (set, residual) = Set(new ObservationTable(_world.Observe(300, 0.8, seed: 3).Observations.Select(o => o with { Error = 0.3 + random.NextDouble() })));
        using (residual)
        {
            var averages = SuperObservations.Of(set, Enumerable.Repeat(true, 300).ToArray(), residual.PlaceSigma.data<double>().ToArray(), residual.Correlation, 60, _pause);
            using var scope = NewDisposeScope();
            var between = residual.BetweenPlaces(); // (n, n)
            using var residualOfAverages = ResidualCovariance.Of(_world.Model, averages.Set.H, averages.Set.Places, averages.Set.Residual);
            var found = residualOfAverages.BetweenPlaces().diagonal().data<double>().ToArray(); // (n')
            foreach (var group in Enumerable.Range(0, 300).GroupBy(i => averages.Average[i]))
            {
                var weights = zeros(300, float64); // (n)
                var precision = group.Sum(i => 1 / (set.Sigma[i] * set.Sigma[i]));
                foreach (var i in group)
                {
                    weights[i] = tensor(1 / (set.Sigma[i] * set.Sigma[i] * precision));
                }

                var expected = weights.dot(between.mv(weights)).item<double>();
                Assert.Equal(expected, found[group.Key], 1e-6 * expected);
                Assert.Equal(1 / Math.Sqrt(precision), averages.Set.Sigma[group.Key], 1e-12);
            }
        }
    }

    [Fact]
    public void Boxes_are_of_one_size_from_pole_to_pole()
    {
        // Points that lie evenly on the sphere, along a spiral by the golden angle.
        const int Count = 3000;
        var table = new ObservationTable(Enumerable.Range(0, Count).Select(i =>
            new Observation(Math.Asin(1 - (2 * i + 1.0) / Count) * 180 / Math.PI, (i * 137.50776405) % 360, 0) { Error = 0.8 }));
        var (set, residual) = Set(table);
        using (residual)
        {
            var averages = SuperObservations.Of(set, Enumerable.Repeat(true, Count).ToArray(), residual.PlaceSigma.data<double>().ToArray(), residual.Correlation, 200, _pause);
            var sizes = Enumerable.Range(0, Count).GroupBy(i => averages.Average[i]).Select(g => (Polar: Math.Abs(table.Latitude[g.First()]) > 60, Size: g.Count())).ToArray();
            Assert.InRange(sizes.Where(s => s.Polar).Average(s => s.Size) / sizes.Where(s => !s.Polar).Average(s => s.Size), 0.8, 1.25);
        }
    }

    [Fact]
    public void Averages_of_observations_at_one_place_say_all_that_these_do()
    {
        var places = _world.Observe(300, 0.8, seed: 3).Observations.Take(100).ToArray();
        var random = new Random(4);
        // Each place three times, with errors of its own.
        var repeated = new ObservationTable(Enumerable.Range(0, 300).Select(i => places[i % 100] with { Anomaly = places[i % 100].Anomaly + random.NextDouble(), Error = 0.5 + random.NextDouble() }));
        var all = _world.Assimilate(repeated);
        var averaged = _world.Assimilate(repeated, new AssimilationOptions { Members = 0, AverageBeyond = 100 });
        Assert.Equal((100, 300), (averaged.Diagnostics.Averaged!.Count, averaged.Diagnostics.Observations));
        Assert.Null(all.Diagnostics.Averaged);
        Assert.All(all.MostProbable.Zip(averaged.MostProbable), p => Assert.Equal(p.First, p.Second, 1e-3));
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void The_spread_of_an_analysis_of_averages_is_its_error()
    {
        double spreadOfAverages = 0, errorOfAverages = 0, spreadOfAll = 0, errorOfAll = 0, chiSquare = 0;
        const int Draws = 24;
        for (var i = 0; i < Draws; i++)
        {
            var (table, truth) = _world.ObserveTruth(1000, 0.8, seed: 30 + i);
            var averaged = _world.Assimilate(table, new AssimilationOptions { Members = 60, AverageBeyond = 150 });
            var all = _world.Assimilate(table, new AssimilationOptions { Members = 60 });
            Assert.True(averaged.Diagnostics.Averaged!.Count <= 150);
            spreadOfAverages += averaged.Spread.Sum(s => (double)s * s);
            errorOfAverages += Error(averaged);
            spreadOfAll += all.Spread.Sum(s => (double)s * s);
            errorOfAll += Error(all);
            chiSquare += averaged.Diagnostics.ChiSquare / Draws;

            double Error(Analysis analysis) => analysis.MostProbable.Zip(truth, (a, t) => (a - t) * (double)(a - t)).Sum();
        }

        // As much of the error as where nothing is averaged: the spread has the error of the few training fields' covariances in it.
        Assert.InRange(Math.Sqrt(spreadOfAverages / errorOfAverages) / Math.Sqrt(spreadOfAll / errorOfAll), 0.95, 1.05);
        Assert.InRange(chiSquare, 0.9, 1.1);
        // Less is known than of all, but not by much.
        Assert.InRange(Math.Sqrt(errorOfAverages / errorOfAll), 1, 1.3);
    }

    private (ObservationSet Set, ResidualCovariance Residual) Set(ObservationTable table)
    {
        string[] names = [.. _world.Model.Variables.Select(v => v.Name)];
        var h = new ObservationOperator(_world.Model.Grid, names, table);
        var places = ObservationPlace.Of(table, h, names);
        return (new ObservationSet(h, [.. table.Anomaly], [.. table.Error.Select(e => e!.Value)], places), ResidualCovariance.Of(_world.Model, h, places));
    }
}
