using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Archives;

/// <summary>Writes netCDF files as other programs lay them out.</summary>
public static class FieldFileWriter
{
    public static readonly double[] Latitudes = [60, 30, 0, -30, -60];
    public static readonly double[] Longitudes = [0, 60, 120, 180, 240, 300];

    public static DateTime[] Days(string first, int count) =>
        [.. Enumerable.Range(0, count).Select(d => DateTime.SpecifyKind(DateTime.Parse(first, System.Globalization.CultureInfo.InvariantCulture).AddDays(d), DateTimeKind.Utc))];

    public static string Write(
        string path,
        IReadOnlyList<DateTime> times,
        Func<DateTime, double, double, float> value,
        string variable = "t",
        string units = "K",
        double[]? latitudes = null,
        double[]? longitudes = null,
        string[]? order = null,
        string? timeUnits = null,
        string calendar = "standard",
        float? fillValue = 1e20f)
    {
        latitudes ??= Latitudes;
        longitudes ??= Longitudes;
        using var file = new ClassicNetcdfWriter(path);
        var time = file.AddDimension("time", times.Count);
        var timeValues = file.AddVariable("time", NetcdfType.Float64, [time], new NetcdfAttributes { ["units"] = timeUnits ?? CfCoordinates.TimeUnits, ["calendar"] = calendar });
        var lat = file.AddCoordinate("lat", latitudes, new NetcdfAttributes { ["units"] = "degrees_north" });
        var lon = file.AddCoordinate("lon", longitudes, new NetcdfAttributes { ["units"] = "degrees_east" });
        var axes = new Dictionary<string, NetcdfDimension> { ["time"] = time, ["lat"] = lat, ["lon"] = lon };
        var attributes = new NetcdfAttributes { ["units"] = units };
        if (fillValue is { } fill)
        {
            attributes["_FillValue"] = fill;
        }

        var field = file.AddVariable(variable, NetcdfType.Float32, [.. (order ?? ["time", "lat", "lon"]).Select(a => axes[a])], attributes);
        file.Write(timeValues, [.. times.Select(CfCoordinates.HoursOf)]);
        file.Write(field, [.. times.SelectMany(t => latitudes.SelectMany(la => longitudes.Select(lo => value(t, la, lo))))]);
        file.Complete();
        return path;
    }

    /// <summary>Weather of a kind: a seasonal cycle and a deviation that is fixed by the day and place.</summary>
    public static float Weather(DateTime time, double latitude, double longitude)
    {
        var day = (time - DateTime.UnixEpoch).TotalDays;
        return (float)(280 + 20 * Math.Cos(latitude * Math.PI / 180) - 10 * Math.Sin(latitude * Math.PI / 180) * Math.Cos(time.DayOfYear * 2 * Math.PI / 365)
            + 3 * Math.Sin(0.73 * day + longitude * Math.PI / 180) + 2 * Math.Cos(0.11 * day * day + latitude));
    }
}
