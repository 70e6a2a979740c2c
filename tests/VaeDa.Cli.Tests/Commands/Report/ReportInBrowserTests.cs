using System.Globalization;
using System.Text.RegularExpressions;
using VaeDa.Assimilation;
using VaeDa.Cli.Tests.Browser;
using VaeDa.Files;
using VaeDa.Reanalysis;

namespace VaeDa.Cli.Tests.Commands.Report;

/// <summary>Reports as they are seen and heard, in the system's Chromium.</summary>
public sealed class ReportInBrowserTests : IDisposable
{
    private const string Map = ".map .drawing";
    private const string MemberSlider = "input[aria-label=Member]";
    private const string DateSlider = "input[aria-label=Date]";
    private const string FirstCells = "#observations tbody tr > :first-child";

    private readonly Weather _weather;
    private readonly TemporaryFolder _folder = new();

    public ReportInBrowserTests(Weather weather)
    {
        Chromium.Require();
        _weather = weather;
    }

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void The_pointer_gets_the_cell_of_the_file_and_its_spread()
    {
        var analysis = Analysis();
        var grid = analysis.Grid;
        // Cells on both sides of the seam, and one without a value.
        (int Row, int Column)[] cells = [(3, 5), (8, 30), (9, 18), (2, 17), (ReportInputs.MissingRow, 7)];
        var seen = Chromium.Look(Page, 1280, [
            .. cells.SelectMany(cell => (object[][])[Pointing(0, cell), ["text", "#readout"], Pointing(1, cell)]),
            ["click", "[aria-label='Variable']"], ["choose", "[aria-label='Variable']", "1"], ["drawn", "0/1/mean/spread"], Pointing(0, cells[0]),
            ["missing", 0], ["background", 0], ["colours", 0, 0],
        ]);
        AssertQuiet(seen);
        foreach (var (i, (row, column)) in cells.Index())
        {
            var cell = row * grid.Width + column;
            foreach (var text in new[] { Assert.Single(seen.Texts(3 * i)), seen.Text(3 * i + 1), Assert.Single(seen.Texts(3 * i + 2)) })
            {
                AssertSays(text, analysis["ta"].Mean[cell], analysis["ta"].Spread[cell], "K");
            }
        }

        var other = 3 * cells.Length + 3;
        var at = cells[0].Row * grid.Width + cells[0].Column;
        AssertSays(Assert.Single(seen.Texts(other)), analysis["psl"].Mean[at] / 100, analysis["psl"].Spread[at] / 100, "hPa");
        // The column at the map's edge is drawn at both ends.
        Assert.Equal(2 * (grid.Width + 1), seen.Answers[other + 1].GetInt32());
        Assert.Equal("#cdcdcd", seen.Text(other + 2));
        var colours = seen.Texts(other + 3);
        Assert.NotEqual(colours[0], colours[^1]);
        // White, or nearly, at 0; darker to both ends.
        Assert.True(Brightness(colours[colours.Length / 2]) > 230 && Brightness(colours[0]) < 120 && Brightness(colours[^1]) < 120);
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void Keys_move_over_the_map_and_the_members_and_all_has_words()
    {
        var analysis = Analysis();
        var seen = Chromium.Look(Page, 1280, [
            ["focus", Map], ["press", "ArrowRight"], ["says", "#readout", "°"], ["press", "ArrowRight"], ["press", "ArrowUp", 2], ["says", "#readout", "15.0° N"],
            ["focus", MemberSlider], ["press", "ArrowRight"], ["drawn", "0/0/2/spread"], ["attribute", MemberSlider, "aria-valuetext"], ["text", "#readout"],
            ["attributes", ".drawing, .chart", "aria-label"], ["attributes", "input, select", "aria-label"], ["attribute", "html", "lang"],
            ["texts", "h1, h2"], ["attributes", "thead th", "scope"], ["text", "#maps h3"],
            // Skips to the content, first of all.
            ["focus", "a.skip"], ["press", "Tab"], ["focused"],
        ]);
        AssertQuiet(seen);
        // The first key goes to the middle of the map, 5° S, 180°.
        var cell = 7 * analysis.Grid.Width + 19;
        Assert.StartsWith("15.0° N, 170.0° W", seen.Text(5));
        AssertSays(seen.Text(5), analysis["ta"].Mean[cell], analysis["ta"].Spread[cell], "K");
        Assert.Equal("2 of 3", seen.Text(9));
        var member = Regex.Match(seen.Text(10), @"member 2 ([+−]?[\d.]+) K");
        Assert.Equal(analysis["ta"].Members[1][cell], Number(member.Groups[1].Value), 0.0051);
        Assert.All(seen.Texts(11), words => Assert.True(words is { Length: > 20 }));
        Assert.Contains("from −", seen.Texts(11)[0]);
        Assert.All(seen.Texts(12), words => Assert.True(words is { Length: > 0 }));
        Assert.Equal("en", seen.Text(13));
        Assert.Contains("How it was made", seen.Texts(14));
        Assert.All(seen.Texts(15), scope => Assert.Equal("col", scope));
        Assert.StartsWith("Member 2, 15 January 2000", seen.Text(16));
        Assert.Equal("Maps", seen.Text(19));
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void The_table_sorts_filters_and_is_marked_on_the_map()
    {
        Analysis();
        const string Heading = "#observations thead th:nth-child(6) button";
        var seen = Chromium.Look(Page, 1280, [
            ["texts", "#observations thead button"], ["click", Heading], ["texts", "#observations tbody tr > :nth-child(6)"], ["attribute", "#observations thead th:nth-child(6)", "aria-sort"],
            ["focus", Heading], ["press", "Enter"], ["texts", "#observations tbody tr > :nth-child(6)"],
            ["choose", "[aria-label='Which observations']", "outlier"], ["texts", "#observations tbody tr > :nth-child(2)"],
            ["choose", "[aria-label='Which observations']", "all"], ["fill", "[aria-label='Search for a station']", "script"], ["texts", FirstCells],
            ["focus", "#observations tbody tr"], ["press", "Enter"], ["says", "#readout", "observed"], ["count", "#observations tr.marked"],
            ["count", "script"], ["count", "img"], ["text", ".notice"], ["global", "alerted"], Pointing(0, 45, 10),
        ]);
        AssertQuiet(seen);
        Assert.Equal("observed", seen.Texts(0)[5]);
        Assert.Equal(["−9.25", "1.2", "1.5", "3"], seen.Texts(2).Select(text => text.TrimEnd('0').TrimEnd('.')));
        Assert.Equal("ascending", seen.Text(3));
        Assert.Equal(["3", "1.5", "1.2", "−9.25"], seen.Texts(6));
        Assert.Equal([ReportInputs.EvilToo], seen.Texts(8));
        // The station, and the reason of another.
        Assert.Equal(["5", "2"], seen.Texts(11));
        Assert.Contains("°", seen.Text(14));
        Assert.Equal(1, seen.Answers[15].GetInt32());
        // Library, content, blocks, script and the unpacked library; no picture of anyone's.
        Assert.Equal(5, seen.Answers[16].GetInt32());
        Assert.Equal(0, seen.Answers[17].GetInt32());
        Assert.Contains(ReportInputs.Evil, seen.Text(18));
        // The dot before the cell.
        Assert.Contains(ReportInputs.Evil, Assert.Single(seen.Texts(20)));
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void A_reanalysis_answers_by_date_on_a_screen_and_on_a_telephone()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "observe", _weather.Archive, "--from", "2002-12-01", "--to", "2002-12-05", "--network", "sparse", "--out", "days.csv").ExitCode);
        VaedaProcess.RunIn(_folder.Path, "assimilate", "days.csv", "--model", _weather.Model, "--out", "run", "--members", "3", "--memory", "none", "--threads", "1", "--no-pictures");
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "report", "run", "--truth", _weather.Archive).ExitCode);
        var results = ReanalysisResults.Open(_folder.File("run"));
        var dates = DataFrameFile.Read(_folder.File("run/dates.parquet"));
        DateTime[] done = [.. Enumerable.Range(0, results.Times.Count).Where(i => (string)dates["state"][i] == "done").Select(i => results.Times[i])];
        Assert.True(done.Length >= 2, "too few dates have an analysis");
        var analysis = results.Read(done[1]);
        var (grid, name) = (analysis.Grid, analysis.Variables[0].Name);
        var cell = (Row: grid.Height / 3, Column: grid.Width / 4);
        object[][] steps =
        [
            // A dot before the cell would answer in its place.
            ["click", "[aria-label='Observations on the maps']"], ["focus", DateSlider], ["press", "ArrowRight"], ["drawn", "1/0/mean/truth"], ["attribute", DateSlider, "aria-valuetext"],
            ["point", 0, East(grid.Longitudes[cell.Column]), grid.Latitudes[cell.Row]], ["attributes", ".chart", "aria-label"], ["count", "#series .chart .scatterlayer .trace"], ["overflow"],
            ["choose", "[aria-label='Area or place']", "1"], ["says", "#series .ytitle", "north"], ["texts", "#observations caption"],
        ];
        foreach (var width in (int[])[1280, 390])
        {
            var seen = Chromium.Look(Page, width, steps);
            AssertQuiet(seen);
            Assert.Equal(done[1].ToString("d MMMM yyyy", CultureInfo.InvariantCulture), seen.Text(4));
            AssertSays(Assert.Single(seen.Texts(5)), analysis[name].Mean[cell.Row * grid.Width + cell.Column], analysis[name].Spread[cell.Row * grid.Width + cell.Column], analysis[name].Variable.Units);
            Assert.All(seen.Texts(6), words => Assert.True(words is { Length: > 20 }));
            // Both ends of the band, and the mean.
            Assert.Equal(3, seen.Answers[7].GetInt32());
            Assert.InRange(seen.Answers[8].GetInt32(), int.MinValue, 0);
            Assert.Contains(done[1].ToString("d MMMM yyyy", CultureInfo.InvariantCulture), Assert.Single(seen.Texts(11)));
        }
    }

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void A_training_and_a_validation_are_charts_with_words()
    {
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "report", _weather.Model, "--out", "run/report.html").ExitCode);
        var training = Chromium.Look(Page, 1280, ["attributes", ".chart", "aria-label"], ["count", ".chart .main-svg"], ["texts", "#epochs tbody tr > :first-child"]);
        AssertQuiet(training);
        Assert.All(training.Texts(0).Take(4), words => Assert.Contains("epoch", words));
        Assert.NotEqual(0, training.Answers[1].GetInt32());
        Assert.Equal(DataFrameFile.Read(Path.ChangeExtension(_weather.Model, ".history.parquet")).Rows.Count, training.Texts(2).Length);

        var validate = VaedaProcess.RunIn(_folder.Path, "validate", _weather.Model, "--archive", _weather.Archive, "--assimilation", "--network", "sparse", "--dates", "3", "--members", "3", "--adam-dates", "0", "--threads", "1");
        Assert.True(validate.ExitCode == 0, validate.Error);
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "report", "validation", "--out", "run/report.html").ExitCode);
        var validation = Chromium.Look(Page, 390, ["attributes", ".chart", "aria-label"], ["texts", "h2"], ["overflow"]);
        AssertQuiet(validation);
        Assert.Contains(validation.Texts(0), words => words.StartsWith("Rank histogram", StringComparison.Ordinal));
        Assert.Contains("Scores of analyses", validation.Texts(1));
        Assert.InRange(validation.Answers[2].GetInt32(), int.MinValue, 0);
    }

    private string Page => _folder.File("run/report.html");

    private Analysis Analysis()
    {
        ReportInputs.Write(_folder.File("run"));
        Assert.Equal(0, VaedaProcess.RunIn(_folder.Path, "report", "run").ExitCode);
        // As the netCDF file has it.
        return Results.AnalysisFiles.Read(_folder.File("run"));
    }

    private static object[] Pointing(int map, (int Row, int Column) cell) => Pointing(map, ReportInputs.World.Latitudes[cell.Row], ReportInputs.World.Longitudes[cell.Column]);

    private static object[] Pointing(int map, double latitude, double longitude) => ["point", map, East(longitude), latitude];

    private static double East(double longitude) => longitude > 180 ? longitude - 360 : longitude;

    private static void AssertQuiet(Chromium.Seen seen)
    {
        Assert.Empty(seen.Complaints);
        Assert.Empty(seen.Requests);
    }

    private static void AssertSays(string text, double mean, double spread, string units)
    {
        if (double.IsNaN(mean))
        {
            Assert.Contains("no value", text);
            return;
        }

        var said = Regex.Match(text, $@"([+−]?[\d.]+) ± ([\d.]+|–) {units}");
        Assert.True(said.Success, text);
        Assert.True(Math.Abs(mean - Number(said.Groups[1].Value)) <= 0.0051, $"{text}; the file has {mean}");
        if (double.IsFinite(spread))
        {
            Assert.Equal(spread, Number(said.Groups[2].Value), 0.0051);
        }
    }

    private static double Number(string text) => double.Parse(text.Replace('−', '-'), CultureInfo.InvariantCulture);

    private static double Brightness(string colour) => Enumerable.Range(0, 3).Average(i => int.Parse(colour.AsSpan(1 + 2 * i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
