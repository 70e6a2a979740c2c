using VaeDa.Fields;

namespace VaeDa.Reanalysis.Series;

/// <summary>A variable's mean over an area, or its value at a place, through time, in the variable's units.</summary>
/// <param name="Area">The area or place.</param>
/// <param name="Variable">The variable.</param>
/// <param name="Times">The dates that have an analysis (T), ascending, UTC.</param>
/// <param name="Mean">The ensemble's mean (T).</param>
/// <param name="Spread">The ensemble's standard deviation (T); NaN without an ensemble.</param>
/// <param name="Members">The members' values (T, M).</param>
public sealed record AreaSeries(
    SeriesAreaDescription Area,
    Variable Variable,
    IReadOnlyList<DateTime> Times,
    IReadOnlyList<double> Mean,
    IReadOnlyList<double> Spread,
    IReadOnlyList<IReadOnlyList<double>> Members);
