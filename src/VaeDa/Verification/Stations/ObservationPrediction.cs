using VaeDa.CrossValidation;

namespace VaeDa.Verification.Stations;

/// <summary>One observation, and what a method predicts of it without it.</summary>
/// <param name="Method">The name of the method that predicts.</param>
/// <param name="Station">The name of the station, or its place where it has none.</param>
/// <param name="Latitude">The latitude of the observation, degrees north.</param>
/// <param name="Longitude">The longitude of the observation, degrees east.</param>
/// <param name="Time">The time of the observation, UTC; null where the observations have none.</param>
/// <param name="Use">What the method's analysis made of the observation.</param>
/// <param name="Anomaly">The observed anomaly, in the units of the variable.</param>
/// <param name="Prediction">The predicted anomaly, in the same units.</param>
/// <param name="Spread">The standard deviation of observation minus prediction, the observation's own error included, in the same units.</param>
public readonly record struct ObservationPrediction(string Method, string Station, double Latitude, double Longitude, DateTime? Time, PointUse Use, double Anomaly, double Prediction, double Spread)
{
    /// <summary>The observation minus its prediction, in the units of the variable.</summary>
    public double Departure => Anomaly - Prediction;

    /// <summary>The decade of the observation, for example <c>1910s</c>; <c>no time</c> where it has no time.</summary>
    public string Decade => Time is { } time ? $"{time.Year / 10 * 10}s" : "no time";
}
