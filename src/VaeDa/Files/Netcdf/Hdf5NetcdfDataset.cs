using VaeDa.Files.Netcdf.Hdf5;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// A netCDF-4 file with its groups. Dimensions are HDF5 dimension scales, named by each variable's <c>DIMENSION_LIST</c> (NetCDF User's
/// Guide, "NetCDF-4/HDF5 file format"). Not safe from several threads.
/// </summary>
internal sealed class Hdf5NetcdfDataset : NetcdfDataset
{
    // How netCDF-4 begins the NAME of a dimension that has no variable of its own.
    private const string BareDimension = "This is a netCDF dimension but not a netCDF variable";

    // How netCDF-4 begins the link name of a variable that is named like a dimension it does not have.
    private const string NoCoordinatePrefix = "_nc4_non_coord_";

    private readonly Hdf5File _file;
    private readonly Dictionary<NetcdfVariable, Hdf5Dataset> _datasets = [];
    private readonly List<NetcdfDimension> _dimensions = [];
    private readonly List<NetcdfVariable> _variables = [];

    /// <exception cref="InvalidInputException">The file is not HDF5, or broken.</exception>
    public Hdf5NetcdfDataset(string path)
        : base(path)
    {
        _file = Said(() => new Hdf5File(path));
        try
        {
            Said(() =>
            {
                ReadHeader();
                return true;
            });
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public override IReadOnlyList<NetcdfDimension> Dimensions => _dimensions;

    public override IReadOnlyList<NetcdfVariable> Variables => _variables;

    public override NetcdfAttributes Attributes { get; } = [];

    public override int UnpackedTogether(NetcdfVariable variable, int dimension) =>
        _datasets[variable].Chunk is { } chunk ? (int)Math.Min(chunk[dimension], int.MaxValue) : 1;

    private protected override long StoredLength(NetcdfVariable variable, int dimension) => _datasets[variable].Space.Lengths[dimension];

    private protected override void ReadStored(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> stored)
    {
        if (stored.Length == 0)
        {
            return;
        }

        var dataset = _datasets[variable];
        try
        {
            dataset.Read(start.ToArray(), count.ToArray(), stored);
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw Wrong(e, $"variable '{variable.FullName}' has ");
        }

        if (dataset.Type.IsBigEndian)
        {
            ByteOrder.SwapBigEndian(stored, dataset.Type.Size);
        }
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private static NetcdfType TypeOf(Hdf5Type type) => (type.Kind, type.Size) switch
    {
        (Hdf5Kind.Integer, 1) => type.IsSigned ? NetcdfType.Int8 : NetcdfType.UInt8,
        (Hdf5Kind.Integer, 2) => type.IsSigned ? NetcdfType.Int16 : NetcdfType.UInt16,
        (Hdf5Kind.Integer, 4) => type.IsSigned ? NetcdfType.Int32 : NetcdfType.UInt32,
        (Hdf5Kind.Integer, 8) => type.IsSigned ? NetcdfType.Int64 : NetcdfType.UInt64,
        (Hdf5Kind.Float, 2) => NetcdfType.Float16,
        (Hdf5Kind.Float, 4) => NetcdfType.Float32,
        (Hdf5Kind.Float, 8) => NetcdfType.Float64,
        _ => NetcdfType.Unsupported,
    };

    private static string Join(string group, string name) => group.Length == 0 ? name : $"{group}/{name}";

    private T Said<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException)
        {
            throw Wrong(e, "");
        }
    }

    private InvalidInputException Wrong(Exception e, string where) => new(
        e is InvalidDataException
            ? $"{Path}: not a whole netCDF-4 file: {where}{e.Message}; copy it or make it again"
            : $"{Path}: {where}{e.Message}, which is not read; 'nccopy -k cdf5' writes a file that holds all values itself, and plainly",
        e);

    /// <returns>A string, an array of numbers, or null for what CF attributes never are and for an empty list of numbers.</returns>
    private object? ValueOf(Hdf5Attribute attribute)
    {
        if (attribute.Type.Kind is Hdf5Kind.Text or Hdf5Kind.VariableText)
        {
            return string.Join(' ', attribute.Texts(_file.Heap));
        }

        var type = TypeOf(attribute.Type);
        if (type == NetcdfType.Unsupported || attribute.Space.Elements == 0)
        {
            return null;
        }

        var bytes = attribute.Data.ToArray();
        if (attribute.Type.IsBigEndian)
        {
            ByteOrder.SwapBigEndian(bytes, attribute.Type.Size);
        }

        return NetcdfAttributes.NumbersOf(type, bytes);
    }

    private void AddAttributes(IEnumerable<Hdf5Attribute> found, NetcdfAttributes attributes)
    {
        foreach (var attribute in found)
        {
            // The bookkeeping of netCDF-4 itself.
            if (attribute.Name is not ("CLASS" or "NAME" or "DIMENSION_LIST" or "REFERENCE_LIST" or "_Netcdf4Dimid" or "_Netcdf4Coordinates" or "_NCProperties")
                && ValueOf(attribute) is { } value)
            {
                attributes[attribute.Name] = value;
            }
        }
    }

    private string TextOf(Hdf5Dataset dataset, string attribute) => dataset.Attribute(attribute)?.Texts(_file.Heap) is [var text, ..] ? text : "";

    private bool IsDimensionScale(Hdf5Dataset dataset) => TextOf(dataset, "CLASS") == "DIMENSION_SCALE" && dataset.Space.Lengths.Length > 0;

    private void ReadHeader()
    {
        var scales = new Dictionary<string, NetcdfDimension>();
        var bare = new HashSet<Hdf5Dataset>();
        foreach (var scale in _file.Datasets.Where(IsDimensionScale))
        {
            var name = Join(scale.Group, scale.Name);
            scales.TryAdd(name, new NetcdfDimension(name, scale.Space.Lengths[0], scale.Space.MostLengths[0] == long.MaxValue));
            if (TextOf(scale, "NAME").StartsWith(BareDimension, StringComparison.Ordinal))
            {
                bare.Add(scale);
            }
        }

        // An unlimited dimension is as long as the longest of its variables, one of which its own coordinate need not be.
        foreach (var dataset in _file.Datasets)
        {
            foreach (var (dimension, d) in DimensionsOf(dataset, scales).Select((dimension, d) => (dimension, d)).Where(p => p.dimension.IsUnlimited))
            {
                scales[dimension.Name] = dimension with { Length = Math.Max(scales[dimension.Name].Length, dataset.Space.Lengths[d]) };
            }
        }

        _dimensions.AddRange(scales.Values);
        foreach (var dataset in _file.Datasets.Where(dataset => !bare.Contains(dataset)))
        {
            var variable = new NetcdfVariable
            {
                Name = dataset.Name.StartsWith(NoCoordinatePrefix, StringComparison.Ordinal) ? dataset.Name[NoCoordinatePrefix.Length..] : dataset.Name,
                Group = dataset.Group,
                Type = TypeOf(dataset.Type),
                Dimensions = DimensionsOf(dataset, scales),
            };
            AddAttributes(dataset.Attributes, variable.Attributes);
            _variables.Add(variable);
            _datasets.Add(variable, dataset);
        }

        AddAttributes(_file.Attributes, Attributes);
    }

    private NetcdfDimension[] DimensionsOf(Hdf5Dataset dataset, Dictionary<string, NetcdfDimension> scales)
    {
        var lengths = dataset.Space.Lengths;
        if (lengths.Length == 1 && scales.TryGetValue(Join(dataset.Group, dataset.Name), out var own))
        {
            return [own];
        }

        var names = dataset.Attribute("DIMENSION_LIST") is { } list ? _file.ReferredTo(list) : [];
        return [.. lengths.Select((length, d) =>
            (d < names.Length && names[d] is { } name ? InScope(dataset.Group, name, length, scales) : null) ?? new NetcdfDimension($"unnamed_{d}", length))];
    }

    /// <summary>A variable's dimension is in its own group or in one around it, the nearest that fits.</summary>
    private static NetcdfDimension? InScope(string group, string name, long length, Dictionary<string, NetcdfDimension> scales)
    {
        if (scales.TryGetValue(Join(group, name), out var scale) && (scale.Length == length || scale.IsUnlimited))
        {
            return scale;
        }

        return group.Length == 0 ? null : InScope(group[..Math.Max(0, group.LastIndexOf('/'))], name, length, scales);
    }
}
