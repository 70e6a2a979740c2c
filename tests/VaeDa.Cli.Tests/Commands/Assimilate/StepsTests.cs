using System.Globalization;
using System.Text.Json;
using VaeDa.Files;

namespace VaeDa.Cli.Tests.Commands.Assimilate;

/// <summary>What belongs to one analysis, and observations that cannot be what they are taken for.</summary>
public sealed class StepsTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_daily_model_makes_no_analysis_of_a_month_of_days()
    {
        WriteDays("days.csv", (_, _) => 1);
        Refused("days.csv: 2002-12 has observations of 31 days, from 2002-12-01 to 2002-12-31, and an analysis is of one; choose one, such as 2002-12-16 (--time)", "--time", "2002-12");
        // Day after day they are a reanalysis of as many analyses.
        var all = Assimilate("days.csv");
        Assert.True(all.Output.StartsWith("31 dates with observations: 31 done, 0 failed", StringComparison.Ordinal), all.Output + all.Error);
        Assert.False(File.Exists(_folder.File("x/analysis.nc")));
        Directory.Delete(_folder.File("x"), recursive: true);
        Refused("'3' is not a window such as 12h or 3d", "--time", "2002-12-16", "--window", "3");
        Assert.Equal(20, Observations(Assimilate("days.csv", "--time", "2002-12-16")));

        var window = Assimilate("days.csv", "--time", "2002-12-16", "--window", "3d");
        Assert.Equal(20, Observations(window));
        Assert.Contains("days.csv: 20 stations (or places) have 60 values at several times of 3d about 2002-12-16: they are averaged, one observation each", window.Error);
        Assert.StartsWith("2002-12-16T00:00:00", Json("x/analysis.json").GetProperty("provenance").GetProperty("time").GetString());
        Assert.Equal(2, Assimilate("days.csv", "--window", "3d").ExitCode);
    }

    [Fact]
    public void Rows_without_a_time_are_flagged_among_others_that_have_one()
    {
        WriteDays("days.csv", (_, _) => 1, days: 1);
        File.AppendAllText(_folder.File("days.csv"), "12,13,1,,late\n");
        var run = Assimilate("days.csv");
        Assert.Equal(20, Observations(run));
        Assert.Contains("days.csv: 1 rows have no time, as others have: they are left out", run.Error);
        Assert.Equal("rejected: it has no time, as others have", new ParquetTable(_folder.File("x/observations.parquet")).Texts("flag")[^1]);
    }

    [Fact]
    public void A_monthly_model_takes_the_mean_of_a_stations_days()
    {
        var months = 120;
        var (file, random) = (new SafetensorsFile(), new Random(4));
        file.Add("anomaly", [.. Enumerable.Range(0, months * 32).Select(i => (float)(2 * Math.Sin(i / 32 + i % 32 / 5.0) + 0.3 * random.NextDouble()))], months, 4, 8);
        file.Write(_folder.File("months.safetensors"));
        File.WriteAllText(_folder.File("months.json"), JsonSerializer.Serialize(new
        {
            latitudes = new[] { 67.5, 22.5, -22.5, -67.5 },
            longitudes = Enumerable.Range(0, 8).Select(j => 45 * j),
            times = Enumerable.Range(0, months).Select(m => new DateTime(1990, 1, 1).AddMonths(m).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            variables = new[] { "t2m" },
            units = "K",
        }));
        Run("prepare", "months.safetensors", "--anomalies", "--out", "archive");
        Run("train", "archive", "--preset", "seed", "--latent", "2", "--epochs", "1", "--threads", "1", "--out", "model.safetensors");
        WriteDays("days.csv", (_, day) => day is 0 or 30 ? 1 : 0.5);
        var run = Assimilate("days.csv", "--time", "2002-12", "--model", "model.safetensors");
        Assert.Equal(20, Observations(run));
        Assert.Contains("days.csv: 20 stations (or places) have 620 values at several times of 2002-12: they are averaged, one observation each", run.Error);
        Assert.Equal(16.5 / 31, new ParquetTable(_folder.File("x/observations.parquet")).Numbers("anomaly")[0], 9);
        Assert.Equal(20, Observations(Assimilate("days.csv", "--model", "model.safetensors")));
    }

    [Theory]
    [InlineData(288, 30)]
    [InlineData(15, 0)]
    [InlineData(15, 1)]
    public void Absolute_temperatures_end_in_no_result(double mean, double range)
    {
        WriteDays("days.csv", (latitude, _) => mean - range * Math.Pow(Math.Sin(latitude * Math.PI / 180), 2), days: 1);
        var run = Assimilate("days.csv");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Matches("are they absolute values, or in other units|check that they are anomalies", run.Error);
        Assert.False(Directory.Exists(_folder.File("x")));
    }

    [Fact]
    public void Most_observations_outside_a_region_are_written_and_a_failure()
    {
        var run = Assimilate(weather.Observations, "--model", weather.RegionModel);
        Assert.Equal(1, run.ExitCode);
        Assert.Matches(@"vaeda: \d+ of 100 observations cannot be used, the first because \([^)]*\) is outside the grid[^\n]*; x holds what was found, to be inspected", run.Error);
        Assert.NotEmpty(Json("x/analysis.json").GetProperty("diagnostics").GetProperty("doubts").EnumerateArray());
    }

    [Fact]
    public void Anomalies_far_too_small_are_a_warning_and_in_the_end_a_failure()
    {
        WriteDays("days.csv", (latitude, _) => latitude / 300, days: 1);
        var run = Assimilate("days.csv");
        Assert.Equal(0, run.ExitCode);
        Said("warning");
        WriteDays("days.csv", (latitude, _) => latitude / 1e4, days: 1);
        run = Assimilate("days.csv");
        Assert.Equal(1, run.ExitCode);
        Said("vaeda");

        void Said(string first) => Assert.Matches(first + @": chi-square per observation is \S+ in place of 1: the anomalies are far smaller than model and errors let expect", run.Error);
    }

    /// <param name="name">Of the file.</param>
    /// <param name="anomaly">By latitude and day, from 0.</param>
    /// <param name="days">From 1 December 2002 on, each with the same 20 stations.</param>
    private void WriteDays(string name, Func<double, int, double> anomaly, int days = 31) => File.WriteAllText(_folder.File(name), "lat,lon,anomaly,time,station\n" + string.Concat(
        from day in Enumerable.Range(0, days)
        from s in Enumerable.Range(0, 20)
        let latitude = 60.0 - 6 * s
        select FormattableString.Invariant($"{latitude},{17 * s},{anomaly(latitude, day)},2002-12-{day + 1:00},s{s}\n")));

    private VaedaProcess Assimilate(string observations, params string[] arguments) => VaedaProcess.RunIn(
        _folder.Path, ["assimilate", observations, "--out", "x", "--members", "0", "--threads", "1", .. arguments.Contains("--model") ? [] : (string[])["--model", weather.Model], .. arguments]);

    private void Refused(string message, params string[] arguments)
    {
        var run = Assimilate("days.csv", arguments);
        Assert.Equal((1, "", $"vaeda: {message}"), (run.ExitCode, run.Output, run.Error.TrimEnd()));
        Assert.False(Directory.Exists(_folder.File("x")));
    }

    private int Observations(VaedaProcess run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return Json("x/analysis.json").GetProperty("diagnostics").GetProperty("observations").GetInt32();
    }

    private JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(_folder.File(file))).RootElement;

    private void Run(params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
    }
}
