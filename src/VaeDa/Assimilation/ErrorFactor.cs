namespace VaeDa.Assimilation;

/// <summary>The factor by which the stated errors of one variable's observations were multiplied.</summary>
/// <param name="Variable">The name of the observed variable.</param>
/// <param name="Factor">The factor of highest likelihood, or the one that was used where none could be estimated.</param>
/// <param name="StandardError">
/// The standard error of <paramref name="Factor"/>, from the curvature of the likelihood; NaN where nothing could be estimated: no
/// observation of the variable was believed, or the factor ran to its bound.
/// </param>
public sealed record ErrorFactor(string Variable, double Factor, double StandardError)
{
    /// <summary>Whether the factor is an estimate; otherwise it says nothing about the observations.</summary>
    public bool IsEstimated => !double.IsNaN(StandardError);

    /// <summary>Why an analysis with this factor is no result that counts; null where it is one.</summary>
    internal string? Fault => IsEstimated ? null : $"the errors of {Variable} cannot be estimated";
}
