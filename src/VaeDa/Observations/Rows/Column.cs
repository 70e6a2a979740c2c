namespace VaeDa.Observations.Rows;

/// <summary>What a column of a table of observations holds, and the names by which it goes, best first.</summary>
internal sealed record Column(string Meaning, params string[] Aliases)
{
    public static readonly Column Latitude = new("latitude", "lat", "latitude");
    public static readonly Column Longitude = new("longitude", "lon", "longitude", "long", "lng");
    public static readonly Column Anomaly = new("the anomaly", "anomaly", "value", "t2m_anomaly", "obs");
    public static readonly Column Value = new("the value", "value", "obs", "observation", "observed");
    public static readonly Column Units = new("the units", "units", "unit");
    public static readonly Column Error = new("the error", "error", "sigma", "uncertainty", "obs_error");
    public static readonly Column Variable = new("the variable", "variable", "var");
    public static readonly Column Time = new("the time", "time", "datetime", "date");
    public static readonly Column Date = new("the date", "date");
    public static readonly Column Year = new("the year", "year", "yyyy", "yr");
    public static readonly Column Month = new("the month", "month", "mon", "mm");
    public static readonly Column Day = new("the day of the month", "day", "dd");
    public static readonly Column DayOfYear = new("the day of the year", "doy", "yday", "dayofyear", "day_of_year");
    public static readonly Column Hour = new("the hour", "hour", "hh", "hr");
    public static readonly Column Minute = new("the minute", "minute");
    public static readonly Column Station = new("the station", "station", "station_id", "id", "name");
    public static readonly Column Cost = new("the cost", "cost");

    public static readonly Column[] All = [Latitude, Longitude, Anomaly, Value, Units, Error, Cost, Variable, Station, Time, Date, Year, Month, Day, DayOfYear, Hour, Minute];

    /// <summary>Whether a column of this name may mean anything.</summary>
    public static bool IsKnown(string name) => Array.Exists(All, column => column.Aliases.Contains(Parts(name).Name, StringComparer.OrdinalIgnoreCase));

    /// <summary>A name in a header, and the units that it may have in brackets: <c>lat [deg]</c>, <c>value (hPa)</c>.</summary>
    public static (string Name, string? Units) Parts(string header)
    {
        var open = header.IndexOfAny(['[', '(']);
        return open > 0 && header[^1] is ']' or ')' ? (header[..open].TrimEnd(), header[(open + 1)..^1].Trim()) : (header, null);
    }
}
