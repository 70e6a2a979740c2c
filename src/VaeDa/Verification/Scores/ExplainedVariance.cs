using Microsoft.Data.Analysis;

namespace VaeDa.Verification.Scores;

/// <summary>How much of the anomalies' variance a method's most probable field explains: of a variable that was not observed, what is recovered.</summary>
public static class ExplainedVariance
{
    /// <summary>Computes what each method explains, over all dates.</summary>
    /// <param name="scores">
    /// The scores, with those of <see cref="AnalysisScore.Climatology"/> among them, whose squared error is the squared anomaly.
    /// </param>
    /// <param name="seed">The seed of the bootstrap.</param>
    /// <returns>
    /// A table, one row for each network, variable and other method: dates, explained_variance (1 − squared error / squared anomaly, over
    /// the dates) and its 95% interval by a paired bootstrap over the dates, low and high.
    /// </returns>
    public static DataFrame Of(IReadOnlyList<AnalysisScore> scores, int seed)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var table = new ScoreTable("network", "variable", "method");
        var anomalies = scores.Where(s => s.Method == AnalysisScore.Climatology).ToDictionary(s => (s.Network, s.Variable, s.Time), s => s.Score.Rmse);
        foreach (var rows in scores.Where(s => s.Method != AnalysisScore.Climatology).GroupBy(s => (s.Network, s.Variable)).SelectMany(group => group.GroupBy(s => (s.Network, s.Variable, s.Method))))
        {
            var pairs = rows.Select(s => (Error: s.Score.Rmse, Anomaly: anomalies[(s.Network, s.Variable, s.Time)])).ToList();
            var left = PairedBootstrap.Ratio(pairs.ConvertAll(p => p.Error * p.Error), pairs.ConvertAll(p => p.Anomaly * p.Anomaly), seed);
            table.Add(
                [rows.Key.Network, rows.Key.Variable, rows.Key.Method],
                [("dates", pairs.Count), ("explained_variance", 1 - left.Ratio), ("low", 1 - left.High), ("high", 1 - left.Low)]);
        }

        return table.ToDataFrame();
    }
}
