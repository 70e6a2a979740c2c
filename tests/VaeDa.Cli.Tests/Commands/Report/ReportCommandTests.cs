using System.Text.Json;
using VaeDa.Fields.Grids;
using VaeDa.Results;

namespace VaeDa.Cli.Tests.Commands.Report;

public sealed class ReportCommandTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_analysis_becomes_one_file_with_its_fields_to_a_step()
    {
        var analysis = ReportInputs.Write(_folder.File("run"));
        var run = Report("run");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^run/report\.html: 0\.\d+ MB\n$", run.Output);
        var report = new ReportFile(_folder.File("run/report.html"));
        Assert.InRange(report.Bytes, 500_000, 3_000_000);
        Assert.Equal("Analysis", report.Content.GetProperty("kind").GetString());
        Assert.EndsWith("15 January 2000", report.Content.GetProperty("title").GetString());
        var maps = report.Content.GetProperty("maps");
        // Pressures are in hPa.
        foreach (var (v, factor) in new[] { (0, 1.0), (1, 0.01) })
        {
            var (variable, fields) = (maps.GetProperty("variables")[v], maps.GetProperty("dates")[0].GetProperty("fields")[v]);
            var tolerance = variable.GetProperty("step").GetDouble() / 2 * 1.001;
            var name = variable.GetProperty("name").GetString()!;
            AssertClose(analysis[name].Mean, report.Field(fields.GetProperty("mean")));
            AssertClose(analysis[name].Spread, report.Field(fields.GetProperty("spread")));
            Assert.Equal(ReportInputs.Members, fields.GetProperty("members").GetArrayLength());
            AssertClose(analysis[name].Members[2], report.Field(fields.GetProperty("members")[2]));

            void AssertClose(float[] expected, double[] actual) =>
                Assert.All(expected.Zip(actual), pair => Assert.True(double.IsNaN(pair.Second) ? float.IsNaN(pair.First) : Math.Abs(factor * pair.First - pair.Second) <= tolerance));
        }
    }

    [Fact]
    public void No_name_of_a_file_is_HTML_and_no_other_script_may_run()
    {
        ReportInputs.Write(_folder.File("run"));
        Assert.Equal(0, Report("run").ExitCode);
        var report = new ReportFile(_folder.File("run/report.html"));
        foreach (var evil in new[] { "alert(", "onerror", "<i>" })
        {
            Assert.DoesNotContain(evil, report.Plain);
        }

        Assert.Contains("&lt;i&gt;", report.Html);
        Assert.Equal(
            $"default-src 'none'; script-src {ReportFile.Source(report.Library)} {ReportFile.Source(report.Script)}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'",
            report.Policy);
        Assert.DoesNotContain("http:", report.Plain);
        Assert.DoesNotContain("https:", report.Plain);
    }

    [Fact]
    public void The_library_is_the_one_that_its_README_names()
    {
        ReportInputs.Write(_folder.File("run"));
        Assert.Equal(0, Report("run").ExitCode);
        var hash = System.Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(new ReportFile(_folder.File("run/report.html")).Library));
        Assert.Contains(hash, File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "src/VaeDa.Plotting/Pages/Plotly/README.md")));
    }

    [Fact]
    public void What_is_too_large_is_left_out_and_said()
    {
        var fine = new Grid([.. Enumerable.Range(0, 360).Select(i => 89.75 - 0.5 * i)], [.. Enumerable.Range(0, 720).Select(j => 0.5 * j)]);
        var analysis = ReportInputs.Write(_folder.File("fine"), fine, members: 2, observations: 6000);
        var run = Report("fine", "--size", "1", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var told = JsonDocument.Parse(run.Output).RootElement;
        Assert.InRange(told.GetProperty("bytes").GetInt64(), 500_000, 1_000_000);
        var leftOut = told.GetProperty("leftOut").EnumerateArray().Select(what => what.GetString()!).ToList();
        var every = int.Parse(System.Text.RegularExpressions.Regex.Match(leftOut[0], @"^maps have one cell in (\d+) of each row").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        // What is left of the room may do for one.
        Assert.Matches("^(none of the 2 members has|1 of 2 members have) maps", leftOut[1]);
        var report = new ReportFile(_folder.File("fine/report.html"));
        Assert.Equal(leftOut, report.Content.GetProperty("leftOut").EnumerateArray().Select(what => what.GetString()!));
        var date = report.Content.GetProperty("maps").GetProperty("dates")[0];
        var mean = report.Field(date.GetProperty("fields")[0].GetProperty("mean"));
        // The cells that are shown are the file's own.
        Assert.Equal(analysis["ta"].Mean[every], mean[1], 0.01);
        Assert.Contains("5,000 of 6,004 observations", report.Values(date.GetProperty("observations")).GetProperty("note").GetString());
        Assert.Contains("rejected: ", report.Values(date.GetProperty("observations")).GetProperty("values").EnumerateArray().Last().ToString());
    }

    [Fact]
    public void A_new_analysis_takes_the_report_of_the_old_one_away()
    {
        ReportInputs.Write(_folder.File("run"));
        Assert.Equal(0, Report("run").ExitCode);
        ReportInputs.Write(_folder.File("run"), members: 0);
        Assert.False(File.Exists(_folder.File("run/report.html")));
        Assert.Equal(0, Report("run").ExitCode);
        var fields = new ReportFile(_folder.File("run/report.html")).Content.GetProperty("maps").GetProperty("dates")[0].GetProperty("fields")[0];
        Assert.Equal(JsonValueKind.Null, fields.GetProperty("spread").ValueKind);
        Assert.Equal(0, fields.GetProperty("members").GetArrayLength());
    }

    [Fact]
    public void A_reanalysis_has_maps_of_so_many_dates_and_series_of_all()
    {
        Reanalyse(members: 3);
        var run = Report("out", "--dates", "4");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var done = Done();
        var report = new ReportFile(_folder.File("out/report.html"));
        var dates = report.Content.GetProperty("maps").GetProperty("dates");
        Assert.InRange(dates.GetArrayLength(), 1, 4);
        Assert.Contains($"left out: {dates.GetArrayLength()} of {done.Length} dates have maps", run.Output);
        var series = report.Content.GetProperty("series");
        Assert.Contains("here", series.GetProperty("areas").EnumerateArray().Select(a => a.GetString()));
        Assert.Equal(done.Length, report.Values(series.GetProperty("blocks")[0][0]).GetProperty("mean").GetArrayLength());

        string[] Commands() => [.. new ReportFile(_folder.File("out/report.html")).Content.GetProperty("provenance").GetProperty("commands").EnumerateArray().Select(c => c.GetString()!)];
        Assert.EndsWith($"Z: vaeda assimilate days.csv --model {weather.Model} --out out --members 3 --at here=10,20 --memory none --threads 1 --no-pictures", Assert.Single(Commands().Skip(1)));

        run = Report("out", "--from", "2002-12-03", "--to", "2002-12-05", "--out", "days.html");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("left out: 5 of 8 dates are before or after", run.Output);
        Assert.Equal(done.Count(d => d >= new DateTime(2002, 12, 3) && d < new DateTime(2002, 12, 6)), new ReportFile(_folder.File("days.html")).Content.GetProperty("maps").GetProperty("dates").GetArrayLength());

        // Of earlier versions, which did not keep it.
        File.Delete(_folder.File("out/reanalysis.log"));
        run = Report("out", "--from", "1990");
        Assert.EndsWith("(made of the settings beneath)", Assert.Single(Commands().Skip(1)));
        Assert.Equal((0, true), (run.ExitCode, File.Exists(_folder.File("out/report.html"))));
        run = Report("out", "--to", "1990");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no date with an analysis between these", run.Error);
    }

    [Fact]
    public void A_reanalysis_without_fields_has_its_series()
    {
        Reanalyse(members: 2, "--save", "none");
        var run = Report("out");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("left out: there are no maps", run.Output);
        var content = new ReportFile(_folder.File("out/report.html")).Content;
        Assert.Equal(JsonValueKind.Null, content.GetProperty("maps").ValueKind);
        Assert.NotEqual(JsonValueKind.Null, content.GetProperty("series").ValueKind);
    }

    [Fact]
    public void A_training_has_its_curves_and_a_model_alone_says_that_it_has_none()
    {
        File.Copy(weather.Model, _folder.File("model.safetensors"));
        var run = Report("model.safetensors");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("model.report.html: ", run.Output);
        var alone = new ReportFile(_folder.File("model.report.html")).Content;
        Assert.Equal(("Training", 0), (alone.GetProperty("kind").GetString(), alone.GetProperty("charts").GetArrayLength()));
        Assert.Contains("no model.history.parquet", alone.GetProperty("notices").ToString());
        File.Copy(Path.ChangeExtension(weather.Model, ".history.parquet"), _folder.File("model.history.parquet"));
        Assert.Equal(0, Report("model.safetensors").ExitCode);
        var whole = new ReportFile(_folder.File("model.report.html")).Content;
        var loss = whole.GetProperty("charts").EnumerateArray().First(c => c.GetProperty("title").GetString() == "Loss");
        Assert.Equal(Files.DataFrameFile.Read(_folder.File("model.history.parquet")).Rows.Count, loss.GetProperty("lines")[1].GetProperty("y").GetArrayLength());
        Assert.Contains("vaeda train", whole.GetProperty("provenance").GetProperty("commands").ToString());
    }

    [Fact]
    public void A_validation_has_its_scores()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "validate", weather.Model, "--archive", weather.Archive, "--threads", "1").ExitCode);
        var run = Report("validation");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var content = new ReportFile(_folder.File("validation/report.html")).Content;
        Assert.Equal("Validation", content.GetProperty("kind").GetString());
        Assert.Contains("Reconstruction of held-out fields", content.GetProperty("tables").EnumerateArray().Select(t => t.GetProperty("title").GetString()));
        Assert.Contains("vaeda validate", content.GetProperty("provenance").GetProperty("commands").ToString());
    }

    [Theory]
    [InlineData("there is no such folder", "nothing")]
    [InlineData("a report is of a folder", "notes.txt")]
    [InlineData("neither an analysis", "empty")]
    [InlineData("the name of a report ends in .html", "run", "--out", "run.pdf")]
    [InlineData("--dates has no meaning for an analysis", "run", "--dates", "3")]
    [InlineData("--truth has no meaning for a validation", "validation", "--truth", "sample")]
    [InlineData("not of a validation", "validation")]
    public void What_cannot_be_is_told_in_a_line_and_nothing_is_left(string expected, params string[] arguments)
    {
        ReportInputs.Write(_folder.File("run"));
        File.WriteAllText(_folder.File("notes.txt"), "");
        Directory.CreateDirectory(_folder.File("empty"));
        Directory.CreateDirectory(_folder.File("validation"));
        File.WriteAllText(_folder.File("validation/scores.json"), "{");
        var run = Report(arguments);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.html", SearchOption.AllDirectories));
    }

    private VaedaProcess Report(params string[] arguments) => VaedaProcess.RunIn(_folder.Path, ["report", .. arguments]);

    private void Reanalyse(int members, params string[] arguments)
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "observe", weather.Archive, "--from", "2002-12-01", "--to", "2002-12-08", "--network", "sparse", "--out", "days.csv").ExitCode);
        VaedaProcess.RunIn(_folder.Path, ["assimilate", "days.csv", "--model", weather.Model, "--out", "out", "--members", $"{members}", "--at", "here=10,20", "--memory", "none", "--threads", "1", "--no-pictures", .. arguments]);
        Assert.True(File.Exists(_folder.File("out/dates.parquet")));
    }

    private DateTime[] Done()
    {
        var dates = Files.DataFrameFile.Read(_folder.File("out/dates.parquet"));
        return [.. Enumerable.Range(0, (int)dates.Rows.Count).Where(i => (string)dates["state"][i] == "done").Select(i => (DateTime)dates["time"][i])];
    }
}
