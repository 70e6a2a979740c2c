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
    /// <param name="block">Names the block of dates that a time is in, where successive dates are not independent; null where dates are.</param>
    /// <returns>
    /// A table, one row for each network, variable and other method: dates, explained_variance (1 − squared error / squared anomaly, over
    /// the dates) and its 95% interval by a paired bootstrap over the dates or blocks, low and high; NaN from fewer than six blocks.
    /// </returns>
    public static DataFrame Of(IReadOnlyList<AnalysisScore> scores, int seed, Func<DateTime, string>? block = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var table = new ScoreTable("network", "variable", "method");
        var anomalies = scores.Where(s => s.Method == AnalysisScore.Climatology).ToDictionary(s => (s.Network, s.Variable, s.Time), s => s.Score.Rmse);
        foreach (var rows in scores.Where(s => s.Method != AnalysisScore.Climatology).GroupBy(s => (s.Network, s.Variable)).SelectMany(group => group.GroupBy(s => (s.Network, s.Variable, s.Method))))
        {
            var pairs = rows.Select(s => (Error: s.Score.Rmse, Anomaly: anomalies[(s.Network, s.Variable, s.Time)], s.Time)).ToList();
            var (errors, variances) = (pairs.ConvertAll(p => p.Error * p.Error), pairs.ConvertAll(p => p.Anomaly * p.Anomaly));
            var left = block is null ? PairedBootstrap.Ratio(errors, variances, seed) : PairedBootstrap.Ratio(errors, variances, pairs.ConvertAll(p => block(p.Time)), seed);
            table.Add(
                [rows.Key.Network, rows.Key.Variable, rows.Key.Method],
                [("dates", pairs.Count), ("explained_variance", 1 - left.Ratio), ("low", 1 - left.High), ("high", 1 - left.Low)]);
        }

        return table.ToDataFrame();
    }
}
