using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Verification.Sequences;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>What <c>--from</c> and <c>--to</c> add to <c>vaeda validate --assimilation</c>: scores of months and changes, as tables and JSON.</summary>
internal static class SequenceTables
{
    /// <summary>For each network and variable all methods' scores of all cells; then the tested method's of the areas.</summary>
    public static IEnumerable<string> Of(SequenceScores scores, string tested)
    {
        foreach (var group in scores.ToDataFrame().Rows.GroupBy(row => $"{row["network"]}, {row["variable"]}"))
        {
            yield return $"{group.Key}: in sequence, all cells{Environment.NewLine}{Table(
                group.Where(row => (string)row["area"] == SequenceScores.Cells).OrderBy(row => SequenceScores.Quantities.ToList().IndexOf((string)row["quantity"])), "quantity", "method")}";
            yield return $"{group.Key}: in sequence, means of areas, {tested}{Environment.NewLine}{Table(
                group.Where(row => (string)row["method"] == tested && (string)row["area"] != SequenceScores.Cells), "quantity", "area")}";
        }

        foreach (var (network, period, dates, steps) in scores.Partial(tested))
        {
            yield return $"{network}: {period} has {dates} of {steps} dates, and no mean";
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

    private static string Table(IEnumerable<DataFrameRow> rows, params string[] keys)
    {
        var all = rows.ToList();
        return FrameText.Table(new DataFrame(
        [
            .. keys.Select(key => new StringDataFrameColumn(key, all.Select(row => (string)row[key]))),
            .. ((string[])["times", "rmse", "mean_rmse", "spread"]).Select(name => new DoubleDataFrameColumn(name, all.Select(row => (double)row[name]))),
            .. ((string[])["spread_skill", "coverage_50", "coverage_90"]).Select(name => new StringDataFrameColumn(name, all.Select(row => WithError((double)row[name], (double)row[name + "_se"])))),
        ]));
    }

    private static string WithError(double score, double error) => string.Create(CultureInfo.InvariantCulture, $"{(double.IsNaN(score) ? "–" : $"{score:0.000}")}{(double.IsNaN(error) ? "" : $" ± {error:0.000}")}");
}
