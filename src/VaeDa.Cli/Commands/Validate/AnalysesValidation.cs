using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations.Networks;
using VaeDa.Plotting.Figures;
using VaeDa.Verification;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>What <c>--assimilation</c> adds to <c>vaeda validate</c>: scores of analyses as file, JSON, tables and figures.</summary>
/// <param name="validation">The experiment.</param>
/// <param name="model">The model that is tested.</param>
/// <param name="aside">The folder that is being made.</param>
/// <param name="output">The folder that it will be.</param>
internal sealed class AnalysesValidation(AssimilationValidation validation, GenerativeModel model, string aside, string output)
{
    // Weather forgets within days.
    private static readonly TimeSpan IndependentAfter = TimeSpan.FromDays(3);

    private static readonly string[] Keys = ["method", "dates"];
    private static readonly string[] Skill = ["rmse", "bias", "anomaly_correlation", "mean_rmse", "crps", "extreme_area", "extreme_rmse", "extreme_crps", "seconds"];
    private static readonly string[] Trust = ["spread", "spread_skill", "coverage_50", "coverage_90", "rank_p", "rank_corrected_p", "chi_square", "desroziers_observation", "desroziers_analysis"];

    // Of dates whose errors depend on each other; null where they do not.
    private Func<DateTime, string>? Block => validation.Sequence is { } sequence ? sequence.PeriodOf : null;

