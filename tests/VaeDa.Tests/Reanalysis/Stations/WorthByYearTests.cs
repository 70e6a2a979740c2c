using Microsoft.Data.Analysis;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Tests.Reanalysis.Stations;

public sealed class WorthByYearTests
{
    [Fact]
    public void Sums_are_by_year_and_station_and_what_was_not_used_is_not_in_them()
    {
        var worth = new WorthByYear();
        worth.Take(Frame([("a", 2000, 0.5, 0.125), ("b", 2000, 0.25, 0.5), ("a", 2000, 0.25, 0.25), ("c", 2000, null, null)]));
        worth.Take(Frame([("a", 2001, 0.75, 0.5), (null, 2001, 0.125, 0.75)]));
        StationWorth[] expected =
        [
            new(2000, "b", null, 10, 20, 1, 0.25, 0.5),
            new(2000, "a", null, 10, 20, 2, 0.75, 0.375),
            new(2001, "(10, 20)", null, 10, 20, 1, 0.125, 0.75),
            new(2001, "a", null, 10, 20, 1, 0.75, 0.5),
        ];
        Assert.Equal(expected, worth.Rows);
        Assert.Equal([new(null, "a", null, 10, 20, 3, 1.5, 0.875), expected[2] with { Year = null }, expected[0] with { Year = null }], worth.Together);
        Assert.Equal([2000, 2000, 2001, 2001], WorthByYear.ToDataFrame(worth.Rows)["year"].Cast<int>());
    }

    [Fact]
    public void Where_no_gain_is_known_influence_decides()
    {
        var worth = new WorthByYear();
        worth.Take(Frame([("a", 2000, 0.25, null), ("b", 2000, 0.5, null)]));
        Assert.Equal([("b", null), ("a", null)], worth.Rows.Select(r => (r.Station, r.GainRemoved)));
    }

    private static DataFrame Frame(IReadOnlyList<(string? Station, int Year, double? Influence, double? Gain)> rows) => new(
        new DateTimeDataFrameColumn("analysis_time", rows.Select(r => new DateTime(r.Year, 5, 1))),
        new DoubleDataFrameColumn("lat", rows.Select(_ => 10.0)),
        new DoubleDataFrameColumn("lon", rows.Select(_ => 20.0)),
        new StringDataFrameColumn("station", rows.Select(r => r.Station)),
        new DoubleDataFrameColumn("influence", rows.Select(r => r.Influence)),
        new DoubleDataFrameColumn("gain_removed", rows.Select(r => r.Gain)));
}
