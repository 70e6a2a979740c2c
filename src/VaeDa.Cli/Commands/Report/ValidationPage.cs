using System.Globalization;
using System.Text.Json;
using VaeDa.Cli.Commands.Validate;
using VaeDa.Files;
using VaeDa.Plotting.Pages;

namespace VaeDa.Cli.Commands.Report;

/// <summary>The page of a validation, from the <c>scores.json</c> and the <c>observations.json</c> of its folder.</summary>
internal static class ValidationPage
{
    private const string Calibration = "Calibration";

    private static readonly (string Name, string Title, string? Note)[] ScoreTables =
    [
        ("assimilation", "Scores of analyses", "By network, variable and method, over all dates, in the variables' own units."),
        ("comparison", "Compared with the rivals", "difference percent is below 0 where the model's score is lower, which is better; low and high are the ends of its 95% interval."),
        ("explainedVariance", "Variance explained", "1 less the squared error over the squared anomaly; low and high are the ends of the 95% interval."),
        ("reconstruction", "Reconstruction of held-out fields", "Encoded and decoded, without observations, in the variables' own units."),
        ("forecast", "Forecasts", "RMSE of states so many steps ahead, in the variables' own units."),
        ("sequence", "Scores in sequence", null),
        ("grossErrors", "Gross errors", "What quality control found of the wrong observations that were put in."),
        ("samples", "Random fields", "Compared with held-out fields."),
        ("spectra", "Spectra of random fields", "Power divided by that of held-out fields."),
    ];

    private static readonly (string Name, string Title, string? Note)[] StationTables =
    [
        ("scores", "Scores at withheld stations", "By decade and method, in the variables' own units; the stations' own errors are in them."),
        ("comparison", "Compared with the rivals at withheld stations", "With 95% intervals."),
        ("parameters", "What was fitted to the innovations", null),
        ("suspectStations", "Suspect stations", "Stations with an offset."),
    ];

    /// <summary>Whether a folder is of a validation.</summary>
    public static bool IsOne(string folder) => File.Exists(Path.Combine(folder, ValidationFolder.Scores)) || File.Exists(Path.Combine(folder, ValidationFolder.Observations));

    /// <param name="folder">Of the validation.</param>
    public static ReportPage Of(string folder)
    {
        var (fields, stations) = (Read(folder, ValidationFolder.Scores), Read(folder, ValidationFolder.Observations));
        var provenances = new[] { fields, stations }.Where(f => f.ValueKind == JsonValueKind.Object).Select(f => ProvenanceOf(folder, f)).ToList();
        var newest = provenances[0];
        var pages = provenances.Select(p => ProvenanceOnPage.Of(p)).ToList();
        return new ReportPage
        {
            Kind = "Validation",
            Title = $"How good is {newest.Input<string>("model") ?? "the model"}?",
            Subtitle = newest.Input<string>("archive") is { } archive ? $"Scores on held-out fields of {archive}." : "Scores at withheld stations.",
            Facts = [.. Facts(fields), .. StationFacts(stations)],
            Charts = [.. AnalysisCharts(fields), .. ForecastCharts(fields), .. CalibrationCharts(fields)],
            Tables = [.. TablesOf(fields, ScoreTables), .. TablesOf(stations, StationTables)],
            Provenance = new PageProvenance([.. pages.SelectMany(p => p.Commands).Distinct()], [.. pages.SelectMany(p => p.Rows).Distinct()]),
            LeftOut = ["scores of each date, and each withheld observation, are in the tables (.parquet) of the folder"],
        };
    }