    /// <summary>Analyses and scores; also a run that is interrupted or fails leaves the scores that it has.</summary>
    public void Run(IFieldSet fields, IReadOnlyList<(string Name, Network Network)> networks, IReadOnlyDictionary<string, double> error, CancellationToken cancellation)
    {
        var closest = Enumerable.Range(1, fields.Count - 1).Select(t => fields.TimeOf(t) - fields.TimeOf(t - 1)).DefaultIfEmpty(IndependentAfter).Min();
        if (closest < IndependentAfter)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"some dates are only {closest.TotalDays:0.#} days apart: {(validation.Sequence is null ? "intervals and p values assume independent errors (fewer --dates are further apart)" : "p values assume independent errors")}"));
        }

        var isComplete = false;
        try
        {
            using var display = new AnalysesDisplay(networks.Count);
            validation.Run(fields, networks, error, display, cancellation);
            isComplete = true;
        }
        finally
        {
            if (!isComplete && validation.Scores.Count > 0)
            {
                var hasOthers = File.Exists(Path.Combine(output, ValidationFolder.Scores));
                var path = Path.Combine(output, hasOthers ? ValidationFolder.UnfinishedAnalyses : ValidationFolder.Analyses);
                DataFrameFile.Write(AnalysisScore.ToDataFrame(validation.Scores), path);
                if (validation.Sequence is { } sequence)
                {
                    DataFrameFile.Write(sequence.ToDataFrame(), Path.Combine(output, hasOthers ? ValidationFolder.UnfinishedSequence : ValidationFolder.Sequence));
                }

                Console.Error.WriteLine($"the scores so far are in {path}");
            }
        }
    }

    /// <summary>Of a run that came to its end.</summary>
    public void Write()
    {
        DataFrameFile.Write(AnalysisScore.ToDataFrame(validation.Scores), Path.Combine(aside, ValidationFolder.Analyses));
        if (validation.Sequence is { } sequence)
        {
            DataFrameFile.Write(sequence.ToDataFrame(), Path.Combine(aside, ValidationFolder.Sequence));
        }
    }

    public DataFrame Summary() => ScoreSummary.Of(validation.Scores, validation.Calibrations);

    public DataFrame Comparison(int seed) => MethodComparison.Of(validation.Scores, validation.Tested, seed, Block);

    public DataFrame? GrossErrors() => validation.GrossErrors.Count == 0 ? null : GrossErrorCounts.ToDataFrame(validation.GrossErrors);

    public DataFrame ExplainedVariance(int seed) => Verification.Scores.ExplainedVariance.Of(validation.Scores, seed, Block);

    /// <summary>Rank histograms, coverage and spread-skill bins, for JSON.</summary>
    public object Calibration() => validation.Calibrations.Select(pair => new
    {
        network = pair.Key.Network,
        variable = pair.Key.Variable,
        method = pair.Key.Method,
        thinnedRanks = new
        {
            counts = pair.Value.Thinned.Counts,
            dates = pair.Value.Thinned.Dates,
            chiSquare = pair.Value.Thinned.ChiSquare,
            p = pair.Value.Thinned.P,
            designEffect = pair.Value.Thinned.DesignEffect,
            correctedP = pair.Value.Thinned.CorrectedP,
        },
        ranks = pair.Value.Ranks.Counts.Select(count => count / pair.Value.Ranks.Total),
        coverage = Enumerable.Range(1, 9).Select(tenth => new { nominal = tenth / 10.0, actual = pair.Value.Ranks.Coverage(tenth / 10.0) }),
        spreadSkill = pair.Value.SpreadSkill.Bins.Select(bin => new { share = bin.Share, spread = bin.Spread, error = bin.Error }),
    }).ToList();

    /// <summary>For each network and variable the methods' scores; then what they explain and the comparison; then the calibration; then scores in sequence.</summary>
    public IEnumerable<string> Tables(DataFrame comparison, int seed)
    {
        var groups = validation.Scores.GroupBy(s => (s.Network, s.Variable)).Select(scores => (Name: $"{scores.Key.Network}, {WithUnits(scores.Key.Variable)}", Summary: ScoreSummary.Of(scores, validation.Calibrations))).ToList();
        foreach (var (name, summary) in groups)
        {
            yield return Titled($"{name}: scores", Columns(summary, Skill));
        }

        if (GrossErrors() is { } counts)
        {
            yield return Titled("gross errors over all dates", counts);
        }

        var over = validation.Sequence is null ? "" : $" over {validation.Sequence.Period}s";
        yield return Titled($"variance explained, %, with 95% interval{over}", Explained(ExplainedVariance(seed)), 2);
        yield return Titled($"score of {validation.Tested} minus the rival's, % of the rival's, with 95% interval{over}", Pivot(comparison), 3);
        foreach (var (name, summary) in groups)
        {
            yield return Titled($"{name}: ensemble calibration", Columns(summary.Filter(summary["members"].ElementwiseNotEquals(0.0)), Trust));
        }

        foreach (var table in validation.Sequence is { } sequence ? SequenceTables.Of(sequence, validation.Tested, WithUnits) : [])
        {
            yield return table;
        }
    }

    /// <summary>Of the tested method's ensembles.</summary>
    /// <returns>The files.</returns>
    public IEnumerable<string> Draw()
    {
        foreach (var variable in model.Variables)
        {
            var rows = validation.Calibrations.Where(pair => pair.Key.Variable == variable.Name && pair.Key.Method == validation.Tested).Select(pair => (pair.Key.Network, pair.Value)).ToList();
            if (rows.Count == 0)
            {
                continue;
            }

            yield return Save(new CalibrationFigure { Variable = variable, Rows = rows }, "calibration");
            yield return Save(new SpreadErrorFigure { Grid = model.Grid, Variable = variable, Rows = rows }, "spread-error");

            string Save(Figure figure, string name)
            {
                var file = model.Variables.Count == 1 ? $"{name}.png" : $"{name}-{variable.Name}.png";
                figure.Save(Path.Combine(aside, file));
                return Path.Combine(output, file);
            }
        }
    }

    private string WithUnits(string variable) => $"{variable} [{model.Variables.First(v => v.Name == variable).Units}]";

    private static string Titled(string title, DataFrame table, int? keys = null) => title + Environment.NewLine + FrameText.Table(table, keys);

    private static DataFrame Columns(DataFrame frame, string[] names) => new(Keys.Concat(names).Select(name => frame[name].Clone()));

    // A row for each network and variable, a column for each method.
    private static DataFrame Explained(DataFrame explained)
    {
        var rows = explained.Rows.GroupBy(row => (Network: (string)row["network"], Variable: (string)row["variable"])).ToList();
        var methods = explained.Rows.Select(row => (string)row["method"]).Distinct();
        return new DataFrame(
        [
            new StringDataFrameColumn("network", rows.Select(row => row.Key.Network)),
            new StringDataFrameColumn("variable", rows.Select(row => row.Key.Variable)),
            .. methods.Select(method => new StringDataFrameColumn(method, rows.Select(row => row.Where(r => (string)r["method"] == method).Select(Interval).FirstOrDefault("–")))),
        ]);

        static string Interval(DataFrameRow row) => string.Create(CultureInfo.InvariantCulture, $"{100 * (double)row["explained_variance"]:0.0}{(double.IsNaN((double)row["low"]) ? "" : $" [{100 * (double)row["low"]:0.0}, {100 * (double)row["high"]:0.0}]")}");
    }

    // A row for each network, variable and rival, a column for each score.
    private DataFrame Pivot(DataFrame comparison)
    {
        var rows = comparison.Rows.GroupBy(row => (Network: (string)row["network"], Variable: (string)row["variable"], Rival: (string)row["rival"])).ToList();
        var scores = comparison.Rows.Select(row => (string)row["score"]).Distinct();
        return new DataFrame(
        [
            new StringDataFrameColumn("network", rows.Select(row => row.Key.Network)),
            new StringDataFrameColumn("variable", rows.Select(row => row.Key.Variable)),
            new StringDataFrameColumn("rival", rows.Select(row => row.Key.Rival)),
            new DoubleDataFrameColumn("dates", rows.Select(row => (double)row.First()["dates"])),
            .. validation.Sequence is null ? [] : (DataFrameColumn[])[new DoubleDataFrameColumn($"{validation.Sequence.Period}s", rows.Select(row => (double)row.First()["blocks"]))],
            .. scores.Select(score => new StringDataFrameColumn(score, rows.Select(row => row.Where(r => (string)r["score"] == score).Select(Interval).FirstOrDefault("–")))),
        ]);

        static string Interval(DataFrameRow row) => Signed(row["difference_percent"]) + (double.IsNaN((double)row["low"]) ? "" : $" [{Signed(row["low"])}, {Signed(row["high"])}]");

        // Rounded first, and without the sign of a negative 0, which the format would write as '-+0.0'.
        static string Signed(object number) => (Math.Round((double)number, 1) + 0.0).ToString("+0.0;-0.0", CultureInfo.InvariantCulture);
    }
}
