using Microsoft.Data.Analysis;
using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Assimilation;

/// <summary>
/// The field that the observations and the model agree on, and how well it is known. Units are the variables'. All variables
/// lie behind each other in each array; <c>analysis["ta"]</c> takes one of them out, and <see cref="At"/> a place.
/// </summary>
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

    /// <summary>The climatology's, (N), a mean over the year: what the spread is read against.</summary>
    public required float[] ClimatologicalStandardDeviation { get; init; }

    /// <summary>The most probable latent state (k).</summary>
    public required double[] Latent { get; init; }

    /// <summary>
    /// One row for each row of the observation table: lat, lon, variable, time, station, anomaly, error, generator_error, first_guess,
    /// analysis, innovation (observation − first guess), departure (observation − analysis), spread, check_departure
    /// (observation − what all others and the background predict of it), check_spread (its standard deviation), weight, flag.
    /// </summary>
    public required DataFrame Observations { get; init; }

    public required AnalysisDiagnostics Diagnostics { get; init; }

    /// <summary>What the analysis says of one variable.</summary>
    /// <param name="variable">Its name.</param>
    /// <exception cref="InvalidInputException">There is no such variable.</exception>
    public AnalysedVariable this[string variable] => new(this, Variables.ToList().FindIndex(v => v.Name == variable) is >= 0 and var index
        ? index
        : throw new InvalidInputException($"there is no variable '{variable}' in the analysis; there are {Names}"));

    private string Names => string.Join(", ", Variables.Select(v => $"'{v.Name}'"));

    /// <summary>What the analysis of a single variable says of a place; of several, <c>analysis["ta"].At(…)</c> does.</summary>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east.</param>
    /// <exception cref="InvalidInputException">The place is outside the grid.</exception>
    /// <exception cref="InvalidOperationException">There are several variables.</exception>
    public AnalysedPlace At(double latitude, double longitude) => Variables.Count == 1
        ? new AnalysedVariable(this, 0).At(latitude, longitude)
        : throw new InvalidOperationException($"the analysis is of {Names}: take one of them first, as in analysis[\"{Variables[0].Name}\"].At(…)");
}
