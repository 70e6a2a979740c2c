namespace VaeDa.Reanalysis.Stations;

/// <summary>A part of a station's record, from one break to the next, and what it departs by from what all others predict.</summary>
/// <param name="Station">The name of the station, or its place where it has none.</param>
/// <param name="Variable">The name of the variable; null where observations name none.</param>
/// <param name="Latitude">The latitude, in degrees north.</param>
/// <param name="Longitude">The longitude, in degrees east.</param>
/// <param name="Kind">How it departs.</param>
/// <param name="From">The first date, UTC.</param>
/// <param name="To">The last date, UTC.</param>
/// <param name="Observations">The number of observations in it.</param>
/// <param name="Offset">Observation less truth, in the units of the variable, half way from the first date to the last. Where the station has a part without fault, beside that.</param>
/// <param name="Error">The standard deviation of the offset's error, in the same units.</param>
/// <param name="Change">Of a drift, by how much the offset changes from the first date to the last, in the same units; else 0.</param>
/// <param name="ChangeError">The standard deviation of its error, in the same units.</param>
public sealed record StationBreak(
    string Station, string? Variable, double Latitude, double Longitude, BreakKind Kind, DateTime From, DateTime To, int Observations, double Offset, double Error, double Change, double ChangeError)
{
    /// <summary>In standard deviations of its error, the offset or, where that is more, its change.</summary>
    public double Significance => Math.Max(Math.Abs(Offset) / Error, ChangeError > 0 ? Math.Abs(Change) / ChangeError : 0);

    /// <summary>The offset at a date, and the standard deviation of its error.</summary>
    /// <param name="time">The date, UTC, from the first to the last.</param>
    internal (double Offset, double Error) At(DateTime time)
    {
        var part = To == From ? 0 : (time - From) / (To - From) - 0.5;
        return (Offset + part * Change, Math.Sqrt(Error * Error + part * part * ChangeError * ChangeError));
    }
}
