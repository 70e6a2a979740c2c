using Microsoft.Data.Analysis;
using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Assimilation;

/// <summary>The field that the observations and the model agree on, and how well it is known. Units are the variables'.</summary>
public sealed record Analysis
{
    /// <summary>UTC; null where the observations have none.</summary>
    public DateTime? Time { get; init; }

    public required Grid Grid { get; init; }

    /// <summary>V.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>The most probable field, N = V·H·W; NaN where the model has no value.</summary>
    public required float[] MostProbable { get; init; }

    /// <summary>M fields of N, in memory or each read when it is asked for; empty when no ensemble was asked for.</summary>
    public required IReadOnlyList<float[]> Members { get; init; }

    /// <summary>Mean of the members (N); the most probable field when there are none.</summary>
    public required float[] Mean { get; init; }

    /// <summary>Standard deviation of the members about their mean (N); NaN when there are none.</summary>
    public required float[] Spread { get; init; }

    /// <summary>The most probable latent state (k).</summary>
    public required double[] Latent { get; init; }

    /// <summary>
    /// One row for each row of the observation table: lat, lon, variable, time, station, anomaly, error, generator_error, first_guess,
    /// analysis, innovation (observation − first guess), departure (observation − analysis), spread, check_departure
    /// (observation − what all others and the background predict of it), check_spread (its standard deviation), weight, flag.
    /// </summary>
    public required DataFrame Observations { get; init; }

    public required AnalysisDiagnostics Diagnostics { get; init; }
}
