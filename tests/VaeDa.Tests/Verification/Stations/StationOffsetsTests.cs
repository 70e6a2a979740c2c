using VaeDa.CrossValidation;
using VaeDa.Verification.Stations;

namespace VaeDa.Tests.Verification.Stations;

public class StationOffsetsTests
{
    [Fact]
    public void A_shifted_station_is_found_by_the_assimilation_of_many_dates_and_no_other_is()
    {
        using var stations = SyntheticStations.Make(60, 24, seed: 5, offset: i => i == 13 ? 2.5 : 0);
        using var model = stations.Model.With(SyntheticStations.Truth.Apply(stations.Model.Prior, stations.Deviation(null)));
        var error = new Dictionary<string, double> { ["x0"] = SyntheticStations.ObservationError };
        var predictions = stations.Dates.SelectMany(date => LeaveOneOut.Of(model, date, new bool[60], error, cancellation: TestContext.Current.CancellationToken).Predictions
            .Select(p => Of(date.Station[p.Row]!, date.Time[p.Row], date.Anomaly[p.Row], p.Anomaly, p.Spread)));
        var offsets = StationOffsets.Of(predictions);
        var found = Assert.Single(offsets, o => o.Suspect);
        Assert.Equal(("s13", 24), (found.Station, found.Count));
        Assert.InRange(found.Offset, 2.5 - 4 * found.Error, 2.5 + 4 * found.Error);
    }

    [Fact]
    public void Good_stations_with_small_offsets_of_their_own_are_rarely_suspected()
    {
        // 5% of the networks are to name one by chance; 9% do (18 of 200, so 1 station in 1,100), for the scatter is itself
        // estimated, from 100 stations.
        var random = new Random(2);
        var networks = Enumerable.Range(0, 200).Count(_ => StationOffsets.Of(Network(random, 100, own: 0.3)).Any(o => o.Suspect));
        Assert.InRange(networks, 1, 26);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-3)]
    public void Shifts_of_2_to_3_K_are_found_among_stations_with_offsets_of_their_own(double shift)
    {
        var random = new Random(4);
        var found = Enumerable.Range(0, 50).Count(_ => StationOffsets.Of(Network(random, 100, own: 0.3, shift)).First().Station == "s0");
        Assert.InRange(found, 48, 50);
    }

    [Fact]
    public void Stations_with_few_departures_are_not_judged() =>
        Assert.Empty(StationOffsets.Of(Enumerable.Range(0, StationOffsets.FewestDates - 1).Select(t => Of("a", new DateTime(1950, 1, 1).AddMonths(t), 9, 0, 1))));

    private static IEnumerable<ObservationPrediction> Network(Random random, int stations, double own, double shift = 0) =>
        from s in Enumerable.Range(0, stations)
        let offset = own * SyntheticFields.Normal(random) + (s == 0 ? shift : 0)
        from t in Enumerable.Range(0, 24)
        select Of($"s{s}", new DateTime(1950, 1, 1).AddMonths(t), offset + 0.8 * SyntheticFields.Normal(random), 0, 0.8);

    private static ObservationPrediction Of(string station, DateTime? time, double anomaly, double prediction, double spread) =>
        new("vae", station, 0, 0, time, PointUse.Used, anomaly, prediction, spread);
}
