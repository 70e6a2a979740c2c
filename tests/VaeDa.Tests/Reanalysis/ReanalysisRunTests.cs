using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Netcdf;
using VaeDa.Observations;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;
using VaeDa.Results;
using static TorchSharp.torch;

namespace VaeDa.Tests.Reanalysis;

[Collection(nameof(OneThread))]
public sealed class ReanalysisRunTests(ManyDates dates) : IClassFixture<ManyDates>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_date_has_what_its_analysis_alone_would_have()
    {
        var summary = dates.Run(_folder.File("out"))!;
        Assert.Equal((8, 8, 0), (summary.Dates, summary.Done, summary.Without));
        Assert.Empty(summary.Failures);
        Assert.Equal(["2001-01.nc", "2001-02.nc", "dates.parquet", "observations/year=2001/2001-01.parquet", "observations/year=2001/2001-02.parquet", "reanalysis.json", "series.parquet", "stations.csv", "worth.csv"], ManyDates.Contents(_folder.File("out")).Keys.Order());

        // The seventh date is the second of February.
        var threads = get_num_threads();
        set_num_threads(1);
        var alone = new Assimilator(dates.Model, new AssimilationOptions { Members = 4 }).Run(dates.Tables[6]);
        set_num_threads(threads);
        using var file = NetcdfDataset.Open(_folder.File("out/2001-02.nc"));
        Assert.True(file.Find("time")!.Dimensions[0].IsUnlimited);
        var cells = dates.Model.Grid.Cells;
        for (var v = 0; v < 2; v++)
        {
            var mean = file.ReadAll(file.Find($"x{v}_mean")!);
            Assert.Equal(alone[$"x{v}"].Mean, mean.Skip(cells).Take(cells).Select(x => (float)x));
            var members = file.ReadAll(file.Find($"x{v}")!);
            Assert.Equal(alone[$"x{v}"].Members[3], members.Skip((4 + 3) * cells).Take(cells).Select(x => (float)x));
        }

        var table = DataFrameFile.Read(_folder.File("out/dates.parquet"));
        Assert.Equal(alone.Diagnostics.ChiSquare, (double)table["chi_square"][6]);
        Assert.Equal(new AreaMean(dates.Model.Grid).RootMeanSquare(alone["x1"].Spread), (double)table["x1_spread"][6], 1e-12);
        var series = DataFrameFile.Read(_folder.File("out/series.parquet"));
        var row = Enumerable.Range(0, (int)series.Rows.Count).Single(r => (DateTime)series["time"][r] == ManyDates.First.AddDays(6) && (string)series["area"][r] == "globe" && (string)series["variable"][r] == "x1");
        Assert.Equal(new AreaMean(dates.Model.Grid).Of<float>(alone["x1"].Members[2]), (double)series["member_3"][row], 1e-4);
        DataFrame[] feedback = [.. new[] { "2001-01", "2001-02" }.Select(month => DataFrameFile.Read(_folder.File($"out/observations/year=2001/{month}.parquet")))];
        var worth = DataFrame.LoadCsv(_folder.File("out/worth.csv"));
        foreach (var column in (string[])["influence", "gain_removed"])
        {
            var sum = feedback.Sum(frame => frame[column].Cast<double?>().Sum());
            Assert.True(sum > 0);
            Assert.Equal(sum.Value, worth[column].Cast<object>().Sum(value => Convert.ToDouble(value, CultureInfo.InvariantCulture)), 1e-4 * sum.Value);
        }

        Assert.Equal((string)worth["station"][0], summary.Worth[0].Station);
        Assert.Equal(480, DataFrameFile.Read(_folder.File("out/observations/year=2001/2001-01.parquet")).Rows.Count + DataFrameFile.Read(_folder.File("out/observations/year=2001/2001-02.parquet")).Rows.Count);
    }

    [Fact]
    public void Files_of_another_reanalysis_are_refused()
    {
        dates.Run(_folder.File("one"));
        dates.Run(_folder.File("other"), new ReanalysisOptions { Assimilation = new AssimilationOptions { Members = 4, Seed = 7 } });
        foreach (var (file, read) in new (string, Action<ReanalysisResults>)[]
        {
            ("dates.parquet", _ => { }),
            ("series.parquet", results => results.Series("globe", "x0")),
            ("observations/year=2001/2001-01.parquet", results => results.ObservationsOf("2001-01")),
            ("2001-01.nc", results => results.Read(results.Times[0])),
        })
        {
            var path = _folder.File($"one/{file}");
            var whole = File.ReadAllBytes(path);
            read(ReanalysisResults.Open(_folder.File("one")));
            File.Copy(_folder.File($"other/{file}"), path, overwrite: true);
            Assert.Equal(
                $"{path}: of another reanalysis than reanalysis.json of its folder; all files of the folder must be of one: make it again",
                Assert.Throws<InvalidInputException>(() => read(ReanalysisResults.Open(_folder.File("one")))).Message);
            File.WriteAllBytes(path, whole);
        }
    }

    [Fact]
    public void Interruptions_shares_and_workers_change_no_byte()
    {
        dates.Run(_folder.File("whole"));
        var right = ManyDates.Contents(_folder.File("whole"));

        // Interrupted in each block, and between them.
        foreach (var after in new[] { 2, 3, 1 })
        {
            using var source = new CancellationTokenSource();
            Assert.ThrowsAny<OperationCanceledException>(() => dates.Run(_folder.File("interrupted"), progress: p => Cancel(p, after, source), cancellation: source.Token));
            Assert.DoesNotContain("dates.parquet", ManyDates.Contents(_folder.File("interrupted")).Keys);
        }

        Assert.NotNull(dates.Run(_folder.File("interrupted")));
        Assert.Equal(right, ManyDates.Contents(_folder.File("interrupted")));

        Assert.Null(dates.Run(_folder.File("shared"), Options(new Shard(2, 2))));
        Assert.NotNull(dates.Run(_folder.File("shared"), Options(new Shard(1, 2))));
        Assert.Equal(right, ManyDates.Contents(_folder.File("shared")));

        Assert.Empty(ReanalysisResults.Open(_folder.File("shared")).Commands);

        dates.Run(_folder.File("workers"), Options(Shard.Whole) with { Workers = 3 });
        Assert.Equal(right, ManyDates.Contents(_folder.File("workers")));

        static void Cancel(ReanalysisProgress progress, int after, CancellationTokenSource source)
        {
            if (progress.Done == after)
            {
                source.Cancel();
            }
        }

        static ReanalysisOptions Options(Shard shard) => new() { Assimilation = new() { Members = 4 }, Shard = shard };
    }

    [Fact]
    public void What_asked_for_its_runs_stands_in_the_log_alone()
    {
        dates.Run(_folder.File("whole"));
        foreach (var (shard, command) in new[] { (1, "made one"), (1, "made one"), (2, "made 'two\nof two'\n") })
        {
            dates.Run(_folder.File("out"), new ReanalysisOptions { Assimilation = new() { Members = 4 }, Shard = new Shard(shard, 2), Command = command });
        }

        Assert.Equal(ManyDates.Contents(_folder.File("whole")), ManyDates.Contents(_folder.File("out")));
        var commands = ReanalysisResults.Open(_folder.File("out")).Commands;
        Assert.Equal(["made one", "made 'two of two'"], commands.Select(c => c.Command));
        Assert.All(commands, c => Assert.InRange(DateTime.Parse(c.Time, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AdjustToUniversal), DateTime.UtcNow.AddHours(-1), DateTime.UtcNow));

        File.Delete(_folder.File("out/reanalysis.log"));
        Assert.Empty(ReanalysisResults.Open(_folder.File("out")).Commands);
    }

    [Fact]
    public void What_is_left_of_a_killed_run_goes()
    {
        dates.Run(_folder.File("whole"));
        Directory.CreateDirectory(_folder.File("killed"));
        using var source = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => dates.Run(_folder.File("killed"), progress: p => source.Cancel(), cancellation: source.Token));
        // As a process that is killed leaves them: nothing of its own ran any more.
        Directory.CreateDirectory(_folder.File("killed/observations/year=2001"));
        foreach (var name in new[] { ".2001-01.nc.0123abcd.partial", "observations/year=2001/.2001-02.parquet.0123abcd.partial", ".parts/.2001-01.dates.parquet.0123abcd.partial", ".reanalysis.json.0123abcd.partial", ".dates.parquet.0123abcd.partial" })
        {
            Directory.CreateDirectory(_folder.File($"killed/{name}"));
            File.WriteAllText(_folder.File($"killed/{name}/half"), "half");
        }

        dates.Run(_folder.File("killed"));
        Assert.Equal(ManyDates.Contents(_folder.File("whole")), ManyDates.Contents(_folder.File("killed")));
    }

    [Fact]
    public void A_run_that_was_killed_before_its_first_file_was_whole_begins_anew()
    {
        Directory.CreateDirectory(_folder.File("killed/.reanalysis.json.0123abcd.partial/made"));
        Assert.NotNull(dates.Run(_folder.File("killed")));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder.File("killed")), entry => Path.GetFileName(entry).StartsWith('.'));
    }

    [Fact]
    public void A_run_that_was_killed_when_all_was_done_leaves_nothing_the_next_time()
    {
        dates.Run(_folder.File("killed"));
        Directory.CreateDirectory(_folder.File("killed/.parts/.series.parquet.0123abcd.partial"));
        Directory.CreateDirectory(_folder.File("killed/.reanalysis.json.0123abcd.partial/made"));
        Assert.NotNull(dates.Run(_folder.File("killed")));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(_folder.File("killed")), entry => Path.GetFileName(entry).StartsWith('.'));
    }

    [Theory]
    [InlineData("\"2001-01\"", "\"../x\"", "a block of it is called '../x'")]
    [InlineData("\"name\": \"x0\"", "\"name\": \"../x0\"", "a variable cannot be called '../x0'")]
    [InlineData("\"name\": \"north\"", "\"name\": \"../north\"", "an area or place cannot be called '../north'")]
    public void Names_in_its_description_are_never_paths(string name, string path, string reason)
    {
        dates.Run(_folder.File("out"));
        var file = _folder.File("out/reanalysis.json");
        var text = File.ReadAllText(file);
        Assert.Contains(name, text);
        File.WriteAllText(file, text.Replace(name, path, StringComparison.Ordinal));
        var message = Assert.Throws<InvalidInputException>(() => ReanalysisResults.Open(_folder.File("out"))).Message;
        Assert.StartsWith($"{file}: ", message);
        Assert.Contains(reason, message);
    }

    [Fact]
    public void A_date_that_fails_is_missing_in_the_fields_and_said_in_the_table()
    {
        // All of one variable that the model does not have.
        var tables = dates.Tables.ToArray();
        tables[1] = new ObservationTable(tables[1].Observations.Select(o => o with { Variable = "other" }));
        var summary = dates.Run(_folder.File("out"), sequence: new ObservationsInMemory(tables))!;
        Assert.Equal((8, 7), (summary.Dates, summary.Done));
        var failure = Assert.Single(summary.Failures);
        Assert.Equal(ManyDates.First.AddDays(1), failure.Time);
        Assert.Contains("none of the 60 observations can be used", failure.Reason);
        var table = DataFrameFile.Read(_folder.File("out/dates.parquet"));
        Assert.StartsWith("failed: ", (string)table["state"][1]);
        Assert.Null(table["chi_square"][1]);
        using var file = NetcdfDataset.Open(_folder.File("out/2001-01.nc"));
        var cells = dates.Model.Grid.Cells;
        Assert.All(file.ReadAll(file.Find("x0_mean")!).Chunk(cells).Index(), date => Assert.Equal(date.Index != 1, double.IsFinite(date.Item[0])));
    }

    [Fact]
    public void Days_without_observations_are_counted()
    {
        var summary = dates.Run(_folder.File("out"), sequence: new ObservationsInMemory([.. dates.Tables.Where((_, i) => i is not 2 and not 3)]))!;
        Assert.Equal((6, 2), (summary.Dates, summary.Without));
    }

    [Fact]
    public void A_folder_of_something_else_or_of_other_settings_is_refused()
    {
        Directory.CreateDirectory(_folder.File("other"));
        _folder.Write("other/notes.txt", "mine");
        Assert.Contains("holds 'notes.txt'", Assert.Throws<InvalidInputException>(() => dates.Run(_folder.File("other"))).Message);

        dates.Run(_folder.File("out"));
        var before = ManyDates.Contents(_folder.File("out"));
        var message = Assert.Throws<InvalidInputException>(() => dates.Run(_folder.File("out"), new ReanalysisOptions { Assimilation = new() { Members = 5, Seed = 2 } })).Message;
        Assert.Contains("other settings (members, seed)", message);
        Assert.Equal(before, ManyDates.Contents(_folder.File("out")));
        // The same again finds all done.
        Assert.Equal(8, dates.Run(_folder.File("out"), progress: _ => Assert.Fail("there is nothing to do"))!.Done);
    }

    [Fact]
    public void A_second_run_in_the_same_folder_hears_who_is_at_work_there()
    {
        string? message = null;
        dates.Run(_folder.File("out"), progress: _ => message ??= Assert.Throws<InvalidInputException>(() => dates.Run(_folder.File("out"))).Message);
        Assert.Contains($"another run is at work in this folder (process {Environment.ProcessId} on {Environment.MachineName}", message);
    }

    [Theory]
    [InlineData(SavedFields.Members, "x0,x0_analysis,x0_mean,x0_spread")]
    [InlineData(SavedFields.Mean, "x0_mean,x0_spread")]
    [InlineData(SavedFields.None, null)]
    public void Only_the_fields_that_are_asked_for_are_kept(SavedFields save, string? names)
    {
        dates.Run(_folder.File("out"), new ReanalysisOptions { Assimilation = new() { Members = 4 }, Save = save });
        Assert.Equal(names is not null, File.Exists(_folder.File("out/2001-01.nc")));
        if (names is not null)
        {
            using var file = NetcdfDataset.Open(_folder.File("out/2001-01.nc"));
            Assert.Equal(names.Split(','), file.Variables.Select(v => v.Name).Where(name => name.StartsWith("x0", StringComparison.Ordinal) && !name.EndsWith("deviation", StringComparison.Ordinal)).Order());
        }
    }
}
