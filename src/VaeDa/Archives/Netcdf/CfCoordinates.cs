using VaeDa.Fields;

namespace VaeDa.Archives.Netcdf;

/// <summary>The coordinates that every file of the toolkit has, with their CF attributes.</summary>
public static class CfCoordinates
{
    /// <summary>Units of the time coordinate written.</summary>
    public const string TimeUnits = "hours since 1900-01-01 00:00:00";

    private static readonly DateTime Epoch = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Value of the time coordinate, in <see cref="TimeUnits"/>.</summary>
    public static double HoursOf(DateTime time) => (time - Epoch).TotalHours;

    /// <summary>Defines the variable <c>time</c>.</summary>
    /// <param name="file">Still being defined.</param>
    /// <param name="dimension">Its dimension; null for a scalar coordinate.</param>
    public static NetcdfVariable AddTime(this ClassicNetcdfWriter file, NetcdfDimension? dimension)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.AddVariable("time", NetcdfType.Float64, dimension is null ? [] : [dimension], new NetcdfAttributes
        {
            ["standard_name"] = "time",
            ["long_name"] = "time",
            ["units"] = TimeUnits,
            ["calendar"] = "standard",
            ["axis"] = "T",
        });
    }

    /// <summary>Defines <c>latitude</c> and <c>longitude</c>.</summary>
    public static (NetcdfDimension Latitude, NetcdfDimension Longitude) AddGrid(this ClassicNetcdfWriter file, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(grid);
        return (
            file.AddCoordinate("latitude", grid.Latitudes, Axis("latitude", "degrees_north", "Y")),
            file.AddCoordinate("longitude", grid.Longitudes, Axis("longitude", "degrees_east", "X")));
    }

    private static NetcdfAttributes Axis(string name, string units, string axis) => new()
    {
        ["standard_name"] = name,
        ["long_name"] = name,
        ["units"] = units,
        ["axis"] = axis,
    };
}
