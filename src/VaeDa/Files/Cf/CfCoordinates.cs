using VaeDa.Fields.Grids;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>The coordinates that every file of the toolkit has, with their CF attributes.</summary>
internal static class CfCoordinates
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

    /// <summary>
    /// Defines <c>latitude</c> and <c>longitude</c>; on a projected grid, <c>y</c> and <c>x</c> with the latitudes and
    /// longitudes of the cells, and the grid mapping if there is one.
    /// </summary>
    /// <returns>The dimensions; fields on them take their attributes from <see cref="GridDimensions.Describe"/>.</returns>
    public static GridDimensions AddGrid(this ClassicNetcdfWriter file, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(grid);
        if (grid.Projection is not { } projection)
        {
            return new GridDimensions(
                file.AddCoordinate("latitude", grid.Latitudes, Axis("latitude", "degrees_north", "Y")),
                file.AddCoordinate("longitude", grid.Longitudes, Axis("longitude", "degrees_east", "X")));
        }

        (string? ofY, string? ofX) = projection.Units switch
        {
            "1" => (null, null),
            "degrees" or "degree" => ("grid_latitude", "grid_longitude"),
            _ => ("projection_y_coordinate", "projection_x_coordinate"),
        };
        var y = file.AddCoordinate("y", projection.Y, Axis(ofY, projection.Units, "Y"));
        var x = file.AddCoordinate("x", projection.X, Axis(ofX, projection.Units, "X"));
        file.AddConstant("latitude", NetcdfType.Float64, [y, x], grid.Latitudes, Place("latitude", "degrees_north"));
        file.AddConstant("longitude", NetcdfType.Float64, [y, x], grid.Longitudes, Place("longitude", "degrees_east"));
        if (projection.Mapping is { } mapping)
        {
            var attributes = new NetcdfAttributes();
            foreach (var (name, text) in mapping.Texts)
            {
                attributes[name] = text;
            }

            foreach (var (name, numbers) in mapping.Numbers)
            {
                attributes[name] = numbers;
            }

            file.AddConstant(mapping.Name, NetcdfType.Int32, [], [0], attributes);
        }

        return new GridDimensions(y, x) { Coordinates = "latitude longitude", Mapping = projection.Mapping?.Name };
    }

    /// <summary>The grid of a variable, in the toolkit's order.</summary>
    /// <exception cref="InvalidInputException">It is on none.</exception>
    public static Grid ReadGrid(this NetcdfDataset file, NetcdfVariable variable)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(variable);
        return HorizontalAxes.Of(file, variable)?.ReadOrder(file, variable).Grid
            ?? throw new InvalidInputException($"{file.Path}: variable '{variable.Name}' is on no grid that has latitudes and longitudes");
    }

    private static NetcdfAttributes Place(string? standardName, string units)
    {
        var attributes = new NetcdfAttributes();
        if (standardName is not null)
        {
            attributes["standard_name"] = standardName;
            attributes["long_name"] = standardName;
        }

        attributes["units"] = units;
        return attributes;
    }

    private static NetcdfAttributes Axis(string? standardName, string units, string axis)
    {
        var attributes = Place(standardName, units);
        attributes["axis"] = axis;
        return attributes;
    }
}
