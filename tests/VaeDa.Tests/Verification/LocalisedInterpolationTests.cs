using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Verification;
using VaeDa.Verification.Scores;
using static TorchSharp.torch;

namespace VaeDa.Tests.Verification;

public sealed class LocalisedInterpolationTests : IDisposable
{
    private const int Seen = 37;
    private const double Error = 0.5;

    private readonly InMemoryFields _training = SyntheticFields.Make(400, variables: 2);
    private readonly IFieldSet _validation = SyntheticFields.Make(60, variables: 2, seed: 8);
    private readonly GenerativeModel _model;
    private readonly LocalisedInterpolation _rival;

    public LocalisedInterpolationTests()
    {
        _model = TestModel.Eof(_training, _validation, modes: 12, patterns: false);
        _rival = new LocalisedInterpolation(_model, _training, _validation);
    }

    public void Dispose()
    {
        _rival.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void The_taper_is_that_of_Gaspari_and_Cohn()
    {
        var taper = LocalisedInterpolation.Taper(tensor(new[] { 0, 0.5, 1 - 1e-9, 1 + 1e-9, 1.5, 2, 7 })).data<double>().ToArray();
        double[] right = [1, 263.0 / 384, 5.0 / 24, 5.0 / 24, 0.0164930555555556, 0, 0];
        Assert.All(taper.Zip(right), pair => Assert.Equal(pair.Second, pair.First, 1e-8));
    }

    // A single observation at a cell: all of it is arithmetic.
    [Theory]
    [InlineData(1500)]
    [InlineData(6000)]
    public void One_observation_spreads_by_the_covariance_and_the_taper(double reach)
    {
        const int members = 2000;
        var (sizes, cells, time) = (SyntheticFields.Sizes(2), _training.Grid.Cells, new DateTime(1999, 2, 15, 0, 0, 0, DateTimeKind.Utc));
        var table = new ObservationTable([new Observation(_training.Grid.LatitudeOf(Seen), _training.Grid.LongitudeOf(Seen), 1.2 * sizes[1]) { Variable = "x1", Error = Error * sizes[1], Time = time }]);
        var (field, ensemble) = _rival.Analyse(time, table, reach, members, seed: 5);
        // 15 February is in the fifth part of the year; its fields are those of the 60 days about the 15th.
        float[][] season = [.. Enumerable.Range(0, _training.Count).Where(t => _training.TimeOf(t).DayOfYear is >= 17 and <= 76).Select(t => _training.Read(t))];
        Assert.InRange(season.Length, 50, _training.Count / 2);
        var distance = EarthPoint.Of(_training.Grid).Select(p => p.Chord(EarthPoint.Of(_training.Grid)[Seen]) / reach).ToArray();
        var taper = LocalisedInterpolation.Taper(tensor(distance)).data<double>().ToArray();
        double Covariance(int a, int b) => season.Average(f => (double)f[a] * f[b]);
        var seen = cells + Seen;
        var gain = 1 / (Covariance(seen, seen) + Math.Pow(Error * sizes[1], 2));
        for (var x = 0; x < 2 * cells; x++)
        {
            var size = sizes[x / cells];
            var with = Covariance(x, seen) * taper[x % cells];
            Assert.Equal(1.2 * sizes[1] * gain * with / size, field[x] / size, 1e-4);
            var spread = Math.Sqrt(Covariance(x, x) - with * with * gain);
            Assert.InRange(ensemble.Average(m => (double)m[x]), field[x] - 4 * spread / Math.Sqrt(members), field[x] + 4 * spread / Math.Sqrt(members));
            var mean = ensemble.Average(m => (double)m[x]);
            Assert.InRange(Math.Sqrt(ensemble.Average(m => Math.Pow(m[x] - mean, 2))) / spread, 0.93, 1.07);
        }
    }

    [Fact]
    public void It_is_scored_beside_the_models_and_reaches_as_far_as_is_best()
    {
        var random = new Random(3);
        var network = new Network([.. Enumerable.Range(0, 12).Select(_ => new NetworkPlace(random.NextDouble() * 160 - 80, random.NextDouble() * 359))]);
        var error = new Dictionary<string, double> { ["x0"] = 0.4, ["x1"] = 0.4 * SyntheticFields.Sizes(2)[1] };
        var validation = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 10 }, adamDates: 0) { Localised = _rival };
        validation.Run(SyntheticFields.Make(30, variables: 2, seed: 11), [("net", network)], error);
        var rows = ScoreSummary.Of(validation.Scores, validation.Calibrations).Rows.Where(row => (string)row["variable"] == "x1").ToDictionary(row => (string)row["method"]);
        Assert.Equal(["exact", "local-oi", "nearest", "climatology"], rows.Keys);
        double Rmse(string method) => (double)rows[method]["rmse"];
        Assert.InRange(Rmse("local-oi"), Rmse("exact"), 0.8 * Rmse("climatology"));
        Assert.InRange((double)rows["local-oi"]["spread_skill"], 0.7, 1.5);
        // These waves span the globe: the farther it reaches, the better.
        Assert.True(_rival.ReachFor(fields => t => PseudoObservations.Make(fields.Read(t), fields.Grid, ["x0", "x1"], network, new PseudoObservationSpec { Errors = error, Seed = t, Time = fields.TimeOf(t) }).Table, TestContext.Current.CancellationToken) > 2000);
    }
}
