using VaeDa.Observations;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Tests.Reanalysis.Dates;

public sealed class AdjustedObservationsTests
{
    private static readonly DateTime First = new(2000, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    [Fact]
    public void Observations_are_corrected_within_the_dates_of_an_offset_and_their_errors_grow()
    {
        var tables = Enumerable.Range(0, 5).Select(day => new ObservationTable(
        [
            new Observation(10, 20, 1) { Station = "a", Variable = "x", Error = 0.3, Time = First.AddDays(day) },
            new Observation(10, 20, 1) { Station = "a", Variable = "y", Error = 0.3, Time = First.AddDays(day) },
            new Observation(10, 20.5, 1) { Variable = "x", Time = First.AddDays(day) },
        ])).ToArray();
        var adjusted = new AdjustedObservations(new ObservationsInMemory(tables),
        [
            new StationBreak("a", "x", 10, 20, BreakKind.Jump, First.AddDays(2), First.AddDays(4), 3, 2, 0.4, 0, 0),
            new StationBreak("(10, 20.5)", "x", 10, 20.5, BreakKind.Drift, First, First.AddDays(4), 5, 1, 0.3, 2, 0.8),
        ]).Read(1, 4);
        Assert.Equal([1, -1, -1, -1], adjusted.Select(t => t.Anomaly[0]));
        Assert.All(adjusted, t => Assert.Equal(1, t.Anomaly[1]));
        Assert.Equal([0.5, 0, -0.5, -1], adjusted.Select(t => t.Anomaly[2]));
        Assert.Null(adjusted[0].Observations[0].Adjustment);
        Assert.Equal((-2, 0.4), (adjusted[1].Observations[0].Adjustment, adjusted[1].Observations[0].AdjustmentError));
        var given = new Dictionary<string, double> { ["x"] = 0.4 };
        Assert.Equal(0.3, adjusted[0].ErrorOf(0, "x", given), 1e-12);
        Assert.Equal(0.5, adjusted[1].ErrorOf(0, "x", given), 1e-12);
        // Of a drift it is least in the middle.
        Assert.Equal(0.5, adjusted[1].ErrorOf(2, "x", given), 1e-12);
        Assert.Equal(Math.Sqrt(0.16 + 0.09 + 0.16), adjusted[3].ErrorOf(2, "x", given), 1e-12);
    }
}
