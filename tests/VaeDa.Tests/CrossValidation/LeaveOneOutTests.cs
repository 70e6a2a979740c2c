using VaeDa.Assimilation.Residual;
using VaeDa.CrossValidation;
using VaeDa.Fields.Grids;
using VaeDa.Observations;
using VaeDa.Tests.Assimilation;
using static TorchSharp.torch;

namespace VaeDa.Tests.CrossValidation;

public sealed class LeaveOneOutTests : IDisposable
{
    private static readonly Dictionary<string, double> Error = new() { ["x0"] = SyntheticStations.ObservationError };
    private readonly SyntheticStations _stations = SyntheticStations.Make(60, 1);

    private ObservationTable Table => _stations.Dates[0];

    public void Dispose() => _stations.Dispose();

    [Fact]
    public void Withheld_stations_are_predicted_as_the_closed_form_says()
    {
        using var scope = NewDisposeScope();
        bool[] withheld = [.. Enumerable.Range(0, 60).Select(i => i % 10 == 0)];
        var predictions = LeaveOneOut.Of(_stations.Model, Table, withheld, Error, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions;
        var (k, d, first) = Joint();
        var used = tensor(Enumerable.Range(0, 60).Where(i => !withheld[i]).Select(i => (long)i).ToArray());
        var gain = linalg.solve(k.index_select(0, used).index_select(1, used), k.index_select(0, used)).transpose(0, 1); // (60, n)
        var mean = (first + gain.mv(d.index_select(0, used))).data<double>().ToArray();
        var variance = (k - gain.matmul(k.index_select(0, used))).diagonal().data<double>().ToArray();
        foreach (var p in predictions.Where(p => p.Use == PointUse.Withheld))
        {
            Assert.Equal(mean[p.Row], p.Anomaly, 1e-3);
            Assert.Equal(Math.Sqrt(variance[p.Row]), p.Spread, 1e-3);
        }

        Assert.Equal(6, predictions.Count(p => p.Use == PointUse.Withheld));
    }

    [Fact]
    public void What_all_others_predict_of_a_station_is_what_is_predicted_when_it_is_withheld()
    {
        var all = LeaveOneOut.Of(_stations.Model, Table, new bool[60], Error, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions;
        foreach (var left in (int[])[0, 17, 59])
        {
            var one = LeaveOneOut.Of(_stations.Model, Table, [.. Enumerable.Range(0, 60).Select(i => i == left)], Error, double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions[left];
            Assert.Equal(PointUse.Withheld, one.Use);
            Assert.Equal(one.Anomaly, all[left].Anomaly, 1e-3);
            Assert.Equal(one.Spread, all[left].Spread, 1e-3);
        }
    }

    [Fact]
    public void A_station_that_all_others_contradict_is_rejected_and_changes_nothing()
    {
        using var model = _stations.Model.With(SyntheticStations.Truth.Apply(_stations.Model.Prior, _stations.Deviation(null)));
        var spoilt = new ObservationTable(Table.Observations.Select((o, i) => i == 11 ? o with { Anomaly = o.Anomaly + 40 } : o));
        var withOut = LeaveOneOut.Of(model, Table, [.. Enumerable.Range(0, 60).Select(i => i == 11)], Error, 6, cancellation: TestContext.Current.CancellationToken).Predictions;
        var predictions = LeaveOneOut.Of(model, spoilt, new bool[60], Error, 6, cancellation: TestContext.Current.CancellationToken).Predictions;
        Assert.Equal([11], predictions.Where(p => p.Use == PointUse.Rejected).Select(p => p.Row));
        Assert.All(predictions.Zip(withOut), p => Assert.Equal(p.Second.Anomaly, p.First.Anomaly, 1e-3));
    }

    [Fact]
    public void A_variable_that_the_model_has_not_is_passed_over_and_one_whose_error_is_nowhere_is_told()
    {
        using var world = new LinearWorld(variables: 2);
        var table = world.Observe(20, 0.5, seed: 1);
        var other = new ObservationTable(table.Observations.Select((o, i) => i == 3 ? o with { Variable = "humidity" } : o));
        var predictions = LeaveOneOut.Of(world.Model, other, new bool[20], new Dictionary<string, double>(), cancellation: TestContext.Current.CancellationToken).Predictions;
        Assert.Equal(Enumerable.Range(0, 20).Where(i => i != 3), predictions.Select(p => p.Row));

        var without = new ObservationTable(table.Observations.Select((o, i) => i == 5 ? o with { Error = null } : o)) { Source = "some.csv" };
        var refusal = Assert.Throws<InvalidInputException>(() => LeaveOneOut.Of(world.Model, without, new bool[20], new Dictionary<string, double> { ["x0"] = 0.5 }));
        Assert.Equal("some.csv:6: the observation has no error, and none is given for 'x1'", refusal.Message);
        Assert.Equal(refusal.Message, Assert.Throws<InvalidInputException>(() => world.Assimilate(without)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => LeaveOneOut.Of(world.Model, table, new bool[19], new Dictionary<string, double>()));
    }

    [Fact]
    public void Nothing_left_to_use_is_told() =>
        Assert.Contains("left to use", Assert.Throws<InvalidInputException>(() => LeaveOneOut.Of(_stations.Model, Table, [.. Enumerable.Repeat(true, 60)], Error)).Message);

    /// <summary>Covariance of the observations, (60, 60), their departures from the first guess and the first guess, (60).</summary>
    private (Tensor K, Tensor Departure, Tensor First) Joint()
    {
        var (model, table) = (_stations.Model, Table);
        var h = new ObservationOperator(model.Grid, ["x0"], table);
        var mean = model.Prior.LatentMean.unsqueeze(0); // (1, k)
        var first = h.Apply(model.Decode(mean)).to(float64).squeeze(0); // (60)
        var patterns = h.Apply(model.LinearPatterns()!).to(float64).transpose(0, 1); // (60, k)
        var places = table.Observations.Select(o => new ObservationPlace(EarthPoint.At(o.Latitude, o.Longitude), 0)).ToArray();
        using var residual = ResidualCovariance.Of(model, h, places);
        var k = (patterns * model.Prior.LatentVariance.to(float64)).matmul(patterns.transpose(0, 1)) + residual.BetweenPlaces()
            + SyntheticStations.ObservationError * SyntheticStations.ObservationError * eye(60, dtype: float64);
        return (k, tensor(table.Anomaly.ToArray()) - first, first);
    }
}
