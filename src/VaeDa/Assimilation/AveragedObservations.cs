namespace VaeDa.Assimilation;

/// <summary>What many observations were averaged to.</summary>
/// <param name="Count">Averages.</param>
/// <param name="BoxKilometres">Side of the boxes of equal area in which observations were averaged.</param>
public sealed record AveragedObservations(int Count, double BoxKilometres);
