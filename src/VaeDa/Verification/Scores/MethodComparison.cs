using Microsoft.Data.Analysis;

namespace VaeDa.Verification.Scores;

/// <summary>Compares one method with all others, on the dates and observations that both analysed.</summary>
public static class MethodComparison
{
    // Root: of a mean square. Part: of the date in the mean.
    private static readonly (string Name, bool Root, Func<EnsembleScore, double> Of, Func<EnsembleScore, double> Part)[] Scores =
    [
        ("rmse", true, s => s.Rmse, _ => 1),
        ("mean_rmse", true, s => s.MeanRmse, _ => 1),
        ("crps", false, s => s.Crps, _ => 1),
        ("extreme_rmse", true, s => s.ExtremeRmse, s => s.ExtremeArea),
        ("extreme_crps", false, s => s.ExtremeCrps, s => s.ExtremeArea),
    ];

    /// <summary>Compares a method's scores over all dates with those of each rival.</summary>
    /// <param name="scores">The scores of the method and of its rivals.</param>
    /// <param name="method">The name of the method that is compared.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    /// <param name="block">Names the block of dates that a time is in, where successive dates are not independent; null where dates are.</param>
    /// <returns>
    /// A table, one row for each network, variable, rival and score that both have: dates, blocks (of dates, or as many as dates), the method's score (in a column of its
    /// name), rival_score, difference_percent (how much lower, below 0, or higher the method's is, in %) and its 95% interval by a
    /// paired bootstrap over the blocks, low and high; NaN from fewer than six blocks of several dates.
    /// </returns>
    public static DataFrame Of(IReadOnlyList<AnalysisScore> scores, string method, int seed, Func<DateTime, string>? block = null)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var table = new ScoreTable("network", "variable", "rival", "score");
        var own = scores.Where(s => s.Method == method).ToDictionary(s => (s.Network, s.Variable, s.Time), s => s.Score);
        foreach (var rows in scores.Where(s => s.Method != method).GroupBy(s => (s.Network, s.Variable)).SelectMany(group => group.GroupBy(s => (s.Network, s.Variable, Rival: s.Method))))
        {
            var pairs = rows.Where(s => own.ContainsKey((s.Network, s.Variable, s.Time))).Select(s => (Own: own[(s.Network, s.Variable, s.Time)], Rival: s.Score, s.Time)).ToList();
            var blocks = block is null ? null : pairs.ConvertAll(p => block(p.Time));
            foreach (var (name, root, of, part) in Scores)
            {
                double Sum(EnsembleScore s) => part(s) == 0 ? 0 : part(s) * (root ? of(s) * of(s) : of(s));
                var (ours, theirs, parts) = (pairs.ConvertAll(p => Sum(p.Own)), pairs.ConvertAll(p => Sum(p.Rival)), pairs.Sum(p => part(p.Own)));
                if (double.IsNaN(ours.Sum() + theirs.Sum()) || parts == 0)
                {
                    continue;
                }

                double Score(List<double> sums) => Rooted(sums.Sum() / parts);
                double Rooted(double ratio) => root ? Math.Sqrt(ratio) : ratio;
                double Percent(double ratio) => 100 * (Rooted(ratio) - 1);
                var interval = blocks is null ? PairedBootstrap.Ratio(ours, theirs, seed) : PairedBootstrap.Ratio(ours, theirs, blocks, seed);
                table.Add(
                    [rows.Key.Network, rows.Key.Variable, rows.Key.Rival, name],
                    [
                        ("dates", pairs.Count),
                        ("blocks", blocks?.Distinct().Count() ?? pairs.Count),
                        (method, Score(ours)),
                        ("rival_score", Score(theirs)),
                        ("difference_percent", Percent(interval.Ratio)),
                        ("low", Percent(interval.Low)),
                        ("high", Percent(interval.High)),
                    ]);
            }
        }

        return table.ToDataFrame();
    }
}
