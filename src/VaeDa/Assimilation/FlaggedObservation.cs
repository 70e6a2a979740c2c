using Microsoft.Data.Analysis;

namespace VaeDa.Assimilation;

/// <summary>An observation that quality control rejected, beside what the others predict for it.</summary>
public sealed record FlaggedObservation
{
    private const int Most = 5;

    /// <summary>The name of the station; null where it is not given.</summary>
    public string? Station { get; init; }

    /// <summary>The latitude, in degrees north.</summary>
    public required double Latitude { get; init; }

    /// <summary>The longitude, in degrees east.</summary>
    public required double Longitude { get; init; }

    /// <summary>The name of the variable; null where the observation names none.</summary>
    public string? Variable { get; init; }

    /// <summary>The anomaly that was observed, in the variable's units.</summary>
    public required double Anomaly { get; init; }

    /// <summary>The anomaly that all other observations and the background predict, in the variable's units.</summary>
    public required double Expected { get; init; }

    /// <summary>The standard deviation that the difference of the two should have, in the variable's units.</summary>
    public required double Spread { get; init; }

    /// <summary>The worst of an analysis.</summary>
    /// <param name="observations"><see cref="Analysis.Observations"/></param>
    internal static IReadOnlyList<FlaggedObservation> WorstOf(DataFrame observations)
    {
        return [.. Enumerable.Range(0, (int)observations.Rows.Count)
            .Where(row => (string)observations["flag"][row] == ObservationResults.Outlier)
            .OrderByDescending(row => Math.Abs(Number(row, "check_departure") / Number(row, "check_spread")))
            .Take(Most)
            .Select(row => new FlaggedObservation
            {
                Station = Text(row, "station"),
                Latitude = Number(row, "lat"),
                Longitude = Number(row, "lon"),
                Variable = Text(row, "variable"),
                Anomaly = Number(row, "anomaly"),
                Expected = Number(row, "anomaly") - Number(row, "check_departure"),
                Spread = Number(row, "check_spread"),
            })];

        double Number(int row, string column) => (double)observations[column][row];

        string? Text(int row, string column) => observations.Columns.IndexOf(column) >= 0 ? (string?)observations[column][row] : null;
    }
}
