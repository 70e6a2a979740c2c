using VaeDa.Fields.Grids;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>
/// Which dimensions of a netCDF variable are a grid's rows and columns, and where its cells' latitudes and longitudes are:
/// in the dimensions' own coordinates, or in variables on both dimensions, as CF has it for projected grids.
/// </summary>
/// <param name="Row">Number of the dimension.</param>
/// <param name="Column">Number of the dimension.</param>
/// <param name="Latitude">(H), or (H, W) on a projected grid.</param>
/// <param name="Longitude">(W), or (H, W) on a projected grid.</param>
internal sealed record HorizontalAxes(int Row, int Column, NetcdfVariable Latitude, NetcdfVariable Longitude)
{
    // CF conventions, sections 4.1 and 4.2.
    private static readonly string[] North = ["degrees_north", "degree_north", "degrees_N", "degree_N", "degreesN", "degreeN"];
    private static readonly string[] East = ["degrees_east", "degree_east", "degrees_E", "degree_E", "degreesE", "degreeE"];

    private bool IsProjected => Latitude.Dimensions.Count == 2;

    /// <returns>Null for a variable that is on no grid.</returns>
    public static HorizontalAxes? Of(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var dimensions = variable.Dimensions.ToList();
        var own = dimensions.Select(d => dataset.Find(d.Name)).OfType<NetcdfVariable>().Where(v => v.Dimensions.Count == 1).ToList();
        return OnLines(own) ?? OnBoth() ?? OnLines([.. dataset.Variables.Where(v => v.Dimensions.Count == 1 && dimensions.Contains(v.Dimensions[0]))]);

        HorizontalAxes? OnLines(List<NetcdfVariable> lines) =>
            lines.FindLast(IsLatitude) is { } latitude && lines.FindLast(v => IsLongitude(v) && v.Dimensions[0] != latitude.Dimensions[0]) is { } longitude
                ? new(dimensions.IndexOf(latitude.Dimensions[0]), dimensions.IndexOf(longitude.Dimensions[0]), latitude, longitude)
                : null;

        HorizontalAxes? OnBoth()
        {
            // Those that the variable names come first; files that name none have them all the same.
            var onBoth = dataset.Variables.Where(v => v.Dimensions.Count == 2 && v.Dimensions.All(dimensions.Contains)).OrderByDescending(v => IsNamed(variable, v)).ToList();
            return onBoth.Find(IsLatitude) is { } latitudes && onBoth.Find(v => IsLongitude(v) && v.Dimensions.SequenceEqual(latitudes.Dimensions)) is { } longitudes
                ? new(dimensions.IndexOf(latitudes.Dimensions[0]), dimensions.IndexOf(latitudes.Dimensions[1]), latitudes, longitudes)
                : null;
        }
    }

    /// <returns>The dimension along which a variable's places lie one by one, as stations do and the cells of unstructured and reduced grids; null without one.</returns>
    public static NetcdfDimension? Places(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var lines = dataset.Variables.Where(v => v.Dimensions.Count == 1 && variable.Dimensions.Contains(v.Dimensions[0])).ToList();
        return lines.Find(v => IsLatitude(v) && lines.Exists(other => IsLongitude(other) && other.Dimensions[0] == v.Dimensions[0]))?.Dimensions[0];
    }

    public static bool IsLatitude(NetcdfVariable coordinate) => Is(coordinate, "latitude", "lat", North);

    public static bool IsLongitude(NetcdfVariable coordinate) => Is(coordinate, "longitude", "lon", East);

    /// <summary>Reads the grid.</summary>
    /// <exception cref="InvalidInputException">The coordinates are not those of a grid.</exception>
    public FieldOrder ReadOrder(NetcdfDataset dataset, NetcdfVariable variable)
    {
        RequireOnePair(dataset, variable);
        var (latitudes, longitudes) = (Degrees(dataset, Latitude), Degrees(dataset, Longitude));
        if (!IsProjected)
        {
            return FieldOrder.Of(latitudes, longitudes);
        }

        var (y, x) = (dataset.Find(variable.Dimensions[Row].Name), dataset.Find(variable.Dimensions[Column].Name));
        if (y is not { Dimensions.Count: 1 } || x is not { Dimensions.Count: 1 })
        {
            return FieldOrder.OfNumbered((int)variable.Dimensions[Row].Length, (int)variable.Dimensions[Column].Length, latitudes, longitudes);
        }

        return FieldOrder.OfProjected(Values(dataset, y), Values(dataset, x), latitudes, longitudes, y.Attributes.Text("units") ?? "1", MappingOf(dataset, variable));
    }

