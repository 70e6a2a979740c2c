namespace VaeDa.Observations;

/// <summary>What a column of a table of observations holds, and the names by which it goes, best first.</summary>
internal sealed record Column(string Meaning, params string[] Aliases)
{
    public static readonly Column Latitude = new("latitude", "lat", "latitude");
    public static readonly Column Longitude = new("longitude", "lon", "longitude", "long", "lng");
    public static readonly Column Anomaly = new("the anomaly", "anomaly", "value", "t2m_anomaly", "obs");
    public static readonly Column Error = new("the error", "error", "sigma", "uncertainty", "obs_error");
    public static readonly Column Variable = new("the variable", "variable", "var");
    public static readonly Column Time = new("the time", "time", "date", "datetime");
    public static readonly Column Station = new("the station", "station", "station_id", "id", "name");

    public static readonly Column[] All = [Latitude, Longitude, Anomaly, Error, Variable, Time, Station];
}
