using System.Globalization;
using Microsoft.Data.Analysis;

namespace VaeDa.Verification.Scores;

/// <summary>How one method did on the observations of one network at one time, for one variable.</summary>
public sealed record AnalysisScore
{
    /// <summary>The name of the method whose estimate is an anomaly of 0 everywhere.</summary>
    public const string Climatology = "climatology";

    /// <summary>The name of the network of observations.</summary>
    public required string Network { get; init; }

    /// <summary>The time of the field, UTC.</summary>
    public required DateTime Time { get; init; }

    /// <summary>The name of the variable.</summary>
    public required string Variable { get; init; }

    /// <summary>The name of the method.</summary>
    public required string Method { get; init; }

    /// <summary>The scores of the field and of its ensemble.</summary>
    public required EnsembleScore Score { get; init; }

    /// <summary>
    /// Whether the errors are what the analysis takes them to be, read from its departures; NaN for a method that is not an
    /// assimilation.
    /// </summary>
    public required DesroziersRatios Desroziers { get; init; }

    /// <summary>The chi-square per observation, 2 J / n, of all variables together; NaN for a method that is not an assimilation.</summary>
    public required double ChiSquare { get; init; }

    /// <summary>The time that the search took, in seconds; NaN for a method that is not an assimilation.</summary>
    public required double Seconds { get; init; }

    /// <summary>Makes a table of scores with the columns network, time, variable and method, and one for each score.</summary>
    /// <param name="scores">The scores.</param>
    /// <returns>The table, one row for each of them, in their order.</returns>
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
