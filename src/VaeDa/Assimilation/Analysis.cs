using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;

namespace VaeDa.Assimilation;

/// <summary>
/// The field that the observations and the model agree on, and how well it is known. Fields are anomalies, in the units of the
/// variables. In each array all variables lie behind each other, (V, H, W); <c>analysis["ta"]</c> takes one of them out, and
/// <see cref="At"/> a place.
/// </summary>
public sealed record Analysis
{
    /// <summary>The time of the analysis, UTC; null where the observations have none.</summary>
    public DateTime? Time { get; init; }

    /// <summary>How often the fields come that the model was trained on, and so whether the analysis is of a day or a month; null if it is not known.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>The climatology that the anomalies are from; null if it is not known.</summary>
    public ClimatologyDescription? Climatology { get; init; }

    /// <summary>The grid of the fields, H rows and W columns; that of the model.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The V variables, in the order in which they lie in the fields.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>The most probable field, (V, H, W); NaN where the model has no value.</summary>
    public required float[] MostProbable { get; init; }

    /// <summary>
    /// The fields of the M members, (V, H, W), in memory or each read when it is asked for; empty when no ensemble was asked for.
    /// </summary>
    public required IReadOnlyList<float[]> Members { get; init; }

    /// <summary>
    /// The mean of the members, (V, H, W), NaN where the model has no value; the most probable field when there are no members.
    /// </summary>
    public required float[] Mean { get; init; }

    /// <summary>
    /// The standard deviation of the members about their mean, (V, H, W); NaN where the model has no value, and when there are no
    /// members.
    /// </summary>
    public required float[] Spread { get; init; }

    /// <summary>
    /// The standard deviation of the variables in the climatology, (V, H, W), a mean over the year; the spread is read against
    /// it.
    /// </summary>
    public required float[] ClimatologicalStandardDeviation { get; init; }

    /// <summary>The most probable latent state z, (k), in the coordinates of the model's network.</summary>
    public required double[] Latent { get; init; }

    /// <summary>
    /// What became of each observation, one row for each row of the observation table: lat, lon, variable, time, station, anomaly,
    /// error, generator_error, first_guess, analysis, innovation (observation − first guess), departure (observation − analysis),
    /// spread, check_departure (observation − what all others and the background predict of it), check_spread (the standard
    /// deviation of that), influence (of the observation on its own analysed value, 0…1), gain_removed (by how much the error variance would be
    /// larger without it, in the mean over the area, units squared; null in sequences; both null where it was not used by itself), weight (1 or 0), average (the number of the average that it is in, where observations were averaged) and
    /// flag (<see cref="ObservationResults.Used"/>, <see cref="ObservationResults.Outlier"/>, or why it could not be used). Values
    /// are in the units of the row's variable.
    /// </summary>
    public required DataFrame Observations { get; init; }

    /// <summary>How the search went, and how well the analysis fits the observations.</summary>
    public required AnalysisDiagnostics Diagnostics { get; init; }

    /// <summary>Gets what the analysis says of one variable.</summary>
    /// <param name="variable">The name of the variable.</param>
    /// <exception cref="InvalidInputException">The analysis has no variable of that name.</exception>
    public AnalysedVariable this[string variable] => new(this, Variables.ToList().FindIndex(v => v.Name == variable) is >= 0 and var index
        ? index
        : throw new InvalidInputException($"there is no variable '{variable}' in the analysis; there are {Names}"));

    private string Names => string.Join(", ", Variables.Select(v => $"'{v.Name}'"));

    /// <summary>What the analysis of a single variable says of a place; of several, <c>analysis["ta"].At(…)</c> does.</summary>
    /// <param name="latitude">The latitude of the place, degrees north.</param>
    /// <param name="longitude">The longitude of the place, degrees east.</param>
    /// <returns>The values at the place; NaN where none of the cells about it has a value.</returns>
    /// <exception cref="InvalidInputException">The place is outside the grid.</exception>
    /// <exception cref="InvalidOperationException">The analysis is of several variables.</exception>
    public AnalysedPlace At(double latitude, double longitude) => Variables.Count == 1
        ? new AnalysedVariable(this, 0).At(latitude, longitude)
        : throw new InvalidOperationException($"the analysis is of {Names}: take one of them first, as in analysis[\"{Variables[0].Name}\"].At(…)");
}
