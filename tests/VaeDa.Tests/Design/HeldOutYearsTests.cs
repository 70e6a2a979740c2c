using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Design;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations.Networks;

namespace VaeDa.Tests.Design;

/// <summary>
/// What is expected of designs with the bundled model, held against the errors of analyses in the two years of the bundled sample, which the model does not
/// know: docs/next-station.md.
/// </summary>
public sealed class HeldOutYearsTests : IDisposable
{
    private const double Error = 0.5;
    private static readonly Dictionary<string, double> Errors = new() { ["ta"] = Error };
    private readonly GenerativeModel _model = ModelFile.LoadGenerator(Path.Combine(SharedData.RepositoryRoot, "models/speedy-ta.safetensors"));
    private readonly AnomalyArchive _archive = AnomalyArchive.Open(Path.Combine(SharedData.RepositoryRoot, "data/sample"));
    private readonly Network _sparse = Network.Read(Path.Combine(SharedData.RepositoryRoot, "data/networks/sparse.csv"));

    public void Dispose()
    {
        _model.Dispose();
        _archive.Dispose();
    }

    [Theory(Explicit = true), InlineData(60)]
    public void Stations_that_are_added_lower_the_error_as_expected_and_more_than_others_would(int dates)
    {
        var candidates = CandidatePlaces.Of(_model.Grid);
        var networks = new List<(string Name, Network Network, double Expected)> { ("sparse", _sparse, Expected(_sparse)) };
        foreach (var count in (int[])[10, 20])
        {
            foreach (var (name, network) in new[]
            {
                ("design", Design(count, DesignCriterion.Variance, false)), ("exchanged", Design(count, DesignCriterion.Variance, true)), ("largest spread", Design(count, DesignCriterion.Entropy, false)),
                ("farthest", Farthest(candidates, count)), ("random", Random(candidates, count)),
            })
            {
                networks.Add(($"{name} {count}", network, Expected(network)));
            }
        }

        var errors = Score(networks.ConvertAll(n => n.Network), dates);
        Report(networks, errors);
        var reduction = networks.Zip(errors).ToDictionary(n => n.First.Name, n => 1 - n.Second.Average() / errors[0].Average());
        Assert.True(reduction["design 10"] >= 0.115 && reduction["design 20"] >= 0.19);
        Assert.All((string[])["largest spread", "farthest", "random"], rival => Assert.True(reduction["design 10"] > reduction[$"{rival} 10"] && reduction["design 20"] > reduction[$"{rival} 20"]));
        Assert.All(networks.Zip(errors).Where(n => n.First.Name.StartsWith("design", StringComparison.Ordinal)), n => Assert.InRange(RootMeanSquare(n.Second) / n.First.Expected, 0.98, 1.04));
    }

    [Theory(Explicit = true), InlineData(60)]
    public void Stations_that_close_are_missed_as_little_as_expected_and_less_than_others_would_be(int dates)
    {
        var mid = Network.Read(Path.Combine(SharedData.RepositoryRoot, "data/networks/mid.csv"));
        var random = new Random(1);
        var networks = new List<(string Name, Network Network, double Expected)> { ("mid", mid, Expected(mid)) };
        foreach (var count in (int[])[100, 300])
        {
            var closed = new NetworkDesign(_model, mid, new DesignOptions { Count = count, Errors = Errors }).Remove(TestContext.Current.CancellationToken);
            networks.Add(($"design −{count}", closed.Network, closed.Steps[^1].Spread));
            var left = mid.Places.ToArray();
            random.Shuffle(left);
            networks.Add(($"random −{count}", new Network([.. left.Skip(count)]), Expected(new Network([.. left.Skip(count)]))));
        }

        var errors = Score(networks.ConvertAll(n => n.Network), dates);
        Report(networks, errors);
        for (var i = 1; i < networks.Count; i += 2)
        {
            Assert.True(errors[i].Average() < errors[i + 1].Average());
            Assert.InRange(RootMeanSquare(errors[i]) / networks[i].Expected, 0.98, 1.08);
        }
    }

    private static void Report(List<(string Name, Network Network, double Expected)> networks, List<double[]> errors)
    {
        foreach (var (network, of) in networks.Zip(errors))
        {
            TestContext.Current.TestOutputHelper!.WriteLine(FormattableString.Invariant(
                $"{network.Name,-18} RMSE {of.Average():0.000} ({100 * (of.Average() / errors[0].Average() - 1):+0.0;-0.0}%), root mean square {RootMeanSquare(of):0.000} ({100 * (RootMeanSquare(of) / RootMeanSquare(errors[0]) - 1):+0.0;-0.0}%), expected {network.Expected:0.000} ({100 * (network.Expected / networks[0].Expected - 1):+0.0;-0.0}%)"));
        }
    }

    /// <summary>RMSE of the most probable field at dates that are evenly spaced, for each network.</summary>
    private List<double[]> Score(List<Network> networks, int dates)
    {
        var areas = new AreaMean(_model.Grid);
        var assimilator = new Assimilator(_model, new AssimilationOptions { Members = 0 });
        var errors = networks.ConvertAll(_ => new double[dates]);
        var fields = _archive.Part(SplitPart.Test);
        for (var d = 0; d < dates; d++)
        {
            var index = (int)((d + 0.5) * fields.Count / dates);
            var truth = fields.Read(index);
            foreach (var (n, network) in networks.Index())
            {
                var spec = new PseudoObservationSpec { Errors = Errors, Seed = 1 }.At(fields.TimeOf(index));
                var made = PseudoObservations.Make(truth, _model.Grid, ["ta"], network, spec);
                var analysis = assimilator.Run(made.Table, TestContext.Current.CancellationToken).MostProbable;
                errors[n][d] = areas.RootMeanSquare([.. analysis.Zip(truth, (a, t) => a - t)]);
            }
        }

        return errors;
    }

    private Network Design(int count, DesignCriterion criterion, bool exchange) => new NetworkDesign(_model, _sparse, new DesignOptions { Count = count, Errors = Errors, Criterion = criterion, Exchange = exchange })
        .Add(CandidatePlaces.Of(_model.Grid), TestContext.Current.CancellationToken).Network;

    private double Expected(Network network) => new NetworkDesign(_model, network, new DesignOptions { Count = 1, Errors = Errors }).Remove(TestContext.Current.CancellationToken).Before;

    /// <summary>One after the other the place that is farthest from all stations.</summary>
    private Network Farthest(IReadOnlyList<NetworkPlace> candidates, int count)
    {
        var places = _sparse.Places;
        for (var i = 0; i < count; i++)
        {
            places = places.Add(candidates.MaxBy(c => places.Min(p => Point(p).Chord(Point(c)))));
        }

        return new Network(places);

        static EarthPoint Point(NetworkPlace place) => EarthPoint.At(place.Latitude, place.Longitude);
    }

    /// <summary>Places at random, as many on each part of the Earth's area.</summary>
    private Network Random(IReadOnlyList<NetworkPlace> candidates, int count)
    {
        var random = new Random(1);
        var places = new HashSet<NetworkPlace>();
        while (places.Count < count)
        {
            var place = candidates[random.Next(candidates.Count)];
            if (random.NextDouble() < Math.Cos(place.Latitude * Math.PI / 180))
            {
                places.Add(place);
            }
        }

        return new Network([.. _sparse.Places, .. places]);
    }

    private static double RootMeanSquare(double[] errors) => Math.Sqrt(errors.Average(e => e * e));
}
