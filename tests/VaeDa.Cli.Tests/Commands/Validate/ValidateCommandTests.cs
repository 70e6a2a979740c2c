using System.Text.Json;
using VaeDa.Observations;

namespace VaeDa.Cli.Tests.Commands.Validate;

public sealed class ValidateCommandTests(Weather weather) : IDisposable
{
    private static readonly string[] Methods = ["vae", "eof-oi-patterns", "eof-oi-residual", "eof-oi", "kriging", "local-oi", "adam", "nearest", "climatology"];
    private static readonly string[] Ensembles = Methods[..6];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Reconstruction_is_scored_beside_the_rivals_and_drawn()
    {
        var run = Validate("--time", Weather.Day);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["forecast.parquet", "forecast.png", "reconstruction.parquet", "scores.json", "validation.png"], Directory.GetFiles(_folder.File("validation")).Select(Path.GetFileName).Order());
        Assert.Contains("eof-8", run.Output);
        Assert.EndsWith("validation/validation.png", run.Output.TrimEnd());
        var table = new ParquetTable(_folder.File("validation/reconstruction.parquet"));
        Assert.Equal(["climatology", "eof-8", "vae"], table.Texts("method").Distinct().Order());
        double Rmse(string method) => Enumerable.Range(0, table.Rows).Where(i => table.Texts("method")[i] == method && table.Texts("band")[i] == "global").Select(i => table.Numbers("rmse")[i]).Single();
        Assert.InRange(Rmse("vae"), 0.2, 0.5);
        Assert.True(Rmse("climatology") > 2 * Rmse("vae"));
        Assert.True(PngFile.SizeOf(_folder.File("validation/validation.png")).Width > 500);
        Assert.True(PngFile.SizeOf(_folder.File("validation/forecast.png")).Width > 500);
        Assert.Contains("forecast: RMSE by steps ahead", run.Output);
        var forecast = new ParquetTable(_folder.File("validation/forecast.parquet"));
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (double)n), forecast.Numbers("step"));
        var (first, last) = (forecast.Numbers("forecast")[0], forecast.Numbers("forecast")[9]);
        Assert.True(first < last && first < forecast.Numbers("climatology")[0], $"{first} {last} {forecast.Numbers("climatology")[0]}");
    }

    [Fact]
    public void Analyses_are_scored_beside_the_rivals_and_json_is_for_scripts()
    {
        var run = Validate("--assimilation", "--network", "sparse", "--dates", "3", "--members", "4", "--adam-dates", "1", "--json", "--out", "scores");
        Assert.True(run.ExitCode == 0, run.Error);
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal(File.ReadAllText(_folder.File("scores/scores.json")).TrimEnd(), run.Output.TrimEnd());
        Assert.StartsWith("vaeda validate", json.GetProperty("provenance").GetProperty("command").GetString());
        var summary = json.GetProperty("assimilation").EnumerateArray().ToDictionary(row => row.GetProperty("method").GetString()!);
        Assert.Equal(Methods.Order(), summary.Keys.Order());
        Assert.Equal((3, 1), (summary["vae"].GetProperty("dates").GetDouble(), summary["adam"].GetProperty("dates").GetDouble()));
        Assert.All(Ensembles, method => Assert.InRange(summary[method].GetProperty("spread_skill").GetDouble(), 0.2, 3));

        var comparison = json.GetProperty("comparison").EnumerateArray().Where(row => row.GetProperty("score").GetString() == "rmse").ToList();
        Assert.Equal(Methods[1..].Order(), comparison.Select(row => row.GetProperty("rival").GetString()!).Order());
        Assert.All(comparison, row => Assert.InRange(row.GetProperty("difference_percent").GetDouble(), row.GetProperty("low").GetDouble() - 1e-9, row.GetProperty("high").GetDouble() + 1e-9));
        var calibration = json.GetProperty("calibration").EnumerateArray().ToList();
        Assert.Equal(Ensembles, calibration.Select(c => c.GetProperty("method").GetString()!));
        Assert.All(calibration, c => Assert.Equal((5, 9), (c.GetProperty("thinnedRanks").GetProperty("counts").GetArrayLength(), c.GetProperty("coverage").GetArrayLength())));

        var table = new ParquetTable(_folder.File("scores/assimilation.parquet"));
        Assert.Equal(Enumerable.Repeat(Methods.Where(m => m != "adam"), 2).SelectMany(m => m).Concat(Methods), table.Texts("method"));
        Assert.Equal(3, table.Texts("time").Distinct().Count());
        Assert.All(table.Texts("network"), network => Assert.Equal("sparse", network));
        double Rmse(string method) => Enumerable.Range(0, table.Rows).Where(i => table.Texts("method")[i] == method).Average(i => table.Numbers("rmse")[i]);
        Assert.All(Ensembles, method => Assert.InRange(Rmse(method), 0.1, 0.8 * Rmse("climatology")));
        Assert.All(["reconstruction.parquet", "validation.png", "calibration.png", "spread-error.png"], name => Assert.True(File.Exists(_folder.File($"scores/{name}")), name));
    }

    [Fact]
    public void A_range_of_dates_is_scored_in_sequence()
    {
        var run = Validate("--assimilation", "--network", "sparse", "--from", "2002-11-29", "--to", "2002-12", "--memory", "none", "--members", "4", "--json", "--out", "scores");
        Assert.True(run.ExitCode == 0, run.Error);
        var json = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal([33.0, 33.0], json.GetProperty("assimilation").EnumerateArray().Where(row => row.GetProperty("method").GetString() is "vae" or "kriging").Select(row => row.GetProperty("dates").GetDouble()));
        var rows = json.GetProperty("sequence").EnumerateArray().ToDictionary(row => (Method: Text(row, "method"), Quantity: Text(row, "quantity"), Area: Text(row, "area")));
        Assert.Equal(Methods.Where(m => m != "adam"), rows.Keys.Select(k => k.Method).Distinct());
        Assert.Equal(["cells", "globe", "north", "south", "60-90N", "30-60N", "0-30N", "0-30S", "30-60S", "60-90S", "land", "sea"], rows.Keys.Select(k => k.Area).Distinct());
        Assert.Equal([33.0, 32, 1, 1], ((string[])["value", "change", "mean", "largest"]).Select(quantity => Number("vae", quantity, "times")));
        // Noise is independent from date to date, so its mean over 31 days is small.
        Assert.All(Ensembles, method => Assert.InRange(Number(method, "mean", "spread") * Math.Sqrt(31) / Number(method, "value", "spread"), 0.8, 1.2));
        Assert.True(Number("vae", "mean", "rmse") < 0.8 * Number("climatology", "mean", "rmse"));
        Assert.All(json.GetProperty("sequenceRanks").EnumerateArray(), r => Assert.Equal(1, r.GetProperty("ranks").EnumerateArray().Sum(share => share.GetDouble()), 1e-9));
        var table = new ParquetTable(_folder.File("scores/sequence.parquet"));
        Assert.Equal((rows.Count, 8 * 4 * 12), (table.Rows, table.Rows));

        string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
        double Number(string method, string quantity, string name) => rows[(method, quantity, "cells")].GetProperty(name).GetDouble();
    }

    [Fact]
    public void A_model_that_remembers_is_scored_with_its_memory_and_without_beside_rivals_that_remember()
    {
        // So few places that most is told by other days' observations.
        File.WriteAllText(_folder.File("few.csv"), "lat,lon\n60,10\n-30,200\n5,100\n40,280\n");
        var run = Validate("--assimilation", "--network", "few.csv", "--from", "2002-12", "--memory", "all", "--members", "20", "--json", "--out", "scores");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("measuring how their states follow each other", run.Error);
        var json = JsonDocument.Parse(run.Output).RootElement;
        var rows = json.GetProperty("sequence").EnumerateArray().Where(row => Text(row, "area") == "cells").ToDictionary(row => (Text(row, "method"), Text(row, "quantity")));
        Assert.Equal(["vae", "vae-filter", "vae-static", .. Methods[1..].Where(m => m != "adam")], rows.Keys.Select(k => k.Item1).Distinct());
        double Spread(string method, string quantity) => rows[(method, quantity)].GetProperty("spread").GetDouble();
        double Lasting(string method) => Spread(method, "mean") * Math.Sqrt(31) / Spread(method, "value");
        Assert.All(["vae-static", "kriging", "local-oi"], method => Assert.InRange(Lasting(method), 0.7, 1.4));
        Assert.All(["vae", "eof-oi-patterns", "eof-oi-residual", "eof-oi"], method => Assert.InRange(Lasting(method) / Lasting("vae-static"), 1.4, 5));
        // The more is known of the days about a date, the better it is known.
        Assert.True(Spread("vae", "value") < Spread("vae-filter", "value") && Spread("vae-filter", "value") < Spread("vae-static", "value"));
        Assert.All(json.GetProperty("comparison").EnumerateArray(), row =>
        {
            Assert.Equal(1, row.GetProperty("blocks").GetDouble());
            Assert.Equal("NaN", row.GetProperty("low").GetString());
        });

        static string Text(JsonElement row, string name) => row.GetProperty(name).GetString()!;
    }

    [Fact]
    public void A_range_without_a_whole_month_says_so()
    {
        var run = Validate("--assimilation", "--network", "sparse", "--from", "2002-12-30", "--members", "2");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Contains("sparse, t2m [K]: changes from date to date, each cell", run.Output);
        Assert.DoesNotContain("sparse, t2m [K]: means over months, each cell", run.Output);
        Assert.Contains("sparse: 2002-12 has 2 of 31 dates, too few for a mean", run.Output);
        Assert.Contains("no intervals and standard errors (±): they need 6 months or more", run.Output);
    }

    [Fact]
    public void Tables_are_for_people_and_name_the_figures()
    {
        var run = Validate("--assimilation", "--network", "sparse", "--dates", "2", "--members", "3", "--adam-dates", "0");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.DoesNotContain("adam", run.Output);
        var titles = run.Output.Split('\n').Where(line => line.StartsWith("sparse, t2m [K]:", StringComparison.Ordinal) || line.StartsWith("score of vae", StringComparison.Ordinal));
        Assert.Equal(["sparse, t2m [K]: scores", "score of vae minus the rival's, % of the rival's, with 95% interval", "sparse, t2m [K]: ensemble calibration"], titles);
        Assert.EndsWith("validation/spread-error.png", run.Output.TrimEnd());
        Assert.Matches(@"(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d analyses: 1 of 2 \(\w+, \d{4}-\d\d-\d\d\), [0-9.e+-]+ a second, \d+:\d\d:\d\d left\r?$", run.Error);
        Assert.Matches(@"(?m)analyses: 2 of 2 .*, 0:00:00 left\r?$", run.Error);
    }

    [Fact]
    public void Tables_of_a_region_fit_a_terminal_and_name_its_areas()
    {
        File.WriteAllText(_folder.File("few.csv"), "lat,lon\n60,10\n50,20\n40,5\n45,30\n");
        var run = VaedaProcess.RunIn(_folder.Path, "validate", weather.RegionModel, "--archive", weather.RegionArchive, "--threads", "1", "--assimilation", "--network", "few.csv", "--dates", "2", "--members", "3", "--adam-dates", "0", "--samples", "20");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.All(run.Output.Split('\n'), line => Assert.InRange(line.Length, 0, 80));
        Assert.DoesNotContain("global", run.Output);
        Assert.Matches(@"t2m \[K\] +region +vae ", run.Output);
        Assert.Matches(@"t2m \[K\] +60–65° N +vae ", run.Output);
        Assert.Contains("few, t2m [K]: ensemble calibration", run.Output);
    }

    [Fact]
    public void An_interrupted_run_keeps_the_scores_it_has()
    {
        var run = VaedaProcess.Interrupt("INT", "analyses: 1 of", _folder.Path, "validate", weather.Model, "--archive", weather.Archive, "--threads", "1", "--assimilation", "--network", "sparse", "--dates", "70", "--adam-dates", "0", "--members", "20");
        Assert.Equal((130, ""), (run.ExitCode, run.Output));
        Assert.Contains("the scores so far are in validation/assimilation.parquet", run.Error);
        Assert.Contains("some dates are only 1 days apart", run.Error);
        Assert.EndsWith("vaeda: interrupted", run.Error.TrimEnd());
        var table = new ParquetTable(_folder.File("validation/assimilation.parquet"));
        Assert.InRange(table.Rows, 1, 69 * 8);
        Assert.Equal(0, table.Rows % 8);
        Assert.False(File.Exists(_folder.File("validation/scores.json")));
    }

    [Fact]
    public void Withheld_stations_are_scored_by_decade_and_stations_with_an_offset_named()
    {
        // Stations of the archive's own fields, ten months of them; one is three kelvin too warm, and two once hold a code for a missing value.
        foreach (var month in Enumerable.Range(1, 10))
        {
            var made = VaedaProcess.RunIn(_folder.Path, "observe", weather.Archive, "--time", $"2002-{month:d2}-10", "--network", "sparse", "--seed", $"{month}", "--out", $"{month}.csv");
            Assert.True(made.ExitCode == 0, made.Error);
            var lines = File.ReadAllLines(_folder.File($"{month}.csv"));
            var header = lines[0].Split(',');
            var (station, anomaly) = (Array.IndexOf(header, "station"), Array.IndexOf(header, "anomaly"));
            var rows = lines[1..].Select((line, i) => line.Split(',') is var cells && month == 1 && i is 6 or 7 ? string.Join(',', cells.Select((cell, c) => c == anomaly ? "-99.99" : cell))
                : i == 40
                ? string.Join(',', cells.Select((cell, c) => c == anomaly ? $"{double.Parse(cell, System.Globalization.CultureInfo.InvariantCulture) + 3}" : cell))
                : line);
            Assert.True(anomaly >= 0);
            File.WriteAllLines(_folder.File($"{month}.csv"), rows.Prepend(lines[0]));
        }

        var run = Validate(["--dates", "10", "--members", "0", "--out", "real", "--observations", .. Enumerable.Range(1, 10).Select(m => $"{m}.csv")]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["observations.json", "observations.parquet", "observations.png", "parameters.parquet", "stations.parquet", "withheld.parquet"], Directory.GetFiles(_folder.File("real")).Select(Path.GetFileName).Order());
        Assert.Contains("1 of 100 stations", run.Output);
        Assert.Contains("10 files: 2 rows hold -99.99, far from all other values: it is taken for missing, and they are left out (1.csv:8, 1.csv:9)", run.Error);
        var scores = new ParquetTable(_folder.File("real/observations.parquet"));
        Assert.Equal(["2000s", "all"], scores.Texts("decade").Distinct());
        Assert.Equal(["vae", "eof-oi-residual", "eof-oi", "kriging"], scores.Texts("method").Distinct());
        Assert.All(scores.Numbers("rmse"), rmse => Assert.InRange(rmse, 0.3, 3));
        Assert.True(PngFile.SizeOf(_folder.File("real/observations.png")).Width > 800);

        // The same as they would be measured, in °C: the archive's own climatology makes the same anomalies of them.
        using (var archive = VaeDa.Archives.AnomalyArchive.Open(weather.Archive))
        {
            foreach (var month in Enumerable.Range(1, 10))
            {
                var rows = ObservationFile.Read(_folder.File($"{month}.csv")).Observations.Where(o => o.Flag is null);
                File.WriteAllLines(_folder.File($"measured-{month}.csv"), rows.Select(o => FormattableString.Invariant(
                    $"{o.Latitude},{o.Longitude},{o.Anomaly + new ObservationOperator(archive.Grid, ["t2m"], new ObservationTable([o])).Apply(archive.ReadClimatologicalMean(0, o.Time!.Value))[0] - 273.15},{o.Error},{o.Time:yyyy-MM-dd},{o.Station}"))
                    .Prepend("lat,lon,value [C],error,time,station"));
            }
        }

        var absolute = Validate(["--dates", "10", "--members", "0", "--out", "absolute", "--absolute", "--observations", "measured-*.csv"]);
        Assert.True(absolute.ExitCode == 0, absolute.Error);
        Assert.Contains("differences in elevation between the stations and the fields are not corrected", absolute.Error);
        Assert.DoesNotContain("warning", absolute.Error);
        Assert.Equal(scores.Numbers("rmse").Zip(new ParquetTable(_folder.File("absolute/observations.parquet")).Numbers("rmse"), (a, b) => Math.Abs(a - b) < 0.002), scores.Numbers("rmse").Select(_ => true));
    }

    [Theory]
    [InlineData(1, "one station in 1 is withheld; it must be one in 2 or more: the others are analysed (--withhold)", "--withhold", "1", "--observations", "none.csv")]
    [InlineData(2, "'all'", "--part", "all")]
    [InlineData(1, "there is no folder 'nowhere'", "--archive", "nowhere")]
    [InlineData(1, "there is no time 1999", "--time", "1999")]
    [InlineData(1, "--dates is 0", "--assimilation", "--dates", "0")]
    [InlineData(2, "--from and --to choose the dates that --assimilation analyses", "--from", "2002-12")]
    [InlineData(2, "--from and --to make one of them", "--assimilation", "--memory", "both")]
    [InlineData(2, "'tomorrow'", "--assimilation", "--from", "2002-12", "--memory", "tomorrow")]
    [InlineData(2, "give either", "--assimilation", "--from", "2002-12", "--dates", "3")]
    [InlineData(1, "its times are 2002-10-", "--assimilation", "--from", "1990", "--to", "1991")]
    [InlineData(1, "'Christmas' is not a time", "--assimilation", "--to", "Christmas")]
    [InlineData(1, "--samples is 5", "--samples", "5")]
    [InlineData(1, "there is no variable 'psl'", "--assimilation", "--observe", "psl")]
    [InlineData(1, "--adam-dates is -1", "--assimilation", "--adam-dates", "-1")]
    [InlineData(1, "members is 1", "--assimilation", "--members", "1")]
    [InlineData(1, "two networks are called 'mid'", "--assimilation", "--network", "mid", "mid")]
    [InlineData(1, "nor is it one of the bundled", "--assimilation", "--network", "nowhere")]
    public void What_cannot_be_validated_is_refused_on_one_line(int exitCode, string message, params string[] arguments) => Refused(exitCode, message, weather.Model, arguments);

    [Fact]
    public void A_model_of_another_grid_is_refused_on_one_line() => Refused(1, "the model is of t2m [K] on 8×11", weather.RegionModel);

    private VaedaProcess Validate(params string[] arguments) => Validate(weather.Model, arguments);

    private VaedaProcess Validate(string model, string[] arguments) =>
        VaedaProcess.RunIn(_folder.Path, ["validate", model, "--threads", "1", .. arguments.Contains("--archive") ? [] : (string[])["--archive", weather.Archive], .. arguments]);

    private void Refused(int exitCode, string message, string model, params string[] arguments)
    {
        var run = Validate(model, arguments);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("vaeda: ", run.Error);
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }
}
