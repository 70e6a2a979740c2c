namespace VaeDa.Reanalysis.Stations;

/// <summary>What a station was worth to the analyses of a year, or of all.</summary>
/// <param name="Year">The year; null for all together.</param>
/// <param name="Station">The name of the station, or its place where it has none.</param>
/// <param name="Variable">The name of the variable; null where observations name none.</param>
/// <param name="Latitude">The latitude of its first observation in the reanalysis, in degrees north.</param>
/// <param name="Longitude">The longitude of its first observation in the reanalysis, in degrees east.</param>
/// <param name="Observations">The number of its observations that were used, each by itself.</param>
/// <param name="Influence">The sum of their influences: how many observations the analyses are worth by it.</param>
/// <param name="GainRemoved">
/// The sum over them of what the variance of the analysis's error would be larger by without them, in the mean over the area, in the variable's units squared; null where
/// it is not known, as in sequences.
/// </param>
public sealed record StationWorth(int? Year, string Station, string? Variable, double Latitude, double Longitude, int Observations, double Influence, double? GainRemoved);
