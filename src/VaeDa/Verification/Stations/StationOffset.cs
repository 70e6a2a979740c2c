namespace VaeDa.Verification.Stations;

/// <summary>How far a station departs, over many dates, from what all others predict of it (<see cref="StationOffsets"/>).</summary>
/// <param name="Station">The name of the station, or its place where it has none.</param>
/// <param name="Latitude">The latitude of the station at the first date, degrees north.</param>
/// <param name="Longitude">The longitude of the station at the first date, degrees east.</param>
/// <param name="Count">The number of its observations that were predicted.</param>
/// <param name="Offset">The weighted mean of observation minus prediction, in the units of the variable.</param>
/// <param name="Error">The standard error of the offset, in the units of the variable.</param>
/// <param name="Significance">The size of the offset in standard deviations, the scatter of good stations' own offsets included.</param>
/// <param name="Suspect">Whether the offset is too large to be explained by chance and that scatter.</param>
public sealed record StationOffset(string Station, double Latitude, double Longitude, int Count, double Offset, double Error, double Significance, bool Suspect);
