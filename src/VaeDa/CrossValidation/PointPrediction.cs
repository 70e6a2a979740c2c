using VaeDa.Assimilation.Ensemble;

namespace VaeDa.CrossValidation;

/// <summary>What the other observations of its time and the background predict of one observation.</summary>
/// <param name="Row">Of the table.</param>
/// <param name="Use">What the analysis made of it.</param>
/// <param name="Anomaly">Predicted without it.</param>
/// <param name="Spread">Standard deviation of its departure from the prediction, its own error included.</param>
/// <param name="SamplingVariance">The part of that variance due to covariances estimated from few fields, times how many: <see cref="SamplingError"/>.</param>
public readonly record struct PointPrediction(int Row, PointUse Use, double Anomaly, double Spread, double SamplingVariance);
