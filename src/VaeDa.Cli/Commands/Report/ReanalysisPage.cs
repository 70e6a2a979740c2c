using System.Globalization;
using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Assimilation.Control;
using VaeDa.Fields;
using VaeDa.Plotting.Pages;
using VaeDa.Reanalysis;

namespace VaeDa.Cli.Commands.Report;

/// <summary>The page of a reanalysis.</summary>
internal static class ReanalysisPage
{
    // Of a series: more cannot be told apart on a screen.
    private const int MostPoints = 4000;

    // Of a reanalysis that many shares made, each with its own.
    private const int MostCommands = 5;

    private const double BandLow = 0.05;
    private const double BandHigh = 0.95;

    /// <param name="folder">Of a finished reanalysis.</param>
    /// <param name="period">Of the dates.</param>
    /// <param name="truth">An archive; null for none.</param>
    /// <param name="mostDates">Of those that have maps.</param>
    /// <param name="size">Of the page.</param>
    /// <param name="blocks">Take fields and series.</param>
    /// <param name="cancellation">Stops it.</param>
    public static ReportPage Of(string folder, (TimePeriod? From, TimePeriod? To) period, string? truth, int mostDates, ReportSize size, PageBlocks blocks, CancellationToken cancellation)
    {
        var results = ReanalysisResults.Open(folder);
        var table = results.Dates;
        int[] rows = [.. Enumerable.Range(0, results.Times.Count).Where(i => IsWithin(results.Times[i]))];
        int[] done = [.. rows.Where(i => (string)table["state"][i] == "done")];
        if (done.Length == 0)
        {
            throw new InvalidInputException($"{folder}: no date with an analysis{(period == (null, null) ? string.Empty : FormattableString.Invariant($" between these; it has {results.Times[0]:yyyy-MM-dd} to {results.Times[^1]:yyyy-MM-dd} (--from, --to)"))}");
        }

        Frequency? frequency = Enum.TryParse<Frequency>(Setting("step"), ignoreCase: true, out var step) ? step : null;
        var times = Array.ConvertAll(done, i => results.Times[i]);
        var leftOut = new List<string>();
        if (rows.Length < results.Times.Count)
        {
            leftOut.Add($"{results.Times.Count - rows.Length} of {results.Times.Count} dates are before or after those of this page (--from, --to)");
        }

        MapsOnPage? maps = null;
        var series = new SeriesParts();
        foreach (var variable in results.Variables)
        {
            series.Add([.. results.Areas.Select(area => Series(area.Name, variable))]);
        }

        if (Setting("save") == "none")
        {
            leftOut.Add("there are no maps: the reanalysis was made without fields (--save none)");
        }
        else
        {
            maps = new MapsOnPage([.. times.Select(t => (DateTime?)t)], frequency, i => results.Read(times[i]), truth, mostDates, size, blocks, cancellation);
            leftOut.AddRange(maps.LeftOut);
        }

        var variables = maps?.Variables ?? [.. results.Variables.Select(v => new PageVariable(v, results.Series(results.Areas[0].Name, v.Name).Mean.Select(x => (float)x), []))];
        var (checks, withheld) = (new CheckScores(variables), new List<WithheldScore>());
        var analysed = times.ToHashSet();
        foreach (var frame in results.Blocks.Where(b => TimePeriod.Parse(b) is var block && block.End > times[0] && block.Start <= times[^1]).Select(results.ObservationsOf).Where(f => f.Columns.Count > 0))
        {
            cancellation.ThrowIfCancellationRequested();
            checks.Add(frame, IsShown);
            withheld.AddRange(WithheldScore.Of(frame, [.. results.Variables.Select(v => v.Name)], IsShown));

            bool IsShown(int row) => analysed.Contains((DateTime)frame["analysis_time"][row]);
        }

        var summary = results.Summary;
        var span = $"{Words(times[0])} to {Words(times[^1])}";
        return new ReportPage
        {
            Kind = "Reanalysis",
            Title = $"{string.Join(", ", variables.Select(v => v.Title))}, {span}",
            Subtitle = FormattableString.Invariant($"From {Count("observations", done):N0} observations of {ObservationFiles()}, by the model {Setting("model")}, {(Setting("memory") is null ? "each date by itself" : "dates as one sequence, members as histories")}."),
            Notices = [.. Notices()],
            Facts = [.. Facts()],
            Maps = maps?.Maps,
            Series = new PageSeries([.. results.Areas.Select(area => area.Name)], [.. results.Variables.Select(v => v.Name)], series.Blocks,
                $"Area means{(series.Members > 0 ? ", with the middle 90% of the members" : string.Empty)}{(series.Step > 1 ? FormattableString.Invariant($"; one date in {series.Step} is drawn") : string.Empty)}. Drag to look closer, double click to go back; a click goes to the nearest date of the maps."),
            Charts = [.. checks.Charts(), .. DateCharts(), .. ScoreCharts()],
            Tables = [.. checks.Tables(), .. maps?.ScoreTables() ?? [], .. Tables()],
            Provenance = new PageProvenance(
                [ProvenanceOnPage.ThisPage, .. Commands()],
                [.. results.Settings.EnumerateObject().Where(s => s.Value.ValueKind != JsonValueKind.Null && s.Name is not "areas" and not "variables").Select(s => KeyValuePair.Create(ProvenanceOnPage.Words(s.Name), ProvenanceOnPage.Text(s.Value)))]),
            LeftOut = [.. leftOut, .. series.Step > 1 ? [FormattableString.Invariant($"series have one date in {series.Step}")] : (ReadOnlySpan<string>)[]],
        };

        string Words(DateTime time) => DateWords.Of(time, frequency);

        bool IsWithin(DateTime time) => time >= (period.From?.Start ?? DateTime.MinValue) && time < (period.To?.End ?? DateTime.MaxValue);

        string? Setting(string name) => results.Settings.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? ProvenanceOnPage.Text(value) : null;

        double Value(string column, int row) => table.Columns.IndexOf(column) >= 0 && table[column][row] is { } value ? System.Convert.ToDouble(value, CultureInfo.InvariantCulture) : double.NaN;

        long Count(string column, int[] of) => (long)of.Sum(i => Value(column, i) is var n && double.IsFinite(n) ? n : 0);

        string ObservationFiles() => results.Settings.TryGetProperty("observations", out var files) && files.ValueKind == JsonValueKind.Array && files.GetArrayLength() > 0
            ? files.GetArrayLength() == 1 ? NameOf(files[0]) : $"{files.GetArrayLength()} files" : "a table";

        static string NameOf(JsonElement file) => file.TryGetProperty("name", out var name) ? name.ToString() : file.ToString();

        // The newest first, as an analysis has them. Where the log is lost, or of an earlier version, the settings say what the result depends on.
        IEnumerable<string> Commands()
        {
            var commands = results.Commands;
            return commands.Count == 0
                ? [CommandOfSettings()]
                : [.. commands.Reverse().Take(MostCommands).Select(c => $"{c.Time}: {c.Command}"), .. commands.Count > MostCommands ? [$"… {commands.Count - MostCommands} more in reanalysis.log"] : (ReadOnlySpan<string>)[]];
        }

        string CommandOfSettings() => $"vaeda assimilate {ObservationFiles()} --model {Setting("model")} --from {Setting("from")} --to {Setting("to")} --members {Setting("members")} --method {Setting("method")} --seed {Setting("seed")} --reject-beyond {Setting("rejectBeyond")} --save {Setting("save")} …   (made of the settings beneath)";

        int Series(string area, Variable variable)
        {
            var whole = results.Series(area, variable.Name);
            var shown = new PageVariable(variable, whole.Mean.Select(v => (float)v), []);
            int[] within = [.. Enumerable.Range(0, whole.Times.Count).Where(i => IsWithin(whole.Times[i]))];
            series.Step = Math.Max(series.Step, (within.Length + MostPoints - 1) / MostPoints);
            series.Members = whole.Members.Count == 0 ? 0 : whole.Members[0].Count;
            int[] kept = [.. within.Where((_, n) => n % series.Step == 0)];
            double Rounded(double value) => double.IsFinite(value) ? Math.Round(shown.Shown(value), shown.Digits + 1) : double.NaN;
            var members = series.Members == 0 ? [] : kept.Select(i => whole.Members[i].Order().ToArray()).ToArray();
            return blocks.Add(new PageSeriesValues(
                [.. kept.Select(i => MapsOnPage.Iso(whole.Times[i]))],
                [.. kept.Select(i => Rounded(whole.Mean[i]))],
                [.. members.Select(m => Rounded(Quantile(m, BandLow)))],
                [.. members.Select(m => Rounded(Quantile(m, BandHigh)))]));
        }

        IEnumerable<string> Notices()
        {
            if (rows.Length > done.Length)
            {
                yield return $"{rows.Length - done.Length} of {rows.Length} dates have no analysis; the table of dates without one says why.";
            }
        }

        IEnumerable<PageFact> Facts()
        {
            yield return new PageFact("dates", done.Length.ToString("N0", CultureInfo.InvariantCulture), rows.Length > done.Length ? $"{rows.Length - done.Length} failed" : "all with an analysis");
            yield return new PageFact("observations used", Count("observations", done).ToString("N0", CultureInfo.InvariantCulture), FormattableString.Invariant($"{Count("outliers", done):N0} outliers, {Count("rejected", done):N0} not used"));
            var chiSquare = done.Select(i => Value("chi_square", i)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
            yield return new PageFact("chi-square per observation", chiSquare.ToString("0.00", CultureInfo.InvariantCulture), "mean over dates; about 1 if errors are as stated");
            yield return new PageFact("members", Setting("members") ?? "0", Setting("method"));
            foreach (var fact in AnalysisPage.Withheld(WithheldScore.Together(withheld), variables))
            {
                yield return fact;
            }

            foreach (var variable in variables)
            {
                var squares = done.Select(i => Value($"{variable.Name}_spread", i)).Where(double.IsFinite).Select(s => s * s).DefaultIfEmpty(double.NaN).Average();
                yield return new PageFact("ensemble spread", AnalysisPage.Quantity(variable.Shown(Math.Sqrt(squares)), variable), variables.Count == 1 ? "root mean square over area and dates" : $"of {variable.Name}");
            }
        }

        IEnumerable<PageChart> DateCharts()
        {
            const string Section = "Dates";
            int[] kept = [.. done.Where((_, n) => n % series.Step == 0)];
            object[] x = [.. kept.Select(i => (object)MapsOnPage.Iso(results.Times[i]))];
            PageLine Line(string name, Func<int, double> value) => new(name, x, [.. kept.Select(i => value(i) is var v && double.IsFinite(v) ? Math.Round(v, 4) : double.NaN)]);
            var ofSquares = kept.Select(i => Value("chi_square", i)).Where(double.IsFinite).ToList();
            if (ofSquares.Count > 0)
            {
                yield return new PageChart("Fit to the observations", FormattableString.Invariant($"Line chart of chi-square per observation by date, between {ofSquares.Min():0.00} and {ofSquares.Max():0.00}."), "", "chi-square per observation",
                    [Line("chi-square per observation", i => Value("chi_square", i)), new PageLine("as believed", [x[0], x[^1]], [1, 1]) { IsReference = true }], "Far above 1: errors are larger than stated, or observations contradict each other.") { Section = Section, FromZero = true };
            }

            yield return new PageChart("Observations", FormattableString.Invariant($"Line chart of the observations used by date, {Count("observations", kept):N0} in all, and of outliers, {Count("outliers", kept):N0} in all."), "", "observations",
                [Line("used", i => Value("observations", i)), Line("outliers", i => Value("outliers", i))]) { Section = Section, FromZero = true };
            foreach (var variable in variables.Where(v => table.Columns.IndexOf($"{v.Name}_spread") >= 0))
            {
                yield return new PageChart($"Ensemble spread of {variable.Name}", $"Line chart of the root mean square spread over the area by date.", "", variable.Units.Length > 0 ? $"spread ({variable.Units})" : "spread",
                    [Line("spread", i => variable.Shown(Value($"{variable.Name}_spread", i)))]) { Section = Section, FromZero = true };
            }
        }

        IEnumerable<PageChart> ScoreCharts()
        {
            foreach (var variable in maps is null || maps.Scores.Count == 0 ? [] : variables)
            {
                var of = maps!.Scores.Where(s => s.Variable == variable.Name).ToList();
                object[] x = [.. of.Select(s => (object)(s.Time ?? s.Label))];
                yield return new PageChart($"Error and spread of {variable.Name}", "Line chart of the root mean square error of the mean against the truth, and of the spread, by date.", "", variable.Units,
                    [new PageLine("RMSE of the mean", x, [.. of.Select(s => variable.Shown(s.Score.MeanRmse))]), new PageLine("spread", x, [.. of.Select(s => variable.Shown(s.Score.Spread))])]) { Section = "Scores and calibration", FromZero = true };
            }
        }

        IEnumerable<PageTable> Tables()
        {
            if (rows.Length > done.Length)
            {
                yield return new PageTable("Dates without an analysis", [new("date"), new("reason")], [.. rows.Except(done).Select(i => (IReadOnlyList<object?>)[MapsOnPage.Iso(results.Times[i]), (string)table["state"][i]])]);
            }

            if (summary.Flagged.Count > 0)
            {
                yield return new PageTable("Stations that were outliers most often", [new("station"), new("outliers"), new("observations")],
                    [.. summary.Flagged.Select(s => (IReadOnlyList<object?>)[s.Station, s.Outliers, s.Observations])], "Of the whole reanalysis.");
            }

            if (summary.Breaks.Count > 0)
            {
                yield return new PageTable("Stations that change", [new("station"), new("variable"), new("kind"), new("from"), new("to"), new("offset", 3), new("standard error", 3)],
                    [.. summary.Breaks.Select(b => (IReadOnlyList<object?>)[b.Station, b.Variable, b.Kind.ToString().ToLowerInvariant(), MapsOnPage.Iso(b.From), MapsOnPage.Iso(b.To), b.Offset, b.Error])],
                    FormattableString.Invariant($"What is most certain of {summary.Changing} stations with a break, a drift or an offset; stations.csv has all. Offsets are in the variable's own units."));
            }
        }
    }

    private static double Quantile(double[] sorted, double part)
    {
        var at = part * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 < sorted.Length ? sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
    }

    // What is found while series are read.
    private sealed class SeriesParts
    {
        private readonly List<IReadOnlyList<int>> blocks = [];

        public int Step { get; set; } = 1;

        public int Members { get; set; }

        public IReadOnlyList<IReadOnlyList<int>> Blocks => blocks;

        public void Add(IReadOnlyList<int> ofAreas) => blocks.Add(ofAreas);
    }
}
