using System.IO.Compression;
using ParquetSharp;
using VaeDa.Observations;
using Encoding = System.Text.Encoding;

namespace VaeDa.Tests.Observations;

/// <summary>Tables as other programs write them.</summary>
public sealed class ObservationFormatsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("# made by hand\n\n#missing: NA, \"or so\nlat,lon,anomaly\n50,10,1.5\n")]
    [InlineData("% a, b, c, d, e, f\n  %\nlat;lon;anomaly\n50;10;1.5\n% the end\n")]
    [InlineData("# lat lon anomaly\n# lat, lon, anomaly\n50,10,1.5\n")]
    [InlineData("\uFEFF#\tx\nlat\tlon\tanomaly\n50\t10\t1.5\n# end\n")]
    public void Lines_of_comment_are_passed_over(string text)
    {
        var table = Read("obs.csv", text);
        Assert.Equal(new Observation(50, 10, 1.5), Assert.Single(table.Observations) with { Line = 0 });
        Assert.Equal(Array.FindIndex(text.Split('\n'), line => line.StartsWith("50", StringComparison.Ordinal)) + 1, table.Observations[0].Line);
    }

    [Fact]
    public void A_header_that_is_a_comment_leaves_the_rows_their_lines() =>
        Assert.Equal([2, 3, 4], Read("obs.csv", "# lat, lon, anomaly\n50,10,1.5\n51,10,2\n52,10,2\n").Observations.Select(o => o.Line));

    [Fact]
    public void A_station_that_begins_like_a_comment_is_none() =>
        Assert.Equal(["#12", "%7"], Read("obs.csv", "id,lat,lon,anomaly\n#12,50,10,1\n%7,51,10,2\n").Station);

    [Fact]
    public void A_file_of_comments_alone_is_empty() =>
        Assert.Contains("the file is empty", Assert.Throws<InvalidInputException>(() => Read("obs.csv", "# nothing\n#\n")).Message);

    [Theory]
    [InlineData("obs.csv.gz")]
    [InlineData("obs.csv")]
    public void Gzip_is_unpacked_whatever_the_file_is_called(string name)
    {
        // Two members, one after the other, as 'cat' makes them.
        File.WriteAllBytes(_folder.File(name), [.. Gzip("# one\nlat,lon,anomaly\n50,10,1\n"), .. Gzip("51,11,2\n")]);
        var table = ObservationFile.Read(_folder.File(name));
        Assert.Equal([1, 2], table.Anomaly);
        Assert.EndsWith(":4", table.Place(1));
    }

    [Fact]
    public void Parquet_inside_gzip_is_read()
    {
        new ObservationTable([new Observation(1, 2, 3)]).Write(_folder.File("obs.parquet"));
        File.WriteAllBytes(_folder.File("obs.parquet.gz"), Gzip(File.ReadAllBytes(_folder.File("obs.parquet"))));
        Assert.Equal([3], ObservationFile.Read(_folder.File("obs.parquet.gz")).Anomaly);
    }

    [Fact]
    public void Gzip_that_is_cut_short_or_grows_without_end_is_refused()
    {
        var whole = Gzip("lat,lon,anomaly\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"{i % 90},{i % 360},{i * 0.37}\n")));
        File.WriteAllBytes(_folder.File("cut.csv.gz"), whole[..(whole.Length / 2)]);
        File.WriteAllBytes(_folder.File("large.csv.gz"), Gzip(new byte[100_000_000]));
        Assert.Contains("cut.csv.gz: compressed by gzip, and cut short", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("cut.csv.gz"))).Message);
        Assert.Contains("large.csv.gz: compressed by gzip, and more than 64 MB", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("large.csv.gz"))).Message);
    }

    [Theory]
    [InlineData("PK\u0003\u0004xlsx", "a zip archive or a spreadsheet")]
    [InlineData("BZh91AY", "compressed by bzip2")]
    [InlineData("CDF\u0001\0\0\0\0", "netCDF")]
    public void What_is_no_table_is_named(string text, string message)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read("obs.csv", text)).Message;
        Assert.Contains($"obs.csv: not a table: it is {message}", refusal);
    }

    [Fact]
    public void A_file_of_other_bytes_is_refused_without_showing_them()
    {
        var bytes = new byte[5000];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(_folder.File("obs.csv"), bytes);
        var refusal = Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("obs.csv"))).Message;
        Assert.InRange(refusal.Length, 20, 2000);
        Assert.DoesNotContain(refusal, char.IsControl);
    }

    [Fact]
    public void Parquet_with_damaged_bytes_is_refused_by_file()
    {
        new ObservationTable([.. Enumerable.Range(0, 50).Select(i => new Observation(i, 2 * i, 0.37 * i) { Station = $"S{i}" })]).Write(_folder.File("obs.parquet"));
        var whole = File.ReadAllBytes(_folder.File("obs.parquet"));
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var i = 0; i < 4; i++)
            {
                damaged[random.Next(4, damaged.Length - 8)] = (byte)random.Next(256);
            }

            File.WriteAllBytes(_folder.File("damaged.parquet"), damaged);
            if (Record.Exception(() => ObservationFile.Read(_folder.File("damaged.parquet"))) is { } refusal)
            {
                Assert.Contains("damaged.parquet", Assert.IsType<InvalidInputException>(refusal).Message);
            }
        }
    }

    [Theory]
    [InlineData("year,month", "2000,7", "2000-07-01")]
    [InlineData("YEAR,Month,DAY", "2000,7,15", "2000-07-15")]
    [InlineData("year,month,day,hour", "2000,7,15,18", "2000-07-15T18:00")]
    [InlineData("year,month,day,hour,minute", "2000.0,07,15,6,30", "2000-07-15T06:30")]
    [InlineData("year,month,day,time", "2000,7,15,06:30", "2000-07-15T06:30")]
    [InlineData("year,doy", "2000,61", "2000-03-01")]
    [InlineData("yyyy,mm,dd", "1893,12,31", "1893-12-31")]
    [InlineData("year", "1893", "1893-01-01")]
    [InlineData("date,time", "2000-07-15,18:00:00", "2000-07-15T18:00")]
    [InlineData("date,hour", "2000-07-15,18", "2000-07-15T18:00")]
    [InlineData("date,datetime", "2000-07-15,2000-07-15T18:00", "2000-07-15T18:00")]
    [InlineData("time,year,month", "2000-07-15,1999,1", "2000-07-15")]
    [InlineData("date", "2000/07/15", "2000-07-15")]
    [InlineData("time", "200007", "2000-07-01")]
    public void The_time_is_read_of_the_columns_that_tell_it(string names, string cells, string time)
    {
        var table = Read("obs.csv", $"lat,lon,{names},anomaly\n50,10,{cells},1\n");
        Assert.Equal(DateTime.Parse(time, System.Globalization.CultureInfo.InvariantCulture), table.Time[0]);
        Assert.Equal(names is "date,datetime" ? ["date"] : names is "time,year,month" ? ["year", "month"] : [], table.IgnoredColumns);
    }

    [Theory]
    [InlineData("year,month", "2000,13", ":2: column 'month': '13' is outside 1…12")]
    [InlineData("year,month,day", "1999,2,29", ":2: column 'day': '29' is outside 1…28")]
    [InlineData("year,month", "2000,1.5", ":2: column 'month': '1.5' is not a whole number")]
    [InlineData("year,month", "2000,", ":2: column 'month': '' is not a number")]
    [InlineData("year,day", "2000,61", ": there are columns for year and day and none for the month ('month', 'mon', 'mm')")]
    [InlineData("month,x", "1,1,1\n50,10,2,1", ": there is a column for the month and none for the year ('year', 'yyyy', 'yr')")]
    public void A_time_that_is_none_is_refused_by_place(string names, string cells, string message) =>
        Assert.StartsWith(_folder.File("obs.csv") + message, Assert.Throws<InvalidInputException>(() => Read("obs.csv", $"lat,lon,{names},anomaly\n50,10,{cells},1\n")).Message);

    [Fact]
    public void A_time_of_month_and_year_is_chosen_like_any_other()
    {
        var table = Read("obs.csv", "lat,lon,year,month,anomaly\n50,10,2000,1,1\n50,10,2000,2,2\n");
        Assert.Contains("observations of 2 times, from 2000-01-01 00:00 to 2000-02-01 00:00; choose one", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(table, null)).Message);
        Assert.Equal([2], TimeSelection.Of(table, "2000-02").Anomaly);
    }

    [Fact]
    public void Parquet_of_bytes_old_times_and_decimals_is_read()
    {
        using (var file = new ParquetFileWriter(_folder.File("obs.parquet"), [
            new Column<float>("lat"), new Column<decimal>("lon", LogicalType.Decimal(9, 2)), new Column<double?>("anomaly"),
            new Column<byte[]>("station"), new Column<Int96>("time"), new Column<int[]>("codes"), new Column<TimeSpan?>("since")]))
        {
            using (var group = file.AppendRowGroup())
            {
                Values(group, 10.5f, -20f);
                Values(group, 1.25m, 350m);
                Values<double?>(group, 0.1, null);
                Values(group, Encoding.UTF8.GetBytes("Tromsø"), Encoding.UTF8.GetBytes("land-0002"));
                Values(group, OldTime(2451545, TimeSpan.FromHours(18)), OldTime(2440588, TimeSpan.Zero));
                Values<int[]>(group, [1, 2, 3], []);
                Values<TimeSpan?>(group, null, TimeSpan.FromSeconds(3));
            }

            file.Close();
        }

        var table = ObservationFile.Read(_folder.File("obs.parquet"));
        Assert.Equal(new Observation(10.5, 1.25, 0.1) { Station = "Tromsø", Time = new DateTime(2000, 1, 1, 18, 0, 0), Line = 1 }, Assert.Single(table.Observations));
        Assert.Equal([2], table.RejectedLines);
        Assert.Equal(["codes.list.item", "since"], table.IgnoredColumns);
    }

    private static Int96 OldTime(int julianDay, TimeSpan sinceMidnight)
    {
        var nanoseconds = sinceMidnight.Ticks * 100;
        return new Int96(unchecked((int)nanoseconds), (int)(nanoseconds >> 32), julianDay);
    }

    private static byte[] Gzip(string text) => Gzip(Encoding.UTF8.GetBytes(text));

    private static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    private static void Values<T>(RowGroupWriter group, params T[] values)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch(values);
    }

    private ObservationTable Read(string name, string text) => ObservationFile.Read(_folder.Write(name, text));
}
