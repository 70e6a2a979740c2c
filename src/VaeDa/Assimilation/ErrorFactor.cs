namespace VaeDa.Assimilation;

/// <summary>By how much the observations' stated errors are to be multiplied.</summary>
/// <param name="Variable">Of the observations.</param>
/// <param name="Factor">The most likely.</param>
/// <param name="StandardError">Of <paramref name="Factor"/>, from the curvature of the likelihood.</param>
public sealed record ErrorFactor(string Variable, double Factor, double StandardError);
