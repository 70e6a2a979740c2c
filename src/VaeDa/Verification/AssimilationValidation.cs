using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Model;
using VaeDa.Observations;

namespace VaeDa.Verification;

/// <summary>
/// Analyses of known fields from pseudo-observations of them: the model beside climatology, the nearest observation,
/// kriging and EOFs, all on the same observations.
/// </summary>
public sealed class AssimilationValidation(GenerativeModel model, Baselines baselines, AssimilationOptions options)
{
    /// <param name="fields">Held-out fields, the truths.</param>
    /// <param name="networks">Where they are observed.</param>
    /// <param name="error">Standard deviation of the observations' errors, by variable.</param>
    /// <returns>One row for each network, time, variable and method: rmse (most probable field), mean_rmse, spread and crps (ensemble), chi_square, seconds.</returns>
    public DataFrame Run(IFieldSet fields, IReadOnlyList<(string Name, Network Network)> networks, IReadOnlyDictionary<string, double> error, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(networks);
        var table = new ScoreTable("network", "time", "variable", "method");
        var names = model.Variables.Select(v => v.Name).ToList();
        foreach (var (network, places) in networks)
        {
            for (var t = 0; t < fields.Count; t++)
            {
                var truth = fields.Read(t);
                var observations = PseudoObservations.Make(truth, fields.Grid, names, places, new PseudoObservationSpec { Errors = error, Seed = (int)options.Seed + t }).Table;
                foreach (var (method, of) in Methods())
                {
                    cancellation.ThrowIfCancellationRequested();
                    AddScores(table, [network, fields.TimeOf(t).ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)], method, truth, of(observations));
                }

                progress?.Report($"{network}: {t + 1}/{fields.Count}");
            }
        }

        return table.ToDataFrame();

        IEnumerable<(string Name, Func<ObservationTable, Estimate> Of)> Methods()
        {
            yield return ("vae", o => Assimilated(model, o));
            yield return ("eof-oi-patterns", o => Assimilated(baselines.EofWithPatterns, o));
            yield return ("eof-oi-residual", o => Assimilated(baselines.EofWithResidual, o));
            yield return ("eof-oi", o => Assimilated(baselines.EofInterpolation, o));
            yield return ("kriging", o => Assimilated(baselines.Kriging, o));
            yield return ("nearest", o => Estimate.Of([.. names.SelectMany(n => NearestObservation.Field(model.Grid, o, n))]));
            yield return ("climatology", _ => Estimate.Of(new float[model.FieldLength]));
        }

        Estimate Assimilated(GenerativeModel generator, ObservationTable o) => Estimate.Of(new Assimilator(generator, options).Run(o, cancellation));
    }

    /// <summary>Over the times, for each network, variable and method: root mean square of the errors and spreads, means of the rest.</summary>
    /// <param name="scores">As <see cref="Run"/> gives them.</param>
    /// <returns>rmse, mean_rmse, spread, crps, chi_square, seconds, and times, their number.</returns>
    public static DataFrame Summarise(DataFrame scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var table = new ScoreTable("network", "variable", "method");
        foreach (var rows in scores.Rows.GroupBy(row => (Network: (string)row["network"], Variable: (string)row["variable"], Method: (string)row["method"])))
        {
            double Mean(string column) => rows.Average(row => (double)row[column]);
            double Root(string column) => Math.Sqrt(rows.Average(row => (double)row[column] * (double)row[column]));
            table.Add(
                [rows.Key.Network, rows.Key.Variable, rows.Key.Method],
                [("rmse", Root("rmse")), ("mean_rmse", Root("mean_rmse")), ("spread", Root("spread")), ("crps", Mean("crps")), ("chi_square", Mean("chi_square")), ("seconds", Mean("seconds")), ("times", rows.Count())]);
        }

        return table.ToDataFrame();
    }

    private void AddScores(ScoreTable table, string[] keys, string method, float[] truth, Estimate estimate)
    {
        var (cells, area) = (model.Grid.Cells, model.Grid.AreaWeights());
        for (var v = 0; v < model.Variables.Count; v++)
        {
            var at = v * cells;
            var score = EnsembleScore.Of(truth.AsSpan(at, cells), estimate.MostProbable.AsSpan(at, cells), [.. estimate.Members.Select(m => m[at..(at + cells)])], area);
            table.Add(
                [.. keys, model.Variables[v].Name, method],
                [
                    ("rmse", score.Rmse),
                    ("mean_rmse", score.MeanRmse),
                    ("spread", score.Spread),
                    ("crps", score.Crps),
                    ("chi_square", estimate.ChiSquare),
                    ("seconds", estimate.Seconds),
                ]);
        }
    }

    /// <param name="MostProbable">(N)</param>
    /// <param name="Members">M of (N); none from a method that gives one field.</param>
    private sealed record Estimate(float[] MostProbable, IReadOnlyList<float[]> Members, double ChiSquare, double Seconds)
    {
        public static Estimate Of(Analysis analysis) => new(analysis.MostProbable, analysis.Members, analysis.Diagnostics.ChiSquare, analysis.Diagnostics.SearchSeconds);

        public static Estimate Of(float[] field) => new(field, [], double.NaN, double.NaN);
    }
}
