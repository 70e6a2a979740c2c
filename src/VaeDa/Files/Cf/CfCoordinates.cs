using VaeDa.Fields.Grids;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>The coordinates that every file of the toolkit has, with their CF attributes.</summary>
internal static class CfCoordinates
{
    /// <summary>Units of the time coordinate written.</summary>
    public const string TimeUnits = "hours since 1900-01-01 00:00:00";

    private const string Bounds = "bnds";

    private static readonly DateTime Epoch = new(1900, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static readonly DateTime GregorianReform = new(1582, 10, 15, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Value of the time coordinate, in <see cref="TimeUnits"/>.</summary>
    public static double HoursOf(DateTime time) => (time - Epoch).TotalHours;

    /// <summary>Defines the variable <c>time</c>.</summary>
    /// <param name="file">Still being defined.</param>
    /// <param name="dimension">Its dimension.</param>
    /// <param name="first">The first time that is to be written, where it may be before the Gregorian reform.</param>
    public static NetcdfVariable AddTime(this ClassicNetcdfWriter file, NetcdfDimension dimension, DateTime? first = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file.AddVariable("time", NetcdfType.Float64, [dimension], new NetcdfAttributes
        {
            ["standard_name"] = "time",
            ["long_name"] = "time",
            ["units"] = TimeUnits,
            // The same from the reform on, and known to more programs.
            ["calendar"] = first < GregorianReform ? "proleptic_gregorian" : "standard",
            ["axis"] = "T",
        });
    }

    /// <summary>The dimension <c>member</c>, numbered from 1.</summary>
    /// <param name="file">Still being defined.</param>
    /// <param name="count">M, at least 1.</param>
    /// <param name="longName">What each is.</param>
    public static NetcdfDimension AddMembers(this ClassicNetcdfWriter file, int count, string longName = "ensemble member")
    {
        ArgumentNullException.ThrowIfNull(file);
        var member = file.AddDimension("member", count);
        file.AddConstant("member", NetcdfType.Int32, [member], [.. Enumerable.Range(1, count).Select(i => (double)i)], new NetcdfAttributes
        {
            ["standard_name"] = "realization",
            ["long_name"] = longName,
            ["units"] = "1",
        });
        return member;
    }

    /// <summary>The dimension of the two ends of an interval, which all bounds of a file share.</summary>
    public static NetcdfDimension BoundsDimension(this ClassicNetcdfWriter file) =>
        file.Dimensions.FirstOrDefault(d => d.Name == Bounds) ?? file.AddDimension(Bounds, 2);

    /// <summary>
    /// Defines <c>latitude</c> and <c>longitude</c>; on a projected grid, <c>y</c> and <c>x</c> with the latitudes and
    /// longitudes of the cells, and the grid mapping if there is one. The dimensions have the bounds of their cells.
    /// </summary>
    /// <returns>The dimensions; fields on them take their attributes from <see cref="GridDimensions.Describe"/>.</returns>
    public static GridDimensions AddGrid(this ClassicNetcdfWriter file, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(grid);
        if (grid.Projection is not { } projection)
        {
            return new GridDimensions(
                file.AddAxis("latitude", grid.Latitudes, Axis("latitude", "degrees_north", "Y"), "lat_bnds", CellBounds.OfLatitudes(grid.Latitudes)),
                file.AddAxis("longitude", grid.Longitudes, Axis("longitude", "degrees_east", "X"), "lon_bnds", CellBounds.OfLongitudes(grid.Longitudes, grid.IsPeriodic)));
        }

        (string? ofY, string? ofX) = projection.Units switch
        {
            "1" => (null, null),
            "degrees" or "degree" => ("grid_latitude", "grid_longitude"),
            _ => ("projection_y_coordinate", "projection_x_coordinate"),
        };
        var y = file.AddAxis("y", projection.Y, Axis(ofY, projection.Units, "Y"), "y_bnds", CellBounds.Of(projection.Y));
        var x = file.AddAxis("x", projection.X, Axis(ofX, projection.Units, "X"), "x_bnds", CellBounds.Of(projection.X));
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

    private static NetcdfDimension AddAxis(this ClassicNetcdfWriter file, string name, IReadOnlyList<double> values, NetcdfAttributes attributes, string nameOfBounds, double[] bounds)
    {
        attributes["bounds"] = nameOfBounds;
        var dimension = file.AddCoordinate(name, values, attributes);
        file.AddConstant(nameOfBounds, NetcdfType.Float64, [dimension, file.BoundsDimension()], bounds, []);
        return dimension;
    }

    private static NetcdfAttributes Place(string? standardName, string units)
    {
        var attributes = new NetcdfAttributes();
        if (standardName is not null)
        {
            attributes["standard_name"] = standardName;
            attributes["long_name"] = standardName.Replace('_', ' ');
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
