using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Observations;

namespace VaeDa.Cli.Tests.Commands.Assimilate;

public sealed partial class AssimilateCommandTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Many_observations_are_averaged_and_each_is_accounted_for()
    {
        var rows = File.ReadAllLines(weather.Observations);
        // Each observation three times over, some kilometres apart.
        File.WriteAllLines(_folder.File("many.csv"), rows[..1].Concat(rows[1..].SelectMany(row => Enumerable.Range(0, 3).Select(i => Moved(row, 0.01 * i)))));
        var run = Assimilate("many.csv", "--average-beyond", "150");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("300 observations assimilated, 0 rejected, 0 left out", run.Output);
        Assert.Matches(@"they were averaged to 1?\d\d, in boxes of \d+ km \(--average-beyond 150\)", run.Output);
        var average = new ParquetTable(_folder.File("many.analysis/observations.parquet")).Numbers("average");
        Assert.Equal(300, average.Count);
        Assert.InRange(average.Distinct().Count(), 100, 150);

        run = Assimilate("many.csv", "--average-beyond", "20");
        Assert.Equal((1, "vaeda: number beyond which observations are averaged is 20; it must be at least 100\n"), (run.ExitCode, run.Error));

        static string Moved(string row, double degrees)
        {
            var values = row.Split(',');
            values[0] = (double.Parse(values[0], CultureInfo.InvariantCulture) + degrees).ToString(CultureInfo.InvariantCulture);
            return string.Join(',', values);
        }
    }

    [Fact]
    public void An_analysis_is_four_files_and_lies_nearer_to_the_truth_than_its_own_observations()
    {
        var run = Assimilate(weather.Observations, "--truth", weather.Archive);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["analysis.json", "analysis.nc", "analysis.png", "observations.parquet"], Directory.GetFiles(_folder.File("obs.analysis")).Select(Path.GetFileName).Order());
        Assert.Contains("100 observations assimilated, 0 rejected", run.Output);
        Assert.Contains("t2m: ensemble spread 0.", run.Output);
        Assert.EndsWith("obs.analysis/analysis.png", run.Output.TrimEnd());
        var rmse = RmseOf(run.Output);
        // Observed with 0.5 K; the fields vary by several K.
        Assert.InRange(rmse, 0.1, 0.5);

        using var file = NetcdfDataset.Open(_folder.File("obs.analysis/analysis.nc"));
        Assert.Equal(["time", "member", "latitude", "longitude"], file.Find("t2m")!.Dimensions.Select(d => d.Name));
        Assert.Equal([1, 20, 8, 16], file.Find("t2m")!.Dimensions.Select(d => d.Length));
        foreach (var name in (string[])["t2m_mean", "t2m_spread", "t2m_analysis", "t2m_climatological_standard_deviation"])
        {
            var variable = file.Find(name)!;
            Assert.Equal([.. name.Contains("climatological", StringComparison.Ordinal) ? (string[])[] : ["time"], "latitude", "longitude"], variable.Dimensions.Select(d => d.Name));
            Assert.Equal(("K", null), (variable.Attributes.Text("units"), variable.Attributes.Text("coordinates")));
            Assert.All(file.ReadAll(variable), value => Assert.True(double.IsFinite(value)));
        }

        Assert.All(file.ReadAll(file.Find("t2m_spread")!), spread => Assert.InRange(spread, 0.05, 2));
        Assert.Equal(WeatherFile.Globe.Latitudes, file.ReadAll(file.Find("latitude")!));
        var time = file.Find("time")!;
        Assert.Equal(DateTime.Parse(Weather.Day, CultureInfo.InvariantCulture), CfTimeUnits.Parse(time.Attributes.Text("units")!, time.Attributes.Text("calendar")).Decode(file.ReadAll(time)[0]));
        Assert.Contains("Z: vaeda assimilate ", file.Attributes.Text("history"));

        var json = JsonDocument.Parse(File.ReadAllText(_folder.File("obs.analysis/analysis.json"))).RootElement;
        Assert.Equal(16, json.GetProperty("provenance").GetProperty("modelHash").GetString()!.Length);
        Assert.Equal(100, json.GetProperty("diagnostics").GetProperty("observations").GetInt32());
        Assert.Equal(8, json.GetProperty("latent").GetArrayLength());
        var (width, height) = PngFile.SizeOf(_folder.File("obs.analysis/analysis.png"));
        Assert.True(width > 500 && height > 500);
    }

    [Fact]
    public void Each_observation_has_its_row_with_what_became_of_it()
    {
        Assert.Equal(0, Assimilate(weather.Observations).ExitCode);
        var (given, rows) = (ObservationFile.Read(weather.Observations), new ParquetTable(_folder.File("obs.analysis/observations.parquet")));
        Assert.Equal(given.Anomaly, rows.Numbers("anomaly"));
        Assert.All(rows.Texts("flag"), flag => Assert.Contains(flag, (string[])["used", "outlier"]));
        Assert.Equal(rows.Numbers("anomaly").Zip(rows.Numbers("analysis"), (y, a) => y - a), rows.Numbers("departure"));
        double RootMeanSquare(string column) => Math.Sqrt(rows.Numbers(column).Average(d => d * d));
        Assert.True(RootMeanSquare("departure") < 0.3 * RootMeanSquare("innovation"));
    }

    [Fact]
    public void What_cannot_be_used_is_flagged_counted_and_the_rest_assimilated()
    {
        File.WriteAllText(_folder.File("mixed.csv"), """
            lat,lon,anomaly,variable,height
            50,10,2.5,t2m,3
            45,20,1.5,,3
            -30,10,2.5,t2m,3
            50,200,2.5,t2m,3
            50,10,12,psl,3
            52,13,,t2m,3
            48,12,2.5,t2m,3
            47,14,2.0,t2m,3

            """);
        var run = Assimilate("mixed.csv", "--model", weather.RegionModel, "--members", "4", "--json");
        Assert.Equal(0, run.ExitCode);
        var diagnostics = JsonDocument.Parse(run.Output).RootElement.GetProperty("diagnostics");
        Assert.Equal((4, 3), (diagnostics.GetProperty("observations").GetInt32(), diagnostics.GetProperty("rejected").GetInt32()));
        Assert.Contains("mixed.csv: 1 rows without an anomaly left out (lines 7)", run.Error);
        Assert.Contains("columns not used: height", run.Error);
        Assert.Contains("7 observations state no error: 0.5 K for t2m is used", run.Error);
        var flags = new ParquetTable(_folder.File("mixed.analysis/observations.parquet")).Texts("flag");
        Assert.Equal(7, flags.Count);
        Assert.All([.. flags.Take(2), .. flags.TakeLast(2)], flag => Assert.Equal("used", flag));
        Assert.StartsWith("rejected: (-30, 10) is outside the grid", flags[2]);
        Assert.StartsWith("rejected: (50, 200) is outside the grid", flags[3]);
        Assert.StartsWith("rejected: its variable 'psl' is not among 't2m'", flags[4]);
    }

    [Fact]
    public void Codes_for_missing_values_and_repeated_rows_change_nothing_and_are_said()
    {
        var rows = File.ReadAllLines(weather.Observations);
        var anomaly = Array.IndexOf(rows[0].Split(','), "anomaly");
        string Coded(string row, string code) => string.Join(',', row.Split(',').Select((cell, i) => i == anomaly ? code : cell));
        File.WriteAllLines(_folder.File("empty.csv"), rows.Select((row, i) => i % 3 == 1 ? Coded(row, "") : row));
        File.WriteAllLines(_folder.File("codes.csv"), ["# made of obs.csv", .. rows.Select((row, i) => i % 3 == 1 ? Coded(row, "-9999.0") : row), rows[2], rows[3], rows[2], Coded(rows[1], "warm")]);
        Refused("codes.csv:106: column 'anomaly': 'warm' is not a number", "codes.csv", "--strict");
        var (empty, codes) = (Assimilate("empty.csv", "--members", "0"), Assimilate("codes.csv", "--members", "0", "--json"));
        Assert.True(codes.ExitCode == 0, codes.Error);
        Assert.Equal(0, empty.ExitCode);
        Assert.Contains("codes.csv: 34 rows hold -9999, far from all other values: it is taken for missing, and they are left out (lines 3, 6, 9, 12, 15, …)", codes.Error);
        Assert.Contains("codes.csv: 1 rows cannot be read and are left out; the first: codes.csv:106: column 'anomaly': 'warm' is not a number", codes.Error);
        Assert.Contains("codes.csv: 3 rows repeat station (or place) and time of others", codes.Error);
        Assert.Equal(Values("empty.analysis", "t2m_analysis"), Values("codes.analysis", "t2m_analysis"));
        var diagnostics = JsonDocument.Parse(codes.Output).RootElement.GetProperty("diagnostics");
        Assert.Equal((66, 1, 34), (diagnostics.GetProperty("observations").GetInt32(), diagnostics.GetProperty("rejected").GetInt32(), diagnostics.GetProperty("missing").GetInt32()));
        // The row that cannot be read has a place.
        Assert.Equal(["used", "rejected"], Legend("codes.analysis"));
        var flags = new ParquetTable(_folder.File("codes.analysis/observations.parquet")).Texts("flag");
        Assert.Equal((34, 66), (flags.Count(f => f == "missing: its value stands for a missing one"), flags.Count(f => f == "used")));
        Assert.Equal(["repeat: averaged with line 4", "repeat: averaged with line 5", "repeat: averaged with line 4", "unreadable: column 'anomaly': 'warm' is not a number"], flags.TakeLast(4));
    }

    [Fact]
    public void One_station_in_so_many_is_taken_the_same_in_every_run()
    {
        var run = Assimilate(weather.Observations, "--one-in", "5", "--members", "0");
        Assert.Equal(0, run.ExitCode);
        var counted = OneIn().Match(run.Error);
        Assert.True(counted.Success, run.Error);
        var taken = int.Parse(counted.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.InRange(taken, 8, 35);
        Assert.Contains($"{taken} observations assimilated, 0 rejected", run.Output);
        var lines = new ParquetTable(_folder.File("obs.analysis/observations.parquet")).Numbers("line");
        Assert.Equal(taken, lines.Count);
        Assert.Equal(0, Assimilate(weather.Observations, "--one-in", "5", "--members", "0").ExitCode);
        Assert.Equal(lines, new ParquetTable(_folder.File("obs.analysis/observations.parquet")).Numbers("line"));
        // The same stations, the other way round.
        run = Assimilate(weather.Observations, "--withhold", "5", "--members", "4");
        Assert.Contains($"{taken} of 100 observations withheld: one station in 5", run.Error);
        Assert.Matches($@"(?m)^\w+ at {taken} withheld observations: RMSE [0-9.]+ K; [0-9.]+ is expected by the spread and the observations' errors$", run.Output);
        var all = new ParquetTable(_folder.File("obs.analysis/observations.parquet"));
        Assert.Equal(lines, all.Numbers("line").Where((_, i) => all.Texts("flag")[i] == "withheld"));
        Assert.Equal(100 - taken, all.Texts("flag").Count(f => f == "used"));
        Assert.Equal(["used", "withheld"], Legend("obs.analysis"));
        Assert.Equal(2, Assimilate(weather.Observations, "--one-in", "0").ExitCode);
        Assert.Contains("--one-in 1000000 leaves no station", Assimilate(weather.Observations, "--one-in", "1000000").Error);
    }

    [Fact]
    public void A_gross_error_is_left_out_unless_all_are_kept_and_wrong_errors_are_corrected()
    {
        var lines = File.ReadAllLines(weather.Observations);
        var cells = lines[8].Split(',');
        cells[2] = (double.Parse(cells[2], CultureInfo.InvariantCulture) + 10).ToString(CultureInfo.InvariantCulture);
        lines[8] = string.Join(',', cells);
        File.WriteAllLines(_folder.File("spoilt.csv"), lines);
        var run = Assimilate("spoilt.csv", "--members", "0");
        Assert.Contains("99 observations assimilated, 0 rejected, 1 left out as outliers", run.Output);
        var rows = new ParquetTable(_folder.File("spoilt.analysis/observations.parquet"));
        Assert.Equal([7], Enumerable.Range(0, rows.Rows).Where(i => rows.Texts("flag")[i] == "outlier"));
        Assert.Equal(0, rows.Numbers("weight")[7]);
        Assert.True(rows.Numbers("check_departure")[7] > 4 * rows.Numbers("check_spread")[7]);
        Assert.Contains("100 observations assimilated", Assimilate("spoilt.csv", "--members", "0", "--reject-beyond", "Infinity").Output);

        run = Assimilate("spoilt.csv", "--members", "0", "--estimate-error", "--json");
        var diagnostics = JsonDocument.Parse(run.Output).RootElement.GetProperty("diagnostics");
        var factor = Assert.Single(diagnostics.GetProperty("errorFactors").EnumerateArray());
        Assert.Equal("t2m", factor.GetProperty("variable").GetString());
        Assert.InRange(factor.GetProperty("factor").GetDouble(), 0.7, 1.3);
        Assert.InRange(factor.GetProperty("standardError").GetDouble(), 0.02, 0.3);
    }

    [Fact]
    public void An_analysis_that_used_nothing_or_cannot_do_what_was_asked_is_a_failure()
    {
        File.WriteAllLines(_folder.File("wrong.csv"), Scaled(1e6));
        var run = Assimilate("wrong.csv", "--members", "0");
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Matches(@"^vaeda: wrong.csv: all 100 observations depart by more than 4 standard deviations [^\n]* \(--reject-beyond\)\n$", run.Error);
        Assert.False(Directory.Exists(_folder.File("wrong.analysis")));

        run = Assimilate("wrong.csv", "--members", "0", "--reject-beyond", "Infinity");
        Assert.Matches(@"^vaeda: wrong.csv: the observations of t2m have a mean of \S+ K, \d+ standard deviations from what the model expects of it: are they absolute values, or in other units\? [^\n]*\n$", run.Error);
        Assert.False(Directory.Exists(_folder.File("wrong.analysis")));

        File.WriteAllLines(_folder.File("wrong.csv"), Scaled(1e6, alternating: true));
        run = Assimilate("wrong.csv", "--members", "0", "--estimate-error", "--reject-beyond", "Infinity");
        Assert.Equal(1, run.ExitCode);
        Assert.DoesNotContain("±", run.Output);
        Assert.Contains("the errors of t2m cannot be estimated from these observations", run.Error);

        run = Assimilate(weather.Observations, "--members", "0", "--model", Without(weather.Model), "--out", "nothing");
        Assert.True(run.Output.Contains("NOT CONVERGED", StringComparison.Ordinal), run.Error);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("has not converged; nothing holds what was found", run.Error);

        IEnumerable<string> Scaled(double factor, bool alternating = false)
        {
            var rows = File.ReadAllLines(weather.Observations).Select(row => row.Split(',')).ToArray();
            var column = Array.IndexOf(rows[0], "anomaly");
            foreach (var (i, row) in rows[1..].Index())
            {
                var anomaly = double.Parse(row[column], CultureInfo.InvariantCulture);
                row[column] = (factor * (alternating ? i % 2 == 0 ? 1 : -1 : anomaly)).ToString(CultureInfo.InvariantCulture);
            }

            return rows.Select(row => string.Join(',', row));
        }

        // A model whose generator gives no numbers: one of its first weights is none.
        // Finite, as weights have to be; what they make is not.
        string Without(string model)
        {
            var file = SafetensorsFile.Read(model);
            var bias = file.Names.First(name => name.StartsWith("generator.", StringComparison.Ordinal) && name.EndsWith("bias", StringComparison.Ordinal));
            var (values, shape) = (file.Floats(bias), file.Shape(bias));
            values[0] = float.MaxValue;
            file.Remove(bias);
            file.Add(bias, values, shape);
            file.Metadata.Remove("sha256");
            file.Write(_folder.File("broken.safetensors"));
            return "broken.safetensors";
        }
    }

    [Fact]
    public void The_bundled_model_knows_the_season_of_observations_that_have_a_time()
    {
        // One observation leaves the area mean of the spread as the prior has it: more in the north's winter, where the land is.
        var (winter, summer, never) = (Spread("2000-01-15"), Spread("2000-07-15"), Spread(null));
        Assert.True(winter.Spread > 1.1 * summer.Spread, $"{winter.Spread} in winter, {summer.Spread} in summer");
        Assert.DoesNotContain("no time", winter.Error);
        Assert.Contains("obs.csv: no time, so the annual mean of the prior and of the generator's error is used", never.Error);

        (double Spread, string Error) Spread(string? time)
        {
            File.WriteAllText(_folder.File("obs.csv"), time is null ? "lat,lon,anomaly\n-40,20,1\n" : $"lat,lon,anomaly,time\n-40,20,1,{time}\n");
            var run = VaedaProcess.RunIn(_folder.Path, "assimilate", "obs.csv", "--members", "10", "--threads", "1");
            Assert.Equal(0, run.ExitCode);
            return (double.Parse(Regex.Match(run.Output, @"ensemble spread ([\d.]+)").Groups[1].Value, CultureInfo.InvariantCulture), run.Error);
        }
    }

    [Theory]
    [InlineData("lat,lon,anomaly\n10,20,1\n10,20,warm\n", "obs.csv:3: column 'anomaly': 'warm' is not a number")]
    [InlineData("lat,lon,anomaly\n10,20,1\n95,20,1\n", "obs.csv:3: column 'lat': '95' is outside -90…90")]
    [InlineData("lat,lon,anomaly,error\n10,20,1,-1\n", "obs.csv:2: column 'error': '-1' is not above 0")]
    [InlineData("lat,lon,anomaly\n10,20\n", "obs.csv:2: 2 cells in the row; the header has 3")]
    [InlineData("lat,lon,temperature\n10,20,1\n", "obs.csv: the header has no column for")]
    [InlineData("", "obs.csv: the file is empty")]
    [InlineData("lat,lon,anomaly,time\n10,20,1,2002-01-01\n10,20,1,2002-02-01\n", "obs.csv: observations of 2 times, from 2002-01-01 00:00 to 2002-02-01 00:00; choose one (--time)")]
    public void Malformed_observations_are_refused_by_file_line_and_column(string content, string message)
    {
        File.WriteAllText(_folder.File("obs.csv"), content);
        Refused(message, "obs.csv");
    }

    [Fact]
    public void What_cannot_be_assimilated_is_refused_on_one_line()
    {
        File.WriteAllText(_folder.File("obs.csv"), "lat,lon,anomaly,time\n10,20,1,2002-12-10\n");
        File.WriteAllText(_folder.File("notes.safetensors"), "not a model");
        Refused("there is no file 'absent.csv'", "absent.csv");
        Refused("there is no file 'absent'", "obs.csv", "--model", "absent");
        Refused("notes.safetensors: not a safetensors file", "obs.csv", "--model", "notes.safetensors");
        Refused("members is 1; it must be at least 2, or 0", "obs.csv", "--members", "1");
        Refused("threshold of rejection is 0; it must be above 0, or Infinity to keep all", "obs.csv", "--reject-beyond", "0");
        Refused("error '-2' is neither a number above 0", "obs.csv", "--error=-2");
        Refused("no observation of 1999; there are some from 2002-12-10", "obs.csv", "--time", "1999");
        Refused("its grid is 8×16", "obs.csv", "--model", weather.RegionModel, "--truth", weather.Archive);
    }

    [Fact]
    public void One_of_several_times_is_chosen_with_time()
    {
        var day = File.ReadAllLines(weather.Observations);
        File.WriteAllLines(_folder.File("two.csv"), [.. day, .. day.Skip(1).Take(10).Select(line => line.Replace(Weather.Day, "2002-12-11"))]);
        var run = Assimilate("two.csv", "--time", "2002-12-11", "--members", "0", "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(10, JsonDocument.Parse(run.Output).RootElement.GetProperty("diagnostics").GetProperty("observations").GetInt32());
        Assert.Equal(10, new ParquetTable(_folder.File("two.analysis/observations.parquet")).Rows);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_and_another_another_ensemble()
    {
        foreach (var (folder, seed) in new[] { ("a", "3"), ("b", "3"), ("c", "4") })
        {
            Assert.Equal(0, Assimilate(weather.Observations, "--seed", seed, "--members", "4", "--out", folder).ExitCode);
        }

        foreach (var name in (string[])["t2m", "t2m_analysis", "t2m_mean", "t2m_spread"])
        {
            Assert.Equal(Values("a", name), Values("b", name));
        }

        Assert.NotEqual(Values("a", "t2m"), Values("c", "t2m"));
        Assert.Equal(Values("a", "t2m_analysis"), Values("c", "t2m_analysis"));
    }

    [Fact(Explicit = true)]
    public void Hamiltonian_Monte_Carlo_says_how_well_its_chains_have_mixed()
    {
        var run = Assimilate(weather.Observations, "--method", "hmc");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"16 chains of \d+ draws, .* R̂ at most 1\.0\d\d, effective sample size at least \d+", run.Output);
        var refusal = Assimilate(weather.Observations, "--method", "hmc", "--members", "0");
        Assert.Equal((1, "vaeda: members is 0; it must be at least 2 with the method hmc, which is a way to draw them"), (refusal.ExitCode, refusal.Error.Trim()));
    }

    [Fact]
    public void Adam_finds_the_minimum_that_gauss_newton_finds()
    {
        double CostBy(string method)
        {
            var run = Assimilate(weather.Observations, "--method", method, "--members", "0", "--json", "--out", method);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            var diagnostics = JsonDocument.Parse(run.Output).RootElement.GetProperty("diagnostics");
            Assert.Equal(method, diagnostics.GetProperty("method").GetString());
            return diagnostics.GetProperty("cost").GetDouble();
        }

        var least = CostBy("gauss-newton");
        Assert.InRange(CostBy("adam"), least * 0.999, least * 1.02);
    }

    [Fact]
    public void Without_members_there_is_the_most_probable_field_alone_and_no_word_of_an_ensemble()
    {
        var run = Assimilate(weather.Observations, "--members", "0", "--truth", weather.Archive);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("NaN", run.Output);
        Assert.DoesNotContain("ensemble", run.Output);
        Assert.InRange(RmseOf(run.Output), 0.1, 0.5);
        using var file = NetcdfDataset.Open(_folder.File("obs.analysis/analysis.nc"));
        Assert.NotNull(file.Find("t2m_analysis"));
        Assert.Equal(2, file.ReadAll(file.Find("time_bnds")!).Length);
        string[] history = [.. file.Attributes.Text("history")!.Split('\n').Select(line => line.Split(' ')[2])];
        Assert.Equal(["assimilate", "train", "prepare"], history);
        Assert.Equal("Institute of made-up weather", file.Attributes.Text("institution"));
        Assert.Null(file.Find("t2m"));
        Assert.Null(file.Find("t2m_spread"));
        Assert.True(PngFile.SizeOf(_folder.File("obs.analysis/analysis.png")).Width > 500);
    }

    // One thread: the same bits each time.
    private VaedaProcess Assimilate(string observations, params string[] arguments) =>
        VaedaProcess.RunIn(_folder.Path, ["assimilate", observations, "--threads", "1", .. arguments.Contains("--model") ? [] : (string[])["--model", weather.Model], .. arguments]);

    private void Refused(string message, string observations, params string[] arguments)
    {
        var run = Assimilate(observations, arguments);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("vaeda: ", run.Error);
        Assert.Contains(message, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    private double[] Values(string folder, string name)
    {
        using var file = NetcdfDataset.Open(_folder.File($"{folder}/analysis.nc"));
        return file.ReadAll(file.Find(name)!);
    }

    private static double RmseOf(string output) => double.Parse(Rmse().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"against the truth: RMSE ([\d.]+) of the most probable field")]
    private static partial Regex Rmse();

    /// <summary>What marks of observations the map of an analysis has.</summary>
    private string[] Legend(string analysis)
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "plot", analysis, "--observations", "place", "--out", "map.svg").ExitCode);
        return [.. Fate().Matches(File.ReadAllText(_folder.File("map.svg"))).Select(match => match.Groups[1].Value)];
    }

    [GeneratedRegex(@"(\d+) of 100 observations used: one station in 5")]
    private static partial Regex OneIn();

    [GeneratedRegex(@"(?m)^\s*(used|withheld|rejected)\s*$")]
    private static partial Regex Fate();
}
