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
    private bool IsProjected => Latitude.Dimensions.Count == 2;

    /// <returns>Null for a variable that is on no grid.</returns>
    public static HorizontalAxes? Of(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var dimensions = variable.Dimensions.ToList();
        var own = dimensions.Select(d => dataset.Find(d.Name)).Where(v => v is { Dimensions.Count: 1 }).ToList();
        if (own.FindLast(v => IsLatitude(v!)) is { } latitude && own.FindLast(v => IsLongitude(v!)) is { } longitude)
        {
            return new(dimensions.IndexOf(latitude.Dimensions[0]), dimensions.IndexOf(longitude.Dimensions[0]), latitude, longitude);
        }

        // Those that the variable names come first; files that name none have them all the same.
        var named = variable.Attributes.Text("coordinates")?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];
        var onBoth = dataset.Variables.Where(v => v.Dimensions.Count == 2 && v.Dimensions.All(dimensions.Contains)).OrderByDescending(v => named.Contains(v.Name)).ToList();
        return onBoth.Find(IsLatitude) is { } latitudes && onBoth.Find(v => IsLongitude(v) && v.Dimensions.SequenceEqual(latitudes.Dimensions)) is { } longitudes
            ? new(dimensions.IndexOf(latitudes.Dimensions[0]), dimensions.IndexOf(latitudes.Dimensions[1]), latitudes, longitudes)
            : null;
    }

    public static bool IsLatitude(NetcdfVariable coordinate) =>
        coordinate.Name.ToLowerInvariant() is "lat" or "latitude"
        || coordinate.Attributes.Text("standard_name") == "latitude"
        || coordinate.Attributes.Text("units") is "degrees_north" or "degree_north" or "degrees_N" or "degree_N";

    public static bool IsLongitude(NetcdfVariable coordinate) =>
        coordinate.Name.ToLowerInvariant() is "lon" or "longitude"
        || coordinate.Attributes.Text("standard_name") == "longitude"
        || coordinate.Attributes.Text("units") is "degrees_east" or "degree_east" or "degrees_E" or "degree_E";

    /// <summary>Reads the grid.</summary>
    /// <exception cref="InvalidInputException">The coordinates are not those of a grid.</exception>
    public FieldOrder ReadOrder(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var (latitudes, longitudes) = (Values(dataset, Latitude), Values(dataset, Longitude));
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

    private static double[] Values(NetcdfDataset dataset, NetcdfVariable coordinate)
    {
        var values = dataset.ReadAll(coordinate);
        return coordinate switch
        {
            // 50.1 stored as float32 is 50.0999985: five decimals are all it holds.
            { Type: NetcdfType.Float32 } => Array.ConvertAll(values, value => Math.Round(value, 5)),
            // A millimetre; the rest of what a projection's formulae give would double the archive's description.
            { Dimensions.Count: 2 } => Array.ConvertAll(values, value => Math.Round(value, 8)),
            _ => values,
        };
    }

    private static GridMapping? MappingOf(NetcdfDataset dataset, NetcdfVariable variable) =>
        variable.Attributes.Text("grid_mapping") is { } name && dataset.Find(name)?.Attributes is { } attributes
            ? new GridMapping
            {
                Name = name,
                Texts = attributes.Where(a => a.Value is string).ToDictionary(a => a.Key, a => (string)a.Value),
                // _FillValue and its like are of the variable, which is of another type when it is written.
                Numbers = attributes.Where(a => a.Value is not string && !a.Key.StartsWith('_') && attributes.Numbers(a.Key).All(double.IsFinite))
                    .ToDictionary(a => a.Key, a => attributes.Numbers(a.Key).ToArray()),
            }
            : null;
}
