namespace VaeDa.Verification.Stations;

/// <summary>How far a station departs, over many dates, from what all others predict of it.</summary>
/// <param name="Station">Its name, or its place.</param>
/// <param name="Latitude">Degrees north, at the first date.</param>
/// <param name="Longitude">Degrees east, at the first date.</param>
/// <param name="Count">Dates.</param>
/// <param name="Offset">Weighted mean departure, units of the variable.</param>
/// <param name="Error">Its standard error.</param>
/// <param name="Significance">|offset| over its standard deviation, the scatter of good stations' own offsets included.</param>
/// <param name="Suspect">Whether chance and that scatter do not explain it.</param>
public sealed record StationOffset(string Station, double Latitude, double Longitude, int Count, double Offset, double Error, double Significance, bool Suspect);