    private static bool Is(NetcdfVariable coordinate, string name, string shortName, string[] allUnits) => coordinate.Attributes.Text("standard_name") switch
    {
        { } standardName when standardName == name => true,
        // Of a rotated grid's own axes some files say degrees_north too.
        "grid_latitude" or "grid_longitude" => false,
        _ => coordinate.Name.ToLowerInvariant() is var own && (own == name || own == shortName)
            || allUnits.Contains(coordinate.Attributes.Text("units"), StringComparer.OrdinalIgnoreCase),
    };

    private static bool IsNamed(NetcdfVariable variable, NetcdfVariable coordinate) =>
        variable.Attributes.Text("coordinates")?.Split(' ', StringSplitOptions.RemoveEmptyEntries).Contains(coordinate.Name) == true;

    /// <summary>Staggered grids have places for cells and others for their corners: half a cell beside the field's own would go unnoticed.</summary>
    private void RequireOnePair(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var pairs = dataset.Variables.Where(v => IsLatitude(v) && v.Dimensions.SequenceEqual(Latitude.Dimensions)).ToList();
        if (IsProjected && pairs.Count > 1 && !IsNamed(variable, Latitude))
        {
            throw new InvalidInputException(
                $"'{variable.Name}' may have its latitudes in {string.Join(" or ", pairs.Select(v => $"'{v.Name}'"))}; its attribute 'coordinates' must name its own, as 'ncatted -a coordinates,{variable.Name},c,c,\"{Longitude.Name} {Latitude.Name}\"' writes it");
        }
    }

    private static double[] Degrees(NetcdfDataset dataset, NetcdfVariable coordinate) =>
        coordinate.Attributes.Text("units")?.Trim() is { Length: > 0 } units && !units.StartsWith("deg", StringComparison.OrdinalIgnoreCase) && !units.StartsWith('°') && units != "1"
            ? throw new InvalidInputException($"'{coordinate.Name}' is in '{units}'; degrees are needed")
            : Values(dataset, coordinate);

    private static double[] Values(NetcdfDataset dataset, NetcdfVariable coordinate)
    {
        var values = dataset.ReadAll(coordinate);
        if (!values.All(double.IsFinite))
        {
            throw new InvalidInputException($"'{coordinate.Name}' has {values.Count(v => !double.IsFinite(v))} missing values; each cell needs its place");
        }

        return coordinate switch
        {
            // 50.1 stored as float32 is 50.0999985: five decimals are all it holds.
            { Type: NetcdfType.Float32 } => Array.ConvertAll(values, value => Math.Round(value, 5)),
            // A millimetre; the rest of what a projection's formulae give would double the archive's description.
            { Dimensions.Count: 2 } => Array.ConvertAll(values, value => Math.Round(value, 8)),
            _ => values,
        };
    }

    private static GridMapping? MappingOf(NetcdfDataset dataset, NetcdfVariable variable)
    {
        // The longer form is 'crs: x y other: lat lon': the first is of the axes.
        if (variable.Attributes.Text("grid_mapping")?.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries) is not [var name, ..]
            || dataset.FindFrom(variable.Group, name)?.Attributes is not { } attributes)
        {
            return null;
        }

        return new GridMapping
        {
            Name = name,
            Texts = attributes.Where(a => a.Value is string).ToDictionary(a => a.Key, a => (string)a.Value),
            // _FillValue and its like are of the variable, which is of another type when it is written.
            Numbers = attributes.Where(a => a.Value is not string && !a.Key.StartsWith('_') && attributes.Numbers(a.Key).All(double.IsFinite))
                .ToDictionary(a => a.Key, a => attributes.Numbers(a.Key).ToArray()),
        };
    }
}
