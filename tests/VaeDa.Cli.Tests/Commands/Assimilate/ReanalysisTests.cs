using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using VaeDa.Observations;

namespace VaeDa.Cli.Tests.Commands.Assimilate;

public sealed class ReanalysisTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Weather _weather;
    private readonly ITestOutputHelper _output;

    public ReanalysisTests(Weather weather, ITestOutputHelper output)
    {
        (_weather, _output) = (weather, output);
        // Forty days over two months, each with stations of its own.
        var random = new Random(4);
        new ObservationTable(Enumerable.Range(0, 40).SelectMany(day => Enumerable.Range(0, 60).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, random.NextDouble() * 2 - 1)
        {
            Error = 1,
            Time = new DateTime(2002, 11, 20, 12, 0, 0, DateTimeKind.Utc).AddDays(day),
            Station = $"s{i}",
        }))).Write(_folder.File("days.csv"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Killed_at_any_moment_it_goes_on_and_ends_with_the_same_bytes() => KillAndCompare(5, new Random(6));

    [Fact(Explicit = true)]
    public void Killed_twenty_times_at_moments_of_its_whole_run_it_ends_with_the_same_bytes() => KillAndCompare(20, new Random(7));

    /// <summary>
    /// Each run but the last is killed at a moment drawn from the time that a whole one takes, so that kills come while libraries load, while dates are
    /// analysed, while files are written and joined. One that ends before its moment has its folder taken away, and says how long a whole one takes.
    /// </summary>
    private void KillAndCompare(int kills, Random random)
    {
        var command = Command("killed");
        var clock = Stopwatch.StartNew();
        var whole = VaedaProcess.RunIn(_folder.Path, Command("whole", "--threads", "1"));
        Assert.Equal((0, "40 dates with observations: 40 done, 0 failed"), (whole.ExitCode, whole.Output.Split('\n')[0]));
        var length = (int)clock.ElapsedMilliseconds;
        for (int done = 0, ended = 0; done < kills;)
        {
            clock.Restart();
            using var process = VaedaProcess.StartIn(_folder.Path, command);
            var moment = random.Next(length / 10, length);
            if (process.WaitForExit(moment))
            {
                length = Math.Min(length, (int)clock.ElapsedMilliseconds);
                Assert.True(++ended <= kills);
                Assert.Equal(Contents("whole"), Contents("killed"));
                Directory.Delete(_folder.File("killed"), recursive: true);
                continue;
            }

            process.Kill();
            process.WaitForExit();
            _output.WriteLine($"kill {++done} after {moment} ms: {State()}");
        }

        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("killed", "--threads", "2")).ExitCode);
        Assert.Equal(Contents("whole"), Contents("killed"));
        _output.WriteLine($"the same to the byte: {Contents("whole").Count} files, {Contents("whole").Values.Sum(bytes => bytes.Length)} bytes");

        string State() => !Directory.Exists(_folder.File("killed")) ? "no folder yet" : string.Join(" ", Directory.GetFiles(_folder.File("killed"), "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(_folder.File("killed"), file)).Where(file => !file.EndsWith(".log", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void An_array_of_a_batch_system_shares_it_out()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("whole")).ExitCode);
        foreach (var (task, message) in new[] { ("7", "shared: this share is done"), ("5", "40 dates with observations") })
        {
            var run = VaedaProcess.RunWith(
                new() { ["SLURM_ARRAY_TASK_ID"] = task, ["SLURM_ARRAY_TASK_MIN"] = "5", ["SLURM_ARRAY_TASK_STEP"] = "2", ["SLURM_ARRAY_TASK_COUNT"] = "2" }, _folder.Path, Command("shared"));
            Assert.Equal(0, run.ExitCode);
            Assert.StartsWith(message, run.Output);
            Assert.Contains($"share {(task == "5" ? 1 : 2)} of 2, by SLURM_ARRAY_TASK_ID (--shard 1/1 does all)", run.Error);
        }

        Assert.Equal(Contents("whole"), Contents("shared"));
    }

    [Theory]
    [InlineData("SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_STEP=3 SLURM_ARRAY_TASK_COUNT=2", "share 2 of 2, by SLURM_ARRAY_TASK_ID")]
    [InlineData("SGE_TASK_ID=14 SGE_TASK_FIRST=10 SGE_TASK_LAST=15 SGE_TASK_STEPSIZE=2", "share 3 of 3, by SGE_TASK_ID")]
    [InlineData("LSB_JOBINDEX=2 LSB_JOBINDEX_END=2 LSB_JOBINDEX_STEP=1", "share 2 of 2, by LSB_JOBINDEX")]
    [InlineData("LSB_JOBINDEX=5 LSB_JOBINDEX_END=9 LSB_JOBINDEX_STEP=4", "share 2 of 3, by LSB_JOBINDEX")]
    [InlineData("SGE_TASK_ID=undefined SGE_TASK_FIRST=undefined SGE_TASK_LAST=undefined", "40 of 40 dates")] // a job of Grid Engine that is no array
    [InlineData("LSB_JOBINDEX=0 LSB_JOBINDEX_END=0", "40 of 40 dates")] // the same of LSF
    [InlineData("PBS_ARRAY_INDEX=2", "vaeda: PBS_ARRAY_INDEX is 2, and nothing says of how many tasks; say --shard NUMBER/COUNT, or --shard 1/1 for all")]
    [InlineData("SGE_TASK_ID=3 SGE_TASK_FIRST=2 SGE_TASK_LAST=8 SGE_TASK_STEPSIZE=2", "vaeda: SGE_TASK_ID is 3, which is not one of an array from 2 by 2 of 4 tasks; say --shard NUMBER/COUNT, or --shard 1/1 for all")]
    [InlineData("SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_COUNT=3", "vaeda: SLURM_ARRAY_TASK_ID is 7, which is not one of an array from 0 by 1 of 3 tasks; say")] // a list such as 0,3,7
    public void Which_task_of_an_array_it_is_stands_in_the_variables_of_each_batch_system(string variables, string message)
    {
        var environment = variables.Split(' ').Select(v => v.Split('=')).ToDictionary(v => v[0], v => v[1]);
        var run = VaedaProcess.RunWith(environment, _folder.Path, Command("out", "--save", "none", "--members", "0"));
        Assert.Equal(message.StartsWith("vaeda", StringComparison.Ordinal) ? 2 : 0, run.ExitCode);
        Assert.Contains(message, run.Error);
        if (run.ExitCode == 2)
        {
            Assert.False(Directory.Exists(_folder.File("out")));
            Assert.Equal(0, VaedaProcess.RunWith(environment, _folder.Path, Command("out", "--save", "none", "--members", "0", "--shard", "1/1")).ExitCode);
        }
    }

    [Fact]
    public void The_globe_s_series_is_drawn_unless_no_picture_is_wanted()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("out", "--save", "none")).ExitCode);
        Assert.True(PngFile.SizeOf(_folder.File("out/series.png")).Width > 500);
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("bare", "--save", "none", "--no-pictures")).ExitCode);
        Assert.Equal([.. Contents("out").Keys.Where(file => file != "series.png").Order()], Contents("bare").Keys.Order());
        var date = VaedaProcess.RunIn(_folder.Path, [.. Command("date", "--time", "2002-12-03"), "--no-pictures"]);
        Assert.Equal((0, "date"), (date.ExitCode, date.Output.TrimEnd().Split('\n')[^1]));
        Assert.False(File.Exists(_folder.File("date/analysis.png")));
    }

    [Theory]
    [InlineData("--shard", "5/4", 1, "shard 5 of 4: the first number must be 1 or more, and no more than the second (--shard)")]
    [InlineData("--shard", "5", 2, "--shard is '5'; it must be as 1/4: the first of four")]
    [InlineData("--region", "x=1,2,3", 2, "--region is 'x=1,2,3'; it must be NAME=west,east,south,north")]
    [InlineData("--at", "=1,2", 2, "--at is '=1,2'; it must be NAME=latitude,longitude")]
    [InlineData("--at", "x=100,0", 1, "place 'x' (100,0) is outside the grid; a place is latitude,longitude in degrees")]
    [InlineData("--ahead", "-1", 1, "steps beyond the last observations are -1; they must be 0 or more (--ahead)")]
    [InlineData("--adjust", "days.csv", 1, "days.csv: the header has no column 'kind'; a table of stations' breaks, as a reanalysis leaves it, has station, kind, from, to, offset, standard_error")]
    [InlineData("--adjust", "missing", 1, "missing: there is no such file")]
    [InlineData("--truth", "sample", 2, "--truth is for one date, and these are many; choose one with --time")]
    [InlineData("--from", "2003-01-01", 1, "days.csv: no observation from 2003-01-01 to the last")]
    public void What_cannot_be_is_refused(string option, string value, int exitCode, string message)
    {
        var run = VaedaProcess.RunIn(_folder.Path, Command("out", option, value));
        Assert.Equal((exitCode, $"vaeda: {message}"), (run.ExitCode, run.Error.TrimEnd().Split('\n')[^1]));
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Theory]
    [InlineData("--save", "mean")]
    [InlineData("--memory", "none")]
    [InlineData("--adjust", "stations.csv")]
    [InlineData("--at", "x=1,2")]
    public void What_is_for_many_dates_is_refused_for_one(string option, string value)
    {
        var run = VaedaProcess.RunIn(_folder.Path, [.. Command("date", "--time", "2002-12-03"), option, value]);
        Assert.Equal((2, $"vaeda: {option} is for a reanalysis, and these observations are of one date, or of dates with more gaps than dates: --from and --to make a reanalysis of them"), (run.ExitCode, run.Error.TrimEnd()));
        Assert.False(Directory.Exists(_folder.File("date")));
    }

    [Fact]
    public void A_folder_of_observations_read_otherwise_is_refused()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("out", "--save", "none")).ExitCode);
        var run = VaedaProcess.RunIn(_folder.Path, Command("out", "--save", "none", "--one-in", "2"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("holds a reanalysis with other settings (reading)", run.Error);
    }

    [Fact]
    public void Its_withheld_stations_are_compared()
    {
        var run = VaedaProcess.RunIn(_folder.Path, Command("out", "--members", "2", "--save", "none", "--withhold", "3"));
        Assert.Equal(0, run.ExitCode);
        var withheld = int.Parse(Regex.Match(run.Output, @"(?m)^\w+ at (\d+) withheld observations: RMSE [0-9.]+ K; [0-9.]+ is expected").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Contains($"{withheld} of ", run.Error);
        var flags = Directory.GetFiles(_folder.File("out/observations"), "*.parquet", SearchOption.AllDirectories).SelectMany(file => new ParquetTable(file).Texts("flag")).ToList();
        Assert.Equal(withheld, flags.Count(flag => flag == "withheld"));
        Assert.InRange(withheld, 1, flags.Count(flag => flag == "used"));
        Assert.Equal(withheld, JsonDocument.Parse(File.ReadAllText(_folder.File("out/reanalysis.json"))).RootElement.GetProperty("summary").GetProperty("withheld")[0].GetProperty("observations").GetInt32());
        foreach (var share in new[] { "2/2", "1/2" })
        {
            Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("shared", "--members", "2", "--save", "none", "--withhold", "3", "--shard", share)).ExitCode);
        }

        Assert.Equal(File.ReadAllText(_folder.File("out/reanalysis.json")), File.ReadAllText(_folder.File("shared/reanalysis.json")));
    }

    [Fact]
    public void Its_dates_and_series_are_drawn()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("out", "--at", "here=10,20", "--members", "2")).ExitCode);
        foreach (var (arguments, picture) in new (string[], string)[] { (["--time", "2002-12-03"], "out/2002-12-03T1200.png"), (["--series", "here"], "out/here.png"), (["--series", "north", "--time", "2002-12"], "out/north.png") })
        {
            var run = VaedaProcess.RunIn(_folder.Path, ["plot", "out", .. arguments]);
            Assert.Equal((0, picture), (run.ExitCode, run.Output.Trim()));
            Assert.True(PngFile.SizeOf(_folder.File(picture)).Width > 500);
        }

        var unknown = VaedaProcess.RunIn(_folder.Path, "plot", "out", "--series", "mars");
        Assert.Equal(1, unknown.ExitCode);
        Assert.Contains("there is no series of 'mars'; there are globe, north", unknown.Error);
    }

    [Fact]
    public void Covariances_are_fitted_once_for_all_dates()
    {
        var run = VaedaProcess.RunIn(_folder.Path, Command("out", "--fit"));
        Assert.Equal(0, run.ExitCode);
        var fitted = Assert.Single(run.Error.Split('\n'), line => line.StartsWith("covariances fitted to 1200 innovations (", StringComparison.Ordinal));
        Assert.Contains("\"stations\":", File.ReadAllText(_folder.File("out/reanalysis.json")));
        var again = VaedaProcess.RunIn(_folder.Path, Command("out", "--fit", "--error", "2"));
        Assert.Equal((0, run.Output), (again.ExitCode, again.Output));
        Assert.Contains(fitted, again.Error);
        Assert.Contains("so --error has no effect", again.Error);
    }

    [Fact]
    public void A_station_that_jumps_is_found_and_corrected_when_asked_to()
    {
        var observe = VaedaProcess.RunIn(_folder.Path, "observe", _weather.Archive, "--from", "2002-10-15", "--to", "2002-12-31", "--network", "sparse", "--out", "clean.csv");
        Assert.Equal(0, observe.ExitCode);
        var clean = ObservationFile.Read(_folder.File("clean.csv"));
        var (station, from) = (clean.Station[40]!, new DateTime(2002, 11, 20, 0, 0, 0, DateTimeKind.Utc));
        // Four standard deviations of the weather there: so much is seen whatever the model knows.
        var size = 4 * Math.Sqrt(clean.Observations.Where(o => o.Station == station).Average(o => o.Anomaly * o.Anomaly));
        new ObservationTable(clean.Observations.Select(o => o.Station == station && o.Time >= from ? o with { Anomaly = o.Anomaly + size } : o)).Write(_folder.File("days.csv"));

        var found = VaedaProcess.RunIn(_folder.Path, Command("found", "--members", "0", "--save", "none", "--reject-beyond", "Infinity"));
        Assert.Equal(0, found.ExitCode);
        Assert.True(found.Output.Contains($"surest: {station} by ", StringComparison.Ordinal), found.Output + string.Join('\n', File.ReadLines(_folder.File("found/stations.csv")).Where(l => l.StartsWith(station, StringComparison.Ordinal))));
        var jump = Assert.Single(VaeDa.Reanalysis.Stations.StationTable.Read(_folder.File("found/stations.csv")), p => p.Station == station);
        Assert.InRange((jump.From - from).TotalDays, -3, 4);
        Assert.Equal(size, jump.Offset, 4 * jump.Error);

        var adjusted = VaedaProcess.RunIn(_folder.Path, Command("adjusted", "--members", "0", "--save", "none", "--adjust", "found"));
        Assert.Equal(0, adjusted.ExitCode);
        Assert.Contains("found/stations.csv: ", adjusted.Error);
        var table = new ParquetTable(_folder.File("adjusted/observations/year=2002/2002-12.parquet"));
        var row = table.Texts("station").ToList().IndexOf(station);
        Assert.Equal(jump.Error, (double)table["adjustment_error"][row]!, 1e-9);
        Assert.Equal((double)table["unadjusted"][row]! - jump.Offset, (double)table["anomaly"][row]!, 1e-9);
        Assert.DoesNotContain(VaeDa.Reanalysis.Stations.StationTable.Read(_folder.File("adjusted/stations.csv")), p => p.Station == station);

        Assert.DoesNotContain("corrected stations without observations", adjusted.Output);

        var other = VaedaProcess.RunIn(_folder.Path, Command("adjusted", "--members", "0", "--save", "none"));
        Assert.Equal(1, other.ExitCode);
        Assert.Contains("a reanalysis with other settings (adjustments)", other.Error);
    }

    [Fact]
    public void A_series_is_drawn_beside_the_truth_and_scored()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "observe", _weather.Archive, "--from", "2002-12-01", "--to", "2002-12-06", "--network", "mid", "--out", "days.csv").ExitCode);
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, Command("out")).ExitCode);
        var run = VaedaProcess.RunIn(_folder.Path, "plot", "out", "--series", "north", "--truth", _weather.Archive, "--json");
        Assert.Equal(0, run.ExitCode);
        var score = System.Text.Json.JsonDocument.Parse(run.Output).RootElement.GetProperty("score");
        // A thousand observations make a hemisphere's mean known to a small part of what a place varies by.
        Assert.InRange(score.GetProperty("meanRmse").GetDouble(), 1e-6, 0.3);
        Assert.Equal(3, score.GetProperty("members").GetInt32());
        run = VaedaProcess.RunIn(_folder.Path, "plot", "out", "--series", "north", "--truth", _weather.Archive);
        Assert.Matches("^mean against the truth: RMSE [0-9.]+, bias [-0-9.]+, correlation 0\\.[0-9]+; spread [0-9.]+, the central 90% interval of 3 members holds [0-9]+% of it\nout/north.png", run.Output);
    }

    private string[] Command(string folder, params string[] arguments) =>
        ["assimilate", "days.csv", "--model", _weather.Model, "--out", folder, .. arguments.Contains("--members") ? [] : (string[])["--members", "3"], .. arguments];

    private Dictionary<string, byte[]> Contents(string folder) => Directory.GetFiles(_folder.File(folder), "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(".log", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(_folder.File(folder), file), File.ReadAllBytes);
}
