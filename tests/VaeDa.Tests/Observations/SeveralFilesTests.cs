using VaeDa.Observations;
using VaeDa.Observations.Rows;

namespace VaeDa.Tests.Observations;

/// <summary>Several files of observations as one table.</summary>
public sealed class SeveralFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_a_folder_and_a_pattern_are_one_table_whose_rows_know_their_file_and_line()
    {
        var (a, b) = (_folder.Write("a.csv", "lat,lon,anomaly,time\n1,2,3,2000-01-15\n91,2,3,2000-01-15\n4,5,6,2000-01-15\n"), _folder.Write("b.csv", "lon,lat,anomaly,height\n2,7,8,1\n2,9,,1\n"));
        _folder.Write("README.md", "not a table");
        new ObservationTable([new Observation(10, 20, 30)]).Write(_folder.File("c.parquet"));
        foreach (var paths in new string[][] { [a, b, _folder.File("c.parquet")], [_folder.Path], [_folder.File("?.*")], [_folder.Path, a, _folder.File("a*")] })
        {
            var table = ObservationFile.Read(paths, new ObservationReading());
            Assert.Equal([3, 3, 6, 8, 30], table.Anomaly);
            Assert.Equal([$"{a}:2", $"{a}:3", $"{a}:4", $"{b}:2", $"{_folder.File("c.parquet")}:1"], Enumerable.Range(0, 5).Select(table.Place));
            Assert.Equal(["unreadable: column 'lat': '91' is outside -90…90"], table.Observations.Select(o => o.Flag).OfType<string>());
            Assert.Equal($"{b}:3", table.RejectedPlaces);
            Assert.Equal(["height"], table.IgnoredColumns);
            Assert.Equal(Directory.Exists(paths[0]), table.Notes.Contains($"{_folder.Path}: 1 files are no tables by their names and not read (README.md)"));
        }
    }

    [Fact]
    public void Repeats_and_codes_are_found_across_files()
    {
        var rows = string.Concat(Enumerable.Range(0, 30).Select(i => $"{i},{i},{0.1 * (i % 9)},S{i}\n"));
        var (a, b) = (_folder.Write("a.csv", $"lat,lon,anomaly,station\n{rows}40,40,-99.9,X\n"), _folder.Write("b.csv", "lat,lon,anomaly,station\n5.001,5.004,2.5,S5\n50,50,-99.9,Y\n60,1,1,S5\n"));
        var table = ObservationFile.Read([a, b], new ObservationReading());
        Assert.Equal(1.5, table.Anomaly[5], 1e-9);
        Assert.Equal([RowFlag.MissingCode, $"repeat: averaged with {a}:7", RowFlag.MissingCode], table.Observations.Select(o => o.Flag).OfType<string>());
        Assert.Contains(table.Notes, note => note.EndsWith($"they are left out ({a}:32, {b}:3)", StringComparison.Ordinal));
    }

    [Fact]
    public void A_station_s_place_may_be_rounded_and_its_longitude_written_either_way()
    {
        var table = ObservationFile.Read(_folder.Write("a.csv", "lat,lon,anomaly,station\n50.1234,-0.1278,1,London\n50.12,359.87,3,London\n50.2,-0.1278,5,London\n"));
        Assert.Equal([2, 3, 5], table.Anomaly);
        Assert.Equal([null, "repeat: averaged with line 2", null], table.Observations.Select(o => o.Flag));
        Assert.Equal([2, 3], ObservationFile.Read(_folder.Write("b.csv", "lat,lon,anomaly\n50,-0.5,1\n50,359.5,3\n")).Anomaly);
    }

    [Fact]
    public void A_hundred_thousand_rows_of_one_name_are_told_apart_quickly()
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        var (_, averaged, _) = Repeats.Averaged(new ObservationTable(Enumerable.Range(0, 100_000).Select(i => new Observation(-80 + 0.0016 * i, i % 360, 1) { Station = "SHIP" })), atAnyTime: false);
        Assert.Equal(0, averaged);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void A_folder_without_tables_and_a_pattern_that_nothing_matches_are_refused()
    {
        _folder.Write("README.md", "not a table");
        Assert.Contains("no file in this folder ends in .csv, .tsv", Assert.Throws<InvalidInputException>(() => ObservationFile.Read([_folder.Path], new ObservationReading())).Message);
        Assert.EndsWith("*.csv: there is no such file", Assert.Throws<InvalidInputException>(() => ObservationFile.Read([_folder.File("*.csv")], new ObservationReading())).Message);
    }

    [Fact]
    public void One_file_without_a_value_does_not_stop_the_others()
    {
        var (a, b) = (_folder.Write("a.csv", "lat,lon,anomaly\n1,2,NA\n3,2,\n"), _folder.Write("b.csv", "lat,lon,anomaly\n1,2,3\n"));
        var table = ObservationFile.Read([a, b], new ObservationReading());
        Assert.Equal([3], table.Anomaly);
        Assert.Equal(2, table.RejectedCount);
        Assert.EndsWith("a.csv: no row has an anomaly (2 rows, the anomaly missing in each)", Assert.Throws<InvalidInputException>(() => ObservationFile.Read(a)).Message);
    }

    [Fact]
    public void Of_one_time_the_rows_without_a_value_are_those_of_that_time()
    {
        var table = ObservationFile.Read(_folder.Write("a.csv", "lat,lon,anomaly,time\n1,2,3,2000-01-15\n2,2,,2000-01-15\n3,2,,2000-01-16\n4,2,3,2000-01-16\n5,2,,\n"));
        Assert.Equal([3, 4, 6], table.RejectedLines);
        Assert.Equal([3, 6], TimeSelection.Of(table, "2000-01-15").RejectedLines);
        Assert.Equal([[3, 6], [4, 6]], table.ByTime().Select(t => t.RejectedLines.ToArray()));
    }
}
