using Microsoft.Data.Analysis;
using ParquetSharp;
using VaeDa.Observations;

namespace VaeDa.Tests.Observations;

public sealed class ObservationFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_csv_gives_its_columns()
    {
        var table = Read("lat,lon,anomaly,error,variable,time,station\n55.75,37.6,-1.25,0.5,t2m,2000-01-15,27612\n-10,359.5,2,,,2000-01-15T12:00,\"Lima, Callao\"\n");
        Assert.Equal(2, table.Count);
        Assert.Equal([55.75, -10], table.Latitude);
        Assert.Equal([37.6, 359.5], table.Longitude);
        Assert.Equal([-1.25, 2], table.Anomaly);
        Assert.Equal([0.5, null], table.Error);
        Assert.Equal(["t2m", null], table.Variable);
        Assert.Equal([new DateTime(2000, 1, 15), new DateTime(2000, 1, 15, 12, 0, 0)], table.Time);
        Assert.Equal(["27612", "Lima, Callao"], table.Station);
        Assert.Equal(_folder.File("obs.csv") + ":3", table.Place(1));
    }

    [Theory]
    [InlineData("LAT;Long;Value\n1;2;3\n")]
    [InlineData("latitude\tlongitude\tobs\r\n1\t2\t3\r\n")]
    [InlineData("anomaly, lat, lon\n 3, 1, 2\n\n")]
    [InlineData("\uFEFF\"lat\",\"lon\",\"t2m_anomaly\"\n\"1\",\"2\",\"3\"")]
    public void Separators_aliases_and_quotes_are_known(string text)
    {
        var table = Read(text);
        Assert.Equal((1, 2, 3), (table.Latitude.Single(), table.Longitude.Single(), table.Anomaly.Single()));
    }

    [Theory]
    [InlineData("lat,lon,anomaly\n1,2,3\n91.3,2,3\n", ":3: column 'lat': '91.3' is outside -90…90")]
    [InlineData("lat,LON,anomaly\n1,360.5,3\n", ":2: column 'LON': '360.5' is outside -180…360")]
    [InlineData("lat,lon,anomaly\n1,2,3\n\n1,2,abc\n", ":4: column 'anomaly': 'abc' is not a number")]
    [InlineData("lat,lon,anomaly\nNaN,2,3\n", ":2: column 'lat': 'NaN' is not a number")]
    [InlineData("lat,lon,anomaly\n1,2,inf\n", ":2: column 'anomaly': 'inf' is not a number")]
    [InlineData("lat;lon;anomaly\n1;2;3,5\n", ":2: column 'anomaly': '3,5' is not a number (decimals take a point)")]
    [InlineData("lat,lon,anomaly,sigma\n1,2,3,0\n", ":2: column 'sigma': '0' is not above 0")]
    [InlineData("lat,lon,anomaly,date\n1,2,3,15/01/2000\n", ":2: column 'date': '15/01/2000' is not a time")]
    [InlineData("lat,lon,anomaly\n1,2\n", ":2: 2 cells in the row; the header has 3")]
    [InlineData("lat,lon,anomaly\n1,2,3,4\n", ":2: 4 cells in the row; the header has 3")]
    [InlineData("lat,lon,Lat,anomaly\n1,2,3,4\n", ": the header names the column 'Lat' twice")]
    [InlineData("lat,lon,temp\n1,2,3\n", ": the header has no column for the anomaly ('anomaly', 'value', 't2m_anomaly', 'obs'); its columns are 'lat', 'lon', 'temp'")]
    [InlineData("1,2,3\n4,5,6\n", ": the header has no column for latitude")]
    [InlineData("lat,lon,anomaly\n", ": there is a header and no row below it")]
    [InlineData("lat,lon,anomaly\n1,2,NA\n", ": no row has an anomaly")]
    [InlineData("", ": the file is empty")]
    [InlineData(" \n\n", ": the file is empty")]
    [InlineData("\"", ":1: a quote is opened here and closed nowhere")]
    public void A_malformed_file_is_refused_by_place(string text, string message)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => Read(text));
        Assert.StartsWith(_folder.File("obs.csv") + message, refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Assert.Contains("no such file", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("none.csv"))).Message);

    [Fact]
    public void Parquet_cut_short_is_refused()
    {
        Table().Write(_folder.File("obs.parquet"));
        var bytes = File.ReadAllBytes(_folder.File("obs.parquet"));
        File.WriteAllBytes(_folder.File("cut.parquet"), bytes[..(bytes.Length / 2)]);
        Assert.Contains("not a Parquet file", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("cut.parquet"))).Message);
    }

    [Fact]
    public void A_few_rows_that_cannot_be_read_are_left_out_and_said_or_refused_where_that_is_asked_for()
    {
        const string Text = "lat,lon,anomaly,error,time\n1,2,3,0.5,2000-01-15\n91,2,3,0.5,2000-01-15\n3,2,4,-1,2000-01-15\n4,2,5,0.5,2000-01-15\n5,2,5,0.5,2000-01-15\n";
        var table = Read(Text);
        Assert.Equal([3, 3, 4, 5, 5], table.Anomaly);
        Assert.Equal([null, "unreadable: column 'lat': '91' is outside -90…90", "unreadable: column 'error': '-1' is not above 0", null, null], table.Observations.Select(o => o.Flag));
        Assert.Equal($"2 rows cannot be read and are left out; the first: {_folder.File("obs.csv")}:3: column 'lat': '91' is outside -90…90", Assert.Single(table.Notes));
        Assert.EndsWith(":3: column 'lat': '91' is outside -90…90", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(_folder.File("obs.csv"), strict: true)).Message);
        Assert.EndsWith("'91' is outside -90…90 (and 2 more of 6 rows cannot be read)", Assert.Throws<InvalidInputException>(() => Read(Text + "6,2,warm,0.5,2000-01-15\n")).Message);
    }

    [Fact]
    public void Missing_anomalies_are_counted_by_line_and_other_columns_named()
    {
        var table = Read("lat,lon,anomaly,flag,Elevation\n1,2,3,0,10\n1,2,,0,10\n1,2,NaN,0,10\n1,2,n/a,0,10\n5,6,7,0,10\n");
        Assert.Equal([3, 7], table.Anomaly);
        Assert.Equal([3, 4, 5], table.RejectedLines);
        Assert.Equal(3, table.RejectedCount);
        Assert.Equal(["flag", "Elevation"], table.IgnoredColumns);
        Assert.EndsWith(":6", table.Place(1));
    }

    [Fact]
    public void Rows_that_repeat_others_keep_their_place() => Assert.Equal(2, Read("lat,lon,anomaly\n1,2,3\n1,2,3\n").Count);

    [Theory]
    [InlineData("out.csv")]
    [InlineData("out.parquet")]
    public void What_is_written_reads_back_the_same(string name)
    {
        var table = Table();
        table.Write(_folder.File(name));
        Assert.Equal(table.Observations.Select(o => o with { Line = 0 }), ObservationFile.Read(_folder.File(name)).Observations.Select(o => o with { Line = 0 }));
    }

    [Fact]
    public void A_data_frame_gives_the_same_table() =>
        Assert.Equal(Table().Observations, ObservationTable.FromDataFrame(Table().ToDataFrame()).Observations);

    [Fact]
    public void A_bad_data_frame_is_refused_by_row_and_column()
    {
        var frame = new DataFrame(new DoubleDataFrameColumn("lat", [1, 95]), new DoubleDataFrameColumn("lon", [1, 2]), new DoubleDataFrameColumn("anomaly", [1, 2]));
        Assert.Equal("data frame:2: column 'lat': '95' is outside -90…90", Assert.Throws<InvalidInputException>(() => ObservationTable.FromDataFrame(frame)).Message);
    }

    [Fact]
    public void Optional_columns_that_hold_nothing_are_not_written()
    {
        new ObservationTable([new Observation(1, 2, 3)]).Write(_folder.File("bare.csv"));
        Assert.Equal("lat,lon,anomaly\n1,2,3\n", File.ReadAllText(_folder.File("bare.csv")).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void Parquet_of_other_types_and_several_row_groups_is_read()
    {
        var path = _folder.File("pandas.parquet");
        using (var file = new ParquetFileWriter(path, [new Column<float>("Latitude"), new Column<int>("longitude"), new Column<float?>("value"), new Column<DateTimeNanos>("time")]))
        {
            foreach (var start in new[] { 0, 2 })
            {
                using var group = file.AppendRowGroup();
                Write(group, 10.5f + start, 11.5f + start);
                Write(group, 20 + start, 21 + start);
                Write<float?>(group, 0.1f, null);
                Write(group, new DateTimeNanos(new DateTime(2000, 1, 15, 6, 0, 0)), new DateTimeNanos(new DateTime(2000, 1, 16)));
            }

            file.Close();
        }

        var table = ObservationFile.Read(path);
        Assert.Equal([10.5, 12.5], table.Latitude);
        Assert.Equal([20, 22], table.Longitude);
        Assert.Equal([0.1, 0.1], table.Anomaly.Select(a => Math.Round(a, 6)));
        Assert.Equal(new DateTime(2000, 1, 15, 6, 0, 0), table.Time[0]);
        Assert.Equal([2, 4], table.RejectedLines);
    }

    [Fact]
    public void Real_station_anomalies_are_read()
    {
        var stations = SharedData.File("stations/station-anomalies-1860.csv");
        var table = ObservationFile.Read(stations);
        Assert.Equal(File.ReadLines(stations).Count() - 1, table.Count + table.RejectedCount);
        Assert.All(table.Time, time => Assert.Equal(1860, time!.Value.Year));
        Assert.Equal("010980", table.Station[0]);
    }

    [Fact]
    public void A_table_holds_no_impossible_observation()
    {
        Assert.Throws<ArgumentException>(() => new ObservationTable([new Observation(1, 2, double.NaN)]));
        Assert.Throws<ArgumentException>(() => new ObservationTable([new Observation(1, 2, 3) { Error = 0 }]));
    }

    private static void Write<T>(RowGroupWriter group, params T[] values)
    {
        using var writer = group.NextColumn().LogicalWriter<T>();
        writer.WriteBatch(values);
    }

    private static ObservationTable Table() => new(
    [
        new Observation(1.0 / 3, -179.99, Math.PI) { Error = 0.1, Variable = "t2m", Time = new DateTime(1916, 3, 12, 6, 30, 0), Station = "a \"quoted\", one", Line = 1 },
        new Observation(-90, 360, -1e-17) { Time = new DateTime(1916, 3, 12), Line = 2 },
    ]);

    private ObservationTable Read(string text) => ObservationFile.Read(_folder.Write("obs.csv", text));
}
