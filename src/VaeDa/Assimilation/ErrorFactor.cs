namespace VaeDa.Assimilation;

/// <summary>By how much the stated errors of a variable's observations are multiplied.</summary>
/// <param name="Variable">Of the observations.</param>
/// <param name="Factor">The most likely; where nothing could be estimated, the one that was taken.</param>
/// <param name="StandardError">
/// Standard error of <paramref name="Factor"/>, from the curvature of the likelihood; NaN where nothing could be estimated: no
/// observation of the variable was believed, or the factor ran to its bound.
/// </param>
public sealed record ErrorFactor(string Variable, double Factor, double StandardError)
{
    /// <summary>Whether the factor is an estimate.</summary>
    public bool IsEstimated => !double.IsNaN(StandardError);
}