    private static JsonElement Read(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            return default;
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            return document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone() : throw new InvalidInputException($"{path}: not of a validation: it is no JSON object");
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{path}: not of a validation: no JSON that can be read (line {e.LineNumber + 1})", e);
        }
    }

    private static Provenance ProvenanceOf(string folder, JsonElement file)
    {
        try
        {
            return file.TryGetProperty("provenance", out var value) ? JsonText.Read<Provenance>(value.GetRawText()) : throw new JsonException("it has no provenance");
        }
        catch (JsonException)
        {
            throw new InvalidInputException($"{folder}: not of a validation: its scores do not say what made them");
        }
    }

    private static IEnumerable<JsonElement> Rows(JsonElement file, string name) => file.ValueKind == JsonValueKind.Object && file.TryGetProperty(name, out var rows) && rows.ValueKind == JsonValueKind.Array ? rows.EnumerateArray().Where(r => r.ValueKind == JsonValueKind.Object) : [];

    private static IEnumerable<PageTable> TablesOf(JsonElement file, (string Name, string Title, string? Note)[] tables) =>
        file.ValueKind == JsonValueKind.Object ? tables.Select(t => file.TryGetProperty(t.Name, out var rows) ? TableOfRows.Of(t.Title, rows, t.Note) : null).OfType<PageTable>() : [];

    private static string Three(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    // The model's rows come first, whatever it is called.
    private static IEnumerable<PageFact> Facts(JsonElement fields)
    {
        foreach (var network in Rows(fields, "assimilation").GroupBy(r => (Network: TableOfRows.Text(r, "network"), Variable: TableOfRows.Text(r, "variable"))).Take(6))
        {
            var row = network.First();
            yield return new PageFact($"RMSE of {network.Key.Variable}, {network.Key.Network} network", Three(TableOfRows.Number(row, "rmse")), $"{TableOfRows.Text(row, "method")}; CRPS {Three(TableOfRows.Number(row, "crps"))}");
        }

        foreach (var variable in Rows(fields, "reconstruction").GroupBy(r => TableOfRows.Text(r, "variable")).Take(6))
        {
            yield return new PageFact($"RMSE of {variable.Key}, reconstructed", Three(TableOfRows.Number(variable.First(), "rmse")), $"{TableOfRows.Text(variable.First(), "method")}, {TableOfRows.Text(variable.First(), "band")}");
        }
    }

    private static IEnumerable<PageFact> StationFacts(JsonElement stations) => Rows(stations, "scores").Where(r => TableOfRows.Text(r, "decade") == "all").Take(4)
        .Select(r => new PageFact($"RMSE at withheld stations, {TableOfRows.Text(r, "method")}", Three(TableOfRows.Number(r, "rmse")), $"CRPS {Three(TableOfRows.Number(r, "crps"))}"));

    private static IEnumerable<PageChart> AnalysisCharts(JsonElement fields)
    {
        foreach (var variable in Rows(fields, "assimilation").GroupBy(r => TableOfRows.Text(r, "variable")))
        {
            var networks = variable.GroupBy(r => TableOfRows.Text(r, "network")).ToList();
            yield return new PageChart($"Error of analyses of {variable.Key}", $"Bars of the root mean square error by method, for the networks {string.Join(", ", networks.Select(n => n.Key))}; the table of scores has the numbers.", "", "RMSE",
                [.. networks.Select(n => new PageLine(n.Key, [.. n.Select(r => (object)TableOfRows.Text(r, "method"))], [.. n.Select(r => TableOfRows.Number(r, "rmse"))]) { Kind = PageLineKind.Bars })]) { Section = "Scores", FromZero = true };
        }
    }

    private static IEnumerable<PageChart> ForecastCharts(JsonElement fields)
    {
        foreach (var variable in Rows(fields, "forecast").GroupBy(r => TableOfRows.Text(r, "variable")))
        {
            var rows = variable.ToList();
            object[] steps = [.. rows.Select(r => (object)TableOfRows.Number(r, "step"))];
            string[] methods = [.. rows[0].EnumerateObject().Where(p => p.Value.ValueKind == JsonValueKind.Number && p.Name is not "step" and not "fields").Select(p => p.Name)];
            yield return new PageChart($"Forecasts of {variable.Key}", $"Lines of the root mean square error by steps ahead: {string.Join(", ", methods)}; the table of forecasts has the numbers.", "steps ahead", "RMSE",
                [.. methods.Select(m => new PageLine(m.Replace('_', ' '), steps, [.. rows.Select(r => TableOfRows.Number(r, m))]) { Kind = PageLineKind.Dotted, IsReference = m == "climatology" })]) { Section = "Scores", FromZero = true };
        }
    }

    // Of the method that is tested: the first of each network and variable.
    private static IEnumerable<PageChart> CalibrationCharts(JsonElement fields)
    {
        foreach (var row in Rows(fields, "calibration").GroupBy(r => (TableOfRows.Text(r, "network"), TableOfRows.Text(r, "variable"))).Select(g => g.First()))
        {
            var of = $"{TableOfRows.Text(row, "variable")}, {TableOfRows.Text(row, "network")} network, {TableOfRows.Text(row, "method")}";
            double[] ranks = row.TryGetProperty("ranks", out var counts) && counts.ValueKind == JsonValueKind.Array ? [.. counts.EnumerateArray().Select(c => c.ValueKind == JsonValueKind.Number ? c.GetDouble() : double.NaN)] : [];
            if (ranks.Length > 0)
            {
                object[] places = [.. Enumerable.Range(1, ranks.Length).Select(i => (object)i)];
                yield return new PageChart($"Rank histogram: {of}", FormattableString.Invariant($"Bars of the share of truths at each of {ranks.Length} ranks among the members, between {ranks.Min():0.000} and {ranks.Max():0.000}; {1.0 / ranks.Length:0.000} each if calibrated."), "rank of the truth among the members", "share",
                    [new PageLine("truth", places, ranks) { Kind = PageLineKind.Bars }, new PageLine("if calibrated", [1, ranks.Length], [1.0 / ranks.Length, 1.0 / ranks.Length]) { IsReference = true }], "∪: too little spread, ∩: too much; a slope: a bias.") { Section = Calibration, FromZero = true };
            }

            if (Rows(row, "coverage").ToList() is { Count: > 0 } coverage)
            {
                yield return new PageChart($"Coverage: {of}", $"Line of the share of truths within central intervals: {string.Join(", ", coverage.Select(c => FormattableString.Invariant($"{100 * TableOfRows.Number(c, "actual"):0}% within {100 * TableOfRows.Number(c, "nominal"):0}%")))}.", "central interval", "share of truths within it",
                    [new PageLine("truth", [.. coverage.Select(c => (object)TableOfRows.Number(c, "nominal"))], [.. coverage.Select(c => TableOfRows.Number(c, "actual"))]) { Kind = PageLineKind.Dotted }, new PageLine("if calibrated", [0.1, 0.9], [0.1, 0.9]) { IsReference = true }]) { Section = Calibration };
            }

            if (Rows(row, "spreadSkill").ToList() is { Count: > 0 } bins)
            {
                var ends = bins.Select(b => TableOfRows.Number(b, "spread")).Where(double.IsFinite).ToList();
                yield return new PageChart($"Spread and error: {of}", "Line of the error where the spread is so large, beside the line on which both are equal.", "spread", "error",
                    [new PageLine("error", [.. bins.Select(b => (object)TableOfRows.Number(b, "spread"))], [.. bins.Select(b => TableOfRows.Number(b, "error"))]) { Kind = PageLineKind.Dotted }, new PageLine("if calibrated", [ends.DefaultIfEmpty().Min(), ends.DefaultIfEmpty().Max()], [ends.DefaultIfEmpty().Min(), ends.DefaultIfEmpty().Max()]) { IsReference = true }]) { Section = Calibration };
            }
        }
    }
}
