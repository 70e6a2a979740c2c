namespace VaeDa.CrossValidation;

/// <summary>What the other observations of its time and the background predict of one observation.</summary>
/// <param name="Row">The row of the table that the observation is in, from 0.</param>
/// <param name="Use">What the analysis made of it.</param>
/// <param name="Anomaly">The anomaly that is predicted without it, in the units of its variable.</param>
/// <param name="Spread">The standard deviation of observation minus prediction, the observation's own error included, in the same units.</param>
/// <param name="SamplingVariance">
/// What that variance owes to covariances estimated from a limited number of fields, times the number of independent fields that
/// they are worth; units squared.
/// </param>
public readonly record struct PointPrediction(int Row, PointUse Use, double Anomaly, double Spread, double SamplingVariance);
