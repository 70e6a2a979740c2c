using ParquetSharp;
using VaeDa.Observations;
using Encoding = System.Text.Encoding;

namespace VaeDa.Tests.Observations;

/// <summary>Oddities of tables that are read as they are meant, or left out and said; never read as something else.</summary>
public sealed class OddTablesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lat,lon,anomaly,\n1,2,3,\n4,5,6,\n")] // a separator at the end of each line
    [InlineData("lat,lon,anomaly\n1,2,3,\n4,5,6,,\n")]
    [InlineData("LAT [deg],LON(degrees_east),Anomaly [K]\n1,2,3\n4,5,6\n")]
    [InlineData("lat\tlon\tanomaly\r\n1\t2\t3\r\n\r\n4\t5\t6\r\n")]
    [InlineData("lat,lon,anomaly\r1,2,3\r4,5,6\r")]
    [InlineData("lat,lon,anomaly,note\n1,2,3,\"two\nlines\"\n4,5,6,\"a, b\"\n")]
    [InlineData("lat,lon,anomaly\n+1.0,2e0,0.3E+1\n 4 ,\u20095\u00A0,6\u202F\n")] // thin and fixed spaces
    [InlineData("lat,lon,anomaly\n1N,2E,3\n4°N,5 °E,6\n")]
    [InlineData("station,lat,lon,anomaly\n-,1,2,3\nnull,4,5,6\n")]
    public void These_are_two_observations(string text) =>
        Assert.Equal([new Observation(1, 2, 3), new Observation(4, 5, 6)], Read(text).Observations.Select(o => o with { Line = 0 }));

    [Theory]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("utf-8")]
    [InlineData("utf-32")]
    public void A_mark_of_the_encoding_is_heeded(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        File.WriteAllBytes(_folder.File("obs.csv"), [.. encoding.GetPreamble(), .. encoding.GetBytes("lat,lon,anomaly,station\n1,2,3,Tromsø\n")]);
        Assert.Equal("Tromsø", Assert.Single(ObservationFile.Read(_folder.File("obs.csv")).Station));
    }

    [Theory]
    [InlineData("51.5S,0.1W", -51.5, -0.1)]
    [InlineData("0.5s,179e", -0.5, 179)]
    [InlineData("\u221251.5,\u22120.1", -51.5, -0.1)] // a typesetter's minus
    public void Hemispheres_and_signs_are_read(string place, double latitude, double longitude)
    {
        var table = Read($"lat,lon,anomaly\n{place},1\n");
        Assert.Equal((latitude, longitude), (table.Latitude[0], table.Longitude[0]));
    }

    [Theory]
    [InlineData("-5S,1,1", "'-5S' is not a number of degrees")]
    [InlineData("5E,1,1", "'5E' is not a number")]
    [InlineData("51°30'N,1,1", "'51°30'N' is not a number of degrees")]
    [InlineData("1;2", "1 cells in the row; the header has 3")]
    [InlineData("1,2,3,4", "4 cells in the row; the header has 3")]
    [InlineData("1,2,\"1.234,5\"", "'1.234,5' is not a number (decimals take a point)")]
    [InlineData("1,2,1 234.5", "'1 234.5' is not a number")]
    [InlineData("-9999,-9999,1", "'-9999' is outside -90…90")]
    [InlineData("1,,1", "'' is not a number")]
    [InlineData("1,2,0x1F", "'0x1F' is not a number")]
    public void A_row_that_cannot_be_read_is_flagged_among_others_and_stops_where_that_is_asked_for(string row, string problem)
    {
        var text = $"lat,lon,anomaly\n1,2,3\n{row}\n4,5,6\n";
        var table = Read(text);
        Assert.Equal(3, table.Count);
        Assert.StartsWith("unreadable: ", table.Observations[1].Flag);
        Assert.EndsWith(problem, table.Observations[1].Flag);
        Assert.Equal(3, table.Observations[1].Line);
        Assert.Contains("1 rows cannot be read and are left out; the first: ", Assert.Single(table.Notes));
        Assert.Contains("obs.csv:3: ", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("obs.csv"), strict: true)).Message);
        Assert.Equal([3, 6], Assert.Single(table.ByTime()).Anomaly);
    }

    [Theory]
    [InlineData("NA")]
    [InlineData("null")]
    [InlineData("-")]
    [InlineData("nan")]
    [InlineData("#N/A")]
    [InlineData(".")]
    public void Words_for_a_missing_value_are_known(string word) => Assert.Equal([3], Read($"lat,lon,anomaly\n1,2,3\n4,5,{word}\n").Anomaly);

    [Theory]
    [InlineData("2000-01-15T12:00Z", "2000-01-15T12:00")]
    [InlineData("2000-01-15T01:00:00+02:00", "2000-01-14T23:00")]
    [InlineData("2000-01-15 12:00:00.500", "2000-01-15T12:00:00.5")]
    [InlineData("2000-01-15T12", "2000-01-15T12:00")]
    [InlineData("2000-1-5", "2000-01-05")]
    [InlineData("20000115", "2000-01-15")]
    [InlineData("2000011512", "2000-01-15T12:00")]
    [InlineData("200001151230", "2000-01-15T12:30")]
    [InlineData("20000115T123000Z", "2000-01-15T12:30")]
    public void Times_are_read_and_brought_to_utc(string text, string time) =>
        Assert.Equal(DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture), Read($"lat,lon,anomaly,time\n1,2,3,{text}\n").Time[0]);

    [Theory]
    [InlineData("31/12/1999")]
    [InlineData("1/2/1999")]
    [InlineData("31.12.1999")]
    [InlineData("15-JAN-2000")]
    [InlineData("99-12-31")]
    [InlineData("2000-02-30")]
    public void Times_that_may_mean_something_else_are_refused(string text) =>
        Assert.Contains($"'{text}' is not a time such as 2000-01-15", Assert.Throws<InvalidInputException>(() => Read($"lat,lon,anomaly,time\n1,2,3,{text}\n")).Message);

    [Fact]
    public void A_code_among_errors_is_no_error()
    {
        var rows = string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{i},1,{(i % 5 == 0 ? "999.9" : "0.5")}\n"));
        var table = Read($"lat,lon,anomaly,error\n{rows}");
        Assert.Equal(4, table.Observations.Count(o => o.Flag == "unreadable: column 'error': 999.9 stands for a missing value"));
        Assert.All(table.Observations.Where(o => o.Flag is null), o => Assert.Equal(0.5, o.Error));
        var poor = string.Concat(Enumerable.Range(0, 60).Select(i => $"{i},{i},1,{(i % 5 == 0 ? 25 : 0.4 + 0.01 * i)}\n"));
        Assert.All(Read($"lat,lon,anomaly,error\n{poor}").Observations, o => Assert.Null(o.Flag));
    }

    [Fact]
    public void Parquet_of_dates_zones_dictionaries_and_whole_numbers_is_read()
    {
        using (var file = new ParquetFileWriter(_folder.File("obs.parquet"), [
            new Column<int>("lat"), new Column<short?>("lon"), new Column<float?>("anomaly"), new Column<string>("station"),
            new Column<Date>("date"), new Column<DateTime>("time", LogicalType.Timestamp(isAdjustedToUtc: true, TimeUnit.Millis)), new Column<Guid>("key"), new Column<ulong>("count")]))
        {
            using (var group = file.AppendRowGroup())
            {
                Values(group, 10, -20);
                Values<short?>(group, 350, 5);
                Values<float?>(group, 0.5f, -1.5f);
                Values(group, "A", "A");
                Values(group, new Date(2000, 1, 15), new Date(1900, 2, 28));
                Values(group, new DateTime(2000, 1, 15, 6, 0, 0), new DateTime(1900, 2, 28, 18, 0, 0));
                Values(group, Guid.Empty, Guid.Empty);
                Values(group, 1UL, 2UL);
            }

            file.Close();
        }

        var table = ObservationFile.Read(_folder.File("obs.parquet"));
        Assert.Equal(
            [
                new Observation(10, 350, 0.5) { Station = "A", Time = new DateTime(2000, 1, 15, 6, 0, 0), Line = 1 },
                new Observation(-20, 5, -1.5) { Station = "A", Time = new DateTime(1900, 2, 28, 18, 0, 0), Line = 2 },
            ],
            table.Observations);
        Assert.Equal(["date", "key", "count"], table.IgnoredColumns);
    }

    private static void Values<T>(RowGroupWriter group, params T[] values)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch(values);
    }

    private ObservationTable Read(string text) => ObservationFile.Read(_folder.Write("obs.csv", text));
}
