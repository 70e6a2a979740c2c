using System.Globalization;
using Microsoft.Data.Analysis;

namespace VaeDa.Verification.Scores;

/// <summary>How one method did on one network at one time, for one variable.</summary>
public sealed record AnalysisScore
{
    /// <summary>Method of an estimate that is 0 everywhere.</summary>
    public const string Climatology = "climatology";

    public required string Network { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime Time { get; init; }

    public required string Variable { get; init; }

    public required string Method { get; init; }

    public required EnsembleScore Score { get; init; }

    /// <summary>NaN for a method that is not an assimilation, as all that follows.</summary>
    public required DesroziersRatios Desroziers { get; init; }

    /// <summary>2 J / n, of all variables together.</summary>
    public required double ChiSquare { get; init; }

    /// <summary>Of the search.</summary>
    public required double Seconds { get; init; }

    /// <summary>One row each: network, time, variable, method, and a column for each score.</summary>
    public static DataFrame ToDataFrame(IEnumerable<AnalysisScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        var table = new ScoreTable("network", "time", "variable", "method");
        foreach (var (row, score) in scores.Select(s => (s, s.Score)))
        {
            table.Add(
                [row.Network, row.Time.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture), row.Variable, row.Method],
                [
                    ("members", score.Members),
                    ("rmse", score.Rmse),
                    ("bias", score.Bias),
                    ("anomaly_correlation", score.AnomalyCorrelation),
                    ("mean_rmse", score.MeanRmse),
                    ("spread", score.Spread),
                    ("crps", score.Crps),
                    ("coverage_50", score.Coverage50),
                    ("coverage_90", score.Coverage90),
                    ("extreme_area", score.ExtremeArea),
                    ("extreme_rmse", score.ExtremeRmse),
                    ("extreme_crps", score.ExtremeCrps),
                    ("chi_square", row.ChiSquare),
                    ("desroziers_observation", row.Desroziers.Observation),
                    ("desroziers_analysis", row.Desroziers.Analysis),
                    ("seconds", row.Seconds),
                ]);
        }

        return table.ToDataFrame();
    }
}
