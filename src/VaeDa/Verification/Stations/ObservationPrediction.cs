using VaeDa.CrossValidation;

namespace VaeDa.Verification.Stations;

/// <summary>One observation, and what a method predicts of it without it.</summary>
/// <param name="Method">Whose prediction.</param>
/// <param name="Station">Its name, or its place where it has none.</param>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Time">UTC; null where the observations have none.</param>
/// <param name="Use">What the method's analysis made of it.</param>
/// <param name="Anomaly">As observed.</param>
/// <param name="Prediction">Of the anomaly.</param>
/// <param name="Spread">Standard deviation of the departure from it, the observation's own error included.</param>
public readonly record struct ObservationPrediction(string Method, string Station, double Latitude, double Longitude, DateTime? Time, PointUse Use, double Anomaly, double Prediction, double Spread)
{
    public double Departure => Anomaly - Prediction;

    public string Decade => Time is { } time ? $"{time.Year / 10 * 10}s" : "no time";
}
