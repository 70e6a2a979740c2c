using System.Globalization;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Observations;
using VaeDa.Observations.Rows;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Tests.Observations;

/// <summary>Values as measured, of which each station's own mean of the calendar month is subtracted.</summary>
public sealed class StationNormalsTests : IDisposable
{
    private const int First = 1950;
    private const int Years = 12;
    private static readonly ObservationReading Normals = new()
    {
        Variables = [new Variable { Name = "t", Units = "K" }],
        Absolute = true,
        Normals = YearSet.Parse("1951-1960"),
        Units = ["C"],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Anomalies_are_what_was_added_to_a_station_s_normals_less_its_mean()
    {
        var table = ObservationFile.Read([Write(Station("hill", 5), Station("valley", 15))], Normals);
        foreach (var o in table.Observations)
        {
            var mean = Enumerable.Range(1951, 10).Average(year => Departure(o.Station!, year, o.Time!.Value.Month));
            Assert.Equal(Departure(o.Station!, o.Time!.Value.Year, o.Time!.Value.Month) - mean, o.Anomaly, 1e-9);
            Assert.Equal(o.Value!.Value - o.Climatology!.Value, o.Anomaly, 1e-9);
            Assert.InRange(o.Value!.Value, 260, 310);
            Assert.Null(o.Flag);
        }

        Assert.Equal(2 * 12 * Years, table.Count);
    }

    [Fact]
    public void A_month_of_which_half_the_years_are_missing_is_left_out_and_said()
    {
        // Of June 1951 to 1960 it has five years, which serve; of July four. Codes for missing values and years beside those are none of them.
        var rows = Station("hill", 5).Where(r => r.Month != 7 || r.Year is < 1951 or > 1956).Where(r => r.Month != 6 || r.Year is < 1951 or > 1955)
            .Select(r => r is { Month: 8, Year: 1951 or 1952 or 1953 or 1954 or 1955 or 1956 } ? r with { Value = -999.9 } : r);
        var table = ObservationFile.Read([Write(rows, Station("valley", 15))], Normals);
        var ofHill = table.Observations.Where(o => o.Station == "hill").ToList();
        Assert.All(ofHill.Where(o => o.Time!.Value.Month == 6), o => Assert.Null(o.Flag));
        Assert.All(ofHill.Where(o => o.Time!.Value.Month is 7 or 8), o => Assert.NotNull(o.Flag));
        Assert.All(ofHill.Where(o => o.Time!.Value.Month == 7), o => Assert.Equal(RowFlag.Rejected("its station has values of the month in 4 of the years 1951-1960; a normal needs 5"), o.Flag));
        Assert.Contains(ofHill, o => o.Flag == RowFlag.MissingCode);
        Assert.All(table.Observations.Where(o => o.Station == "valley"), o => Assert.Null(o.Flag));
    }

    [Fact]
    public void Units_of_rows_may_differ_and_a_row_needs_a_station()
    {
        var rows = Station("hill", 5).ToList();
        var path = _folder.Write("units.csv", "lat,lon,value,time,station,units\n" + string.Concat(rows.Select((r, i) => string.Create(CultureInfo.InvariantCulture,
            $"10,20,{(i % 2 == 0 ? r.Value : r.Value + 273.15):R},{r.Year}-{r.Month:00}-01,hill,{(i % 2 == 0 ? "C" : "K")}\n"))) + "10,20,5,1951-01-01,,C\n");
        var table = ObservationFile.Read([path], Normals);
        Assert.All(table.Observations.Where(o => o.Flag is null), o => Assert.InRange(o.Anomaly, -5, 5));
        Assert.Contains(table.Notes, note => note.Contains("values less their station's own normal need a station, in a column 'station'", StringComparison.Ordinal));
    }

    [Fact]
    public void Rows_that_memory_does_not_hold_have_the_same_normals()
    {
        var path = Write(Station("hill", 5), Station("valley", 15));
        var card = TimeSelectionTests.Card(Frequency.Monthly);
        using var onDisk = new ObservationsOnDisk([path], Normals, card, _folder.File("scratch"));
        var expected = ObservationFile.Read([path], Normals).InSteps(card).ByTime(card);
        Assert.Equal(12 * Years, onDisk.Times.Count);
        Assert.Equal(expected.SelectMany(t => t.Observations.AsEnumerable()), onDisk.Read(0, onDisk.Times.Count).SelectMany(t => t.Observations.AsEnumerable()));
    }

    private static double Departure(string station, int year, int month) => 3 * Math.Sin(year * 1.7 + month * 0.9 + station.Length);

    private static IEnumerable<(string Station, int Year, int Month, double Value)> Station(string name, double mean) =>
        from year in Enumerable.Range(First, Years)
        from month in Enumerable.Range(1, 12)
        select (name, year, month, mean - 10 * Math.Cos(2 * Math.PI * month / 12) + Departure(name, year, month));

    private string Write(params IEnumerable<(string Station, int Year, int Month, double Value)>[] stations) => _folder.Write("obs.csv", "lat,lon,value,time,station\n"
        + string.Concat(stations.SelectMany((rows, i) => rows.Select(r => string.Create(CultureInfo.InvariantCulture, $"{10 + i},20,{r.Value:R},{r.Year}-{r.Month:00}-01,{r.Station}\n")))));
}
