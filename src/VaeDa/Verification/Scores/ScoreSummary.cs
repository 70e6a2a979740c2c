using Microsoft.Data.Analysis;

namespace VaeDa.Verification.Scores;

/// <summary>Scores over all dates: the root mean square of errors and spreads, and the means of the rest.</summary>
public static class ScoreSummary
{
    /// <summary>Summarises the scores of each network, variable and method.</summary>
    /// <param name="scores">Scores of any number of networks, variables and methods, which keep their order.</param>
    /// <param name="calibrations">
    /// The calibrations of those that have an ensemble, from which the p values of flat ranks are taken; it may be empty.
    /// </param>
    /// <returns>
    /// A table, one row for each network, variable and method, with a column for each score; NaN where a score is not defined.
    /// </returns>
    public static DataFrame Of(IEnumerable<AnalysisScore> scores, IReadOnlyDictionary<(string Network, string Variable, string Method), EnsembleCalibration> calibrations)
    {
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(calibrations);
        var table = new ScoreTable("network", "variable", "method");
        foreach (var rows in scores.GroupBy(s => (s.Network, s.Variable)).SelectMany(group => group.GroupBy(s => (s.Network, s.Variable, s.Method))))
        {
            double Mean(Func<AnalysisScore, double> of) => rows.Average(of);
            double Root(Func<EnsembleScore, double> of) => Math.Sqrt(rows.Average(s => of(s.Score) * of(s.Score)));
            var extremes = rows.Where(s => s.Score.ExtremeArea > 0).Select(s => s.Score).ToList();
            double Extreme(Func<EnsembleScore, double> of) => extremes.Sum(s => s.ExtremeArea * of(s)) / extremes.Sum(s => s.ExtremeArea);
            var (spread, meanRmse, members) = (Root(s => s.Spread), Root(s => s.MeanRmse), rows.First().Score.Members);
            var thinned = calibrations.GetValueOrDefault(rows.Key)?.Thinned;
            table.Add(
                [rows.Key.Network, rows.Key.Variable, rows.Key.Method],
                [
                    ("dates", rows.Count()),
                    ("members", members),
                    ("rmse", Root(s => s.Rmse)),
                    ("bias", Mean(s => s.Score.Bias)),
                    ("anomaly_correlation", Mean(s => s.Score.AnomalyCorrelation)),
                    ("mean_rmse", meanRmse),
                    ("crps", Mean(s => s.Score.Crps)),
                    ("extreme_area", Mean(s => s.Score.ExtremeArea)),
                    ("extreme_rmse", Math.Sqrt(Extreme(s => s.ExtremeRmse * s.ExtremeRmse))),
                    ("extreme_crps", Extreme(s => s.ExtremeCrps)),
                    ("spread", spread),
                    // The mean of M members errs by (M + 1) / M of the variance (Fortin et al. 2014, J. Hydrometeorol. 15, 1708).
                    ("spread_skill", spread / meanRmse * Math.Sqrt((members + 1.0) / members)),
                    ("coverage_50", Mean(s => s.Score.Coverage50)),
                    ("coverage_90", Mean(s => s.Score.Coverage90)),
                    ("rank_p", thinned?.P ?? double.NaN),
                    ("rank_corrected_p", thinned?.CorrectedP ?? double.NaN),
                    ("chi_square", Mean(s => s.ChiSquare)),
                    ("desroziers_observation", Mean(s => s.Desroziers.Observation)),
                    ("desroziers_analysis", Mean(s => s.Desroziers.Analysis)),
                    ("seconds", Mean(s => s.Seconds)),
                ]);
        }

        return table.ToDataFrame();
    }
}
