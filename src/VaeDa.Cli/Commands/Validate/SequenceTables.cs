using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Verification.Sequences;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>What <c>--from</c> and <c>--to</c> add to <c>vaeda validate --assimilation</c>: scores of months and changes, as tables and JSON.</summary>
internal static class SequenceTables
{
    /// <summary>For each network and variable the scores of all cells by all methods, and the tested method's of areas; then what is not scored.</summary>
    /// <param name="scores">Of the sequence.</param>
    /// <param name="tested">The method whose areas are shown.</param>
    /// <param name="withUnits">A variable's name with its units.</param>
    public static IEnumerable<string> Of(SequenceScores scores, string tested, Func<string, string> withUnits)
    {
        var (frame, period) = (scores.ToDataFrame(), scores.Period);
        foreach (var group in frame.Rows.GroupBy(row => $"{row["network"]}, {withUnits((string)row["variable"])}"))
        {
            (string Quantity, string Title)[] ofCells =
                [(SequenceScores.Value, "dates one by one"), (SequenceScores.Change, "changes from date to date"), (SequenceScores.Mean, $"means over {period}s"), (SequenceScores.Largest, $"largest of each {period}")];
            foreach (var (quantity, title) in ofCells)
            {
                var cells = group.Where(row => (string)row["area"] == SequenceScores.Cells && (string)row["quantity"] == quantity).ToList();
                if (cells.Count > 0)
                {
                    yield return Titled($"{group.Key}: {title}, each cell", cells, "method");
                }
            }

            var areas = group.Where(row => (string)row["method"] == tested && (string)row["area"] != SequenceScores.Cells && (string)row["quantity"] is SequenceScores.Value or SequenceScores.Mean);
            yield return Titled($"{group.Key}: means of areas, {tested}, of dates ({SequenceScores.Value}) and over {period}s ({SequenceScores.Mean})", [.. areas], "quantity", "area");
        }

        List<string> notes = [.. scores.Partial(tested).Select(p => $"{p.Network}: {p.Period} has {p.Dates} of {p.Steps} dates, too few for a mean")];
        if (frame.Rows.Any(row => (double)row["members"] > 0 && (double)row["blocks"] < SequenceScores.FewestBlocks))
        {
            notes.Add($"no intervals and standard errors (±): they need {SequenceScores.FewestBlocks} {period}s or more");
        }

        if (notes.Count > 0)
        {
            yield return string.Join(Environment.NewLine, notes);
        }
    }

    public static object Ranks(SequenceScores scores) => scores.Ranks().Select(r => new
    {
        network = r.Network,
        variable = r.Variable,
        method = r.Method,
        quantity = r.Quantity,
        area = r.Area,
        ranks = r.Ranks.Counts.Select(count => count / r.Ranks.Total),
    }).ToList();

    private static string Titled(string title, IReadOnlyList<DataFrameRow> all, params string[] keys) =>
        title + Environment.NewLine + FrameText.Table(new DataFrame(
        [
            .. keys.Select(key => new StringDataFrameColumn(key, all.Select(row => (string)row[key]))),
            .. ((string[])["times", "rmse", "mean_rmse", "spread"]).Select(name => new DoubleDataFrameColumn(name, all.Select(row => (double)row[name]))),
            .. ((string[])["spread_skill", "coverage_50", "coverage_90"]).Select(name => new StringDataFrameColumn(name, all.Select(row => WithError((double)row[name], (double)row[name + "_se"])))),
        ]), keys.Length);

    private static string WithError(double score, double error) => string.Create(CultureInfo.InvariantCulture, $"{(double.IsNaN(score) ? "–" : $"{score:0.000}")}{(double.IsNaN(error) ? "" : $" ± {error:0.000}")}");
}
