namespace VaeDa.Assimilation.Control;

/// <summary>By how much the stated errors are to be multiplied, by group of observations.</summary>
/// <param name="Factors">s; 1 for a group of which nothing could be estimated.</param>
/// <param name="StandardErrors">Of s; NaN for a group of which nothing could be estimated: none of it is accepted, or s ran to its bound.</param>
internal sealed record ErrorFactors(double[] Factors, double[] StandardErrors);
