using System.Globalization;
using System.IO.Compression;
using ParquetSharp;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Observations;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;
using VaeDa.Tests.Observations;

namespace VaeDa.Tests.Reanalysis.Dates;

/// <summary>Observations that memory does not hold are those that it would hold, to the last bit, and the same is said of them.</summary>
public sealed class ObservationsOnDiskTests : IDisposable
{
    private static readonly ObservationReading Anomalies = new() { Variables = [new Variable { Name = "ta", Units = "K" }, new Variable { Name = "psl", Units = "Pa" }] };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(500, false)]
    [InlineData(500, true)]
    [InlineData(150_000, false)] // more than are kept in memory at a time
    public void They_are_what_is_read_into_memory(int rows, bool monthly)
    {
        // By station, so that a date's rows lie all over the file.
        var path = _folder.Write("obs.csv", $"# stations\nlat,lon,anomaly,error,variable,time,station,units,note\n{string.Concat(Enumerable.Range(0, rows).Select(i => Row(i)))}");
        AssertSame([path], Anomalies, monthly);
    }

    [Fact]
    public void Several_files_are_one_table()
    {
        var rows = Enumerable.Range(0, 800).Select(i => Row(i)).ToArray();
        const string Header = "lat,lon,anomaly,error,variable,time,station,units,note\n";
        var a = _folder.Write("a.csv", Header + string.Concat(rows[..300]));
        using (var packed = new GZipStream(File.Create(_folder.File("b.csv.gz")), CompressionLevel.Fastest))
        {
            packed.Write(System.Text.Encoding.UTF8.GetBytes(Header + string.Concat(rows[300..])));
        }

        // A repetition, and the same code once in each file.
        var c = _folder.Write("c.csv", Header + rows[1] + rows[2]);
        AssertSame([a, _folder.File("b.csv.gz"), c], Anomalies, monthly: false);
        AssertSame([_folder.Path], Anomalies, monthly: true);
    }

    [Fact]
    public void Parquet_of_several_groups_of_rows_and_of_large_ones()
    {
        var path = _folder.File("obs.parquet");
        using (var file = new ParquetFileWriter(path, [new Column<double>("lat"), new Column<double?>("lon"), new Column<float>("anomaly"), new Column<DateTime?>("time"), new Column<string?>("station")]))
        {
            foreach (var count in new[] { 10, 40_000, 0, 20_000 })
            {
                using var rows = file.AppendRowGroup();
                Write(rows, count, i => (double)(i % 90));
                Write(rows, count, i => i % 70 == 3 ? null : (double?)(i % 360));
                Write(rows, count, i => i % 50 == 0 ? 1e20f : MathF.Sin(i));
                Write(rows, count, i => i % 90 == 5 ? null : (DateTime?)new DateTime(2000, 1, 1, i % 24, 0, 0, DateTimeKind.Utc).AddDays(i % 40));
                Write(rows, count, i => i % 80 == 7 ? null : $"s{i % 900}");
            }

            file.Close();
        }

        AssertSame([path], new ObservationReading(), monthly: false);

        static void Write<T>(RowGroupWriter rows, int count, Func<int, T> value)
        {
            using var column = rows.NextColumn().LogicalWriter<T>();
            column.WriteBatch([.. Enumerable.Range(0, count).Select(value)]);
        }
    }

    [Theory]
    [InlineData("lat,lon,anomaly,time\n", "there is a header and no row below it")]
    [InlineData("lat,lon,anomaly,time\n1,2,,2000-01-01\n", "no row has an anomaly (1 rows, the anomaly missing in each)")]
    [InlineData("lat,lon,anomaly,time\n1,2,-9999,2000-01-01\n1,3,-9999,2000-01-02\n", "no row has an anomaly (2 rows hold -9999, as a code for missing would be)")]
    [InlineData("lat,lon,anomaly,time\n1,2,3,2000-01-01\n100,3,4,2000-01-02\n101,3,4,2000-01-02\n", "(and 1 more of 3 rows cannot be read)")]
    [InlineData("lat,anomaly,time\n1,2,2000-01-01\n", "the header has no column for longitude")]
    [InlineData("", "the file is empty")]
    public void What_memory_would_refuse_is_refused(string text, string message)
    {
        var path = _folder.Write("obs.csv", text);
        var inMemory = Assert.Throws<InvalidInputException>(() => ObservationFile.Read(path));
        var onDisk = Assert.Throws<InvalidInputException>(() => new ObservationsOnDisk([path], new ObservationReading(), null, _folder.Path));
        Assert.Contains(message, inMemory.Message);
        Assert.Equal(inMemory.Message, onDisk.Message);
        Assert.Equal([path], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_row_that_cannot_be_read_stops_the_reading_where_that_is_asked_for()
    {
        var path = _folder.Write("obs.csv", "lat,lon,anomaly,time\n1,2,3,2000-01-01\n100,3,4,2000-01-02\n1,3,4,2000-01-02\n1,3,4,2000-01-02\n");
        Assert.EndsWith("obs.csv:3: column 'lat': '100' is outside -90…90", Assert.Throws<InvalidInputException>(
            () => new ObservationsOnDisk([path], new ObservationReading { Strict = true }, null, _folder.Path)).Message);
    }

    [Fact]
    public void A_range_of_dates_is_a_sequence_of_its_own()
    {
        var path = _folder.Write("obs.csv", $"lat,lon,anomaly,time\n{string.Concat(Enumerable.Range(1, 20).Select(d => $"1,2,{d},2000-01-{d:00}T12:00\n"))}");
        using var all = new ObservationsOnDisk([path], new ObservationReading(), null, _folder.Path);
        var part = all.Within(new DateTime(2000, 1, 4), new DateTime(2000, 1, 9));
        Assert.Equal([4, 5, 6, 7, 8], part.Times.Select(t => t.Day));
        Assert.Equal([6, 7], part.Read(2, 2).Select(t => (int)t.Anomaly.Single()));
        Assert.Empty(all.Within(new DateTime(2001, 1, 4), DateTime.MaxValue).Times);
    }

    private void AssertSame(IReadOnlyList<string> paths, ObservationReading reading, bool monthly)
    {
        var card = monthly ? TimeSelectionTests.Card(Frequency.Monthly) : null;
        var table = ObservationFile.Read(paths, reading).InSteps(card);
        var tables = table.ByTime(card);
        using var onDisk = new ObservationsOnDisk(paths, reading, card, _folder.File("scratch"));
        Assert.True(tables.Count > 1);
        Assert.Equal(tables.Select(t => t.AnalysisTime!.Value), onDisk.Times);
        foreach (var (expected, actual) in tables.Zip(onDisk.Read(0, onDisk.Times.Count)))
        {
            Assert.Equal(expected.Observations.AsEnumerable(), actual.Observations);
            Assert.Equal(expected.Observations.Select(o => o.Time?.Kind), actual.Observations.Select(o => o.Time?.Kind));
            Assert.Equal((expected.Source, expected.AnalysisTime), (actual.Source, actual.AnalysisTime));
        }

        Assert.Equal(table.Notes.AsEnumerable(), onDisk.Notes);
        Assert.Equal((table.RejectedCount, table.RejectedPlaces, table.Source), (onDisk.RejectedCount, onDisk.RejectedPlaces, onDisk.Source));
        Assert.Equal(table.IgnoredColumns.AsEnumerable(), onDisk.IgnoredColumns);
        Assert.Equal(table.Observations.Any(o => o.Error is null && o.Flag is null), onDisk.LackErrors);
    }

    /// <summary>Each kind of row that is treated in a way of its own.</summary>
    private static string Row(int i)
    {
        const int Days = 70;
        var (station, day) = (i / Days, i % Days);
        var time = new DateTime(2000, 1, 1, i % 3 * 6, 0, 0).AddDays(day).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
        var isPressure = i % 2 == 1;
        var value = (isPressure ? 500 : 3) * Math.Sin(i * 0.7);
        var (anomaly, error, units) = (value.ToString("f3", CultureInfo.InvariantCulture), "0.5", isPressure ? "Pa" : "K");
        switch (i % 41)
        {
            case 3: anomaly = ""; break;
            case 5: anomaly = "-9999"; break;
            case 7: error = "-99.9"; break;
            case 9: error = ""; break;
            case 11: anomaly = "warm"; break;
            case 13: time = ""; break;
            case 15: (anomaly, units) = ((value / 100).ToString("f5", CultureInfo.InvariantCulture), isPressure ? "hPa" : "K"); break;
            case 17: anomaly = isPressure ? "77777" : "7777"; break;
        }

        var row = FormattableString.Invariant($"{station % 80},{station % 350}.25,{anomaly},{error},{(isPressure ? "psl" : "ta")},{time},{(i % 29 == 0 ? "" : $"s{station}")},{units},x\n");
        // A repetition at the same time, and one at another of the same day.
        return i % 23 == 1 ? row + row : i % 31 == 1 ? row + row.Replace("T06:00", "T09:00").Replace("T00:00", "T09:00") : row;
    }
}
