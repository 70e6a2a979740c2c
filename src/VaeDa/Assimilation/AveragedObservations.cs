namespace VaeDa.Assimilation;

/// <summary>How many observations were averaged, and how widely, before an analysis that would have been too large.</summary>
/// <param name="Count">The number of averages, each of which was assimilated as one observation.</param>
/// <param name="BoxKilometres">The side, in km, of the boxes of equal area in which observations of one variable were averaged.</param>
public sealed record AveragedObservations(int Count, double BoxKilometres);
