using System.Globalization;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Plotting.Pages;
using VaeDa.Results;

namespace VaeDa.Cli.Commands.Report;

/// <summary>The page of an analysis.</summary>
internal static class AnalysisPage
{
    /// <param name="folder">Of the analysis.</param>
    /// <param name="truth">An archive; null for none.</param>
    /// <param name="size">Of the page.</param>
    /// <param name="blocks">Take the fields.</param>
    /// <param name="cancellation">Stops it.</param>
    public static ReportPage Of(string folder, string? truth, ReportSize size, PageBlocks blocks, CancellationToken cancellation)
    {
        var analysis = AnalysisFiles.Read(folder);
        var provenance = AnalysisFiles.ReadProvenance(folder);
        var maps = new MapsOnPage([analysis.Time], analysis.Frequency, _ => analysis, truth, 1, size, blocks, cancellation);
        var checks = new CheckScores(maps.Variables);
        checks.Add(analysis.Observations);
        var how = analysis.Diagnostics;
        return new ReportPage
        {
            Kind = "Analysis",
            Title = $"{string.Join(", ", maps.Variables.Select(v => v.Title))}, {DateWords.Of(analysis.Time, analysis.Frequency)}",
            Subtitle = FormattableString.Invariant($"From {how.Observations:N0} observations of {provenance.Input<string>("observations") ?? "a table"}, by the model {provenance.Input<string>("model") ?? "in memory"}."),
            Notices = [.. Notices(how)],
            Facts = [.. Facts(analysis, maps.Variables), .. Withheld(how.Withheld, maps.Variables), .. maps.Scores.Select(s => Fact(s.Variable, s.Score.Rmse, maps.Variables))],
            Maps = maps.Maps,
            Charts = [.. checks.Charts()],
            Tables = [.. maps.ScoreTables(), .. checks.Tables()],
            Provenance = ProvenanceOnPage.Of(provenance,
                ("method", $"{how.Method}, {how.Iterations} iterations, {how.GeneratorCalls} generator calls, {how.SearchSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s"),
                ("grid", $"{analysis.Grid}"),
                ("step of the fields", analysis.Frequency?.ToString().ToLowerInvariant() ?? "not known"),
                ("climatology of the anomalies", analysis.Climatology is { } climatology ? FormattableString.Invariant($"{climatology.First:yyyy-MM-dd} to {climatology.Last:yyyy-MM-dd}") : "not known")),
            LeftOut = maps.LeftOut,
        };
    }

    private static PageFact Fact(string variable, double rmse, IReadOnlyList<PageVariable> variables)
    {
        var shown = variables.First(v => v.Name == variable);
        return new PageFact("error against the truth", Quantity(shown.Shown(rmse), shown), variables.Count == 1 ? "root mean square over the area" : $"of {variable}, root mean square");
    }

    /// <summary>How analyses compare with the observations that were kept out of them.</summary>
    public static IEnumerable<PageFact> Withheld(IEnumerable<WithheldScore> scores, IReadOnlyList<PageVariable> variables) =>
        from score in scores
        let shown = variables.First(v => v.Name == score.Variable)
        select new PageFact(
            FormattableString.Invariant($"RMSE at {score.Observations:N0} withheld observations"),
            Quantity(shown.Shown(score.Rmse), shown),
            $"{(variables.Count == 1 ? string.Empty : $"of {score.Variable}; ")}{(score.Expected is { } expected ? $"{Quantity(shown.Shown(expected), shown)} expected by spread and errors" : "their own errors included")}");

    /// <summary>An amount to three digits, with its unit.</summary>
    public static string Quantity(double amount, PageVariable variable) =>
        double.IsFinite(amount) ? $"{amount.ToString(amount is >= 100 or <= 0 ? "0" : amount >= 10 ? "0.0" : amount >= 1 ? "0.00" : "0.000", CultureInfo.InvariantCulture)} {variable.Units}".TrimEnd() : "none";

    private static IEnumerable<string> Notices(AnalysisDiagnostics how)
    {
        if (!how.Converged)
        {
            yield return "The search has not converged: this analysis is not to be trusted.";
        }

        foreach (var doubt in how.Doubts)
        {
            yield return $"Doubtful: {doubt}";
        }

        if (how.Warning is { } warning)
        {
            yield return warning;
        }

        if (how.UnconvergedMembers > 0)
        {
            yield return $"{how.UnconvergedMembers} of {how.Members} members did not reach their tolerance.";
        }
    }

    private static IEnumerable<PageFact> Facts(Analysis analysis, IReadOnlyList<PageVariable> variables)
    {
        var how = analysis.Diagnostics;
        yield return new PageFact("observations used", how.Observations.ToString("N0", CultureInfo.InvariantCulture), FormattableString.Invariant($"{how.Flagged:N0} outliers, {how.Rejected + how.Missing:N0} not used"));
        yield return new PageFact("chi-square per observation", how.ChiSquare.ToString("0.00", CultureInfo.InvariantCulture), "about 1 if errors are as stated");
        yield return new PageFact("members", how.Members.ToString(CultureInfo.InvariantCulture), how.Method);
        if (how.Members == 0)
        {
            yield break;
        }

        var area = analysis.Grid.AreaWeights();
        foreach (var variable in variables)
        {
            var spread = analysis[variable.Name].Spread;
            var known = Enumerable.Range(0, spread.Length).Where(c => float.IsFinite(spread[c])).ToList();
            var mean = Math.Sqrt(known.Sum(c => (double)area[c] * spread[c] * spread[c]) / known.Sum(c => area[c]));
            yield return new PageFact("ensemble spread", Quantity(variable.Shown(mean), variable), variables.Count == 1 ? "root mean square over the area" : $"of {variable.Name}, root mean square");
        }
    }
}
