using System.Globalization;
using VaeDa.Fields;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>What <c>vaeda assimilate</c> says of many dates, once all are done.</summary>
internal static class SequenceReport
{
    private const int Listed = 5;

    public static string Describe(string folder, ReanalysisSummary summary, IReadOnlyList<Variable> variables)
    {
        var lines = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{summary.Dates} dates with observations: {summary.Done} done, {summary.Failures.Count} failed{(summary.Without == 0 ? string.Empty : $"; {summary.Without} between them have none, and no analysis")}{(summary.Unobserved == 0 ? string.Empty : $"; {summary.Unobserved} between them or beyond have none, and an analysis by memory alone")}"),
        };
        foreach (var group in summary.Failures.GroupBy(f => f.Reason).OrderByDescending(g => g.Count()).Take(Listed))
        {
            lines.Add($"  failed: {group.Key} ({string.Join(", ", group.Take(3).Select(f => Text(f.Time)))}{(group.Count() > 3 ? string.Create(CultureInfo.InvariantCulture, $" and {group.Count() - 3} more") : string.Empty)})");
        }

        if (summary.Done > 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"chi-square per observation {summary.ChiSquare:f2}; worst: {string.Join(", ", summary.Worst.Select(w => FormattableString.Invariant($"{Text(w.Time)} {w.ChiSquare:f2}")))}"));
            lines.AddRange(variables.Where(v => double.IsFinite(summary.Spread.GetValueOrDefault(v.Name, double.NaN))).Select(v =>
                string.Create(CultureInfo.InvariantCulture, $"{v.Name}: ensemble spread {summary.Spread[v.Name]:g3} {v.Units} (root mean square over area and dates)")));
        }

        lines.AddRange(summary.Withheld.Select(score => AssimilateReport.Compared(score, variables)));
        if (summary.Flagged.Count > 0)
        {
            lines.Add($"outliers most often: {string.Join(", ", summary.Flagged.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Station} {f.Outliers} of {f.Observations}")))}");
        }

        lines.AddRange(summary.Worth.GroupBy(w => w.Variable).Select(worth => Text([.. worth], summary.Done, variables)));
        if (summary.Changing > 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"stations that change: {summary.Changing} (stations.csv); surest: {string.Join(", ", summary.Breaks.Select(b => Text(b, variables)))}"));
        }

        if (summary.AdjustedInVain.Count > 0)
        {
            lines.Add($"corrected stations without observations: {string.Join(", ", summary.AdjustedInVain.Take(Listed))}{(summary.AdjustedInVain.Count > Listed ? string.Create(CultureInfo.InvariantCulture, $" and {summary.AdjustedInVain.Count - Listed} more") : string.Empty)}");
        }

        lines.Add(folder);
        return string.Join(Environment.NewLine, lines);
    }

    private static string Text(StationBreak part, IReadOnlyList<Variable> variables)
    {
        var units = (variables.FirstOrDefault(v => v.Name == part.Variable) ?? variables[0]).Units;
        return part.Kind == BreakKind.Drift
            ? FormattableString.Invariant($"{part.Station} by {part.Change:g2} ± {part.ChangeError:g1} {units} from {Text(part.From)} to {Text(part.To)}")
            : FormattableString.Invariant($"{part.Station} by {part.Offset:g2} ± {part.Error:g1} {units} from {Text(part.From)} to {Text(part.To)}");
    }

    /// <param name="worth">Of one variable, at least one.</param>
    /// <param name="dates">Analyses that they are sums over.</param>
    /// <param name="variables">Of the reanalysis.</param>
    private static string Text(IReadOnlyList<StationWorth> worth, int dates, IReadOnlyList<Variable> variables)
    {
        var variable = variables.FirstOrDefault(v => v.Name == worth[0].Variable) ?? variables[0];
        var of = variables.Count > 1 ? $" of {variable.Name}" : string.Empty;
        var squared = variable.Units.Contains(' ', StringComparison.Ordinal) ? $"({variable.Units})²" : $"{variable.Units}²";
        return worth[0].GainRemoved is null
            ? $"worth most{of} (worth.csv): {string.Join(", ", worth.Select(w => FormattableString.Invariant($"{w.Station} {w.Influence:0.0} of {w.Observations} observations")))}"
            : $"worth most{of} (worth.csv), in error variance without it [{squared}]: {string.Join(", ", worth.Select(w => FormattableString.Invariant($"{w.Station} {(w.GainRemoved ?? 0) / dates:g2}")))}";
    }

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
