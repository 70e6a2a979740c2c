using System.Runtime.InteropServices;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// A netCDF-4 file with its groups, by PureHDF. Dimensions are HDF5 dimension scales, named by each variable's
/// <c>DIMENSION_LIST</c> (NetCDF User's Guide, "NetCDF-4/HDF5 file format"). Not safe from several threads.
/// </summary>
internal sealed class Hdf5NetcdfDataset : NetcdfDataset
{
    // How netCDF-4 begins the NAME of a dimension that has no variable of its own.
    private const string BareDimension = "This is a netCDF dimension but not a netCDF variable";

    // How netCDF-4 begins the link name of a variable that is named like a dimension it does not have.
    private const string NoCoordinatePrefix = "_nc4_non_coord_";

    private const int MostGroups = 1000;
    private const int DeepestGroup = 10;

    private readonly NativeFile _file;
    private readonly Dictionary<NetcdfVariable, (NativeDataset Dataset, ulong[] Lengths)> _datasets = [];
    private readonly List<NetcdfDimension> _dimensions = [];
    private readonly List<NetcdfVariable> _variables = [];
    private int _groups;

    /// <exception cref="InvalidInputException">The file is not HDF5, or broken.</exception>
    public Hdf5NetcdfDataset(string path)
        : base(path)
    {
        NativeFile? file = null;
        try
        {
            file = H5File.OpenRead(path);
            _file = file;
            ReadHeader();
        }
        catch (Exception e) when (e is not InvalidInputException)
        {
            // PureHDF lets whatever a broken file leads to come through.
            file?.Dispose();
            throw new InvalidInputException($"{path}: a netCDF-4 file that cannot be read ({e.Message})", e);
        }
    }

    public override IReadOnlyList<NetcdfDimension> Dimensions => _dimensions;

    public override IReadOnlyList<NetcdfVariable> Variables => _variables;

    public override NetcdfAttributes Attributes { get; } = [];

    public override int UnpackedTogether(NetcdfVariable variable, int dimension) =>
        _datasets[variable].Dataset.Layout is { Class: H5DataLayoutClass.Chunked } layout ? (int)Math.Min(layout.Chunks[dimension], int.MaxValue) : 1;

    private protected override long StoredLength(NetcdfVariable variable, int dimension) => (long)_datasets[variable].Lengths[dimension];

    private protected override void ReadStored(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> stored)
    {
        if (stored.Length == 0)
        {
            return;
        }

        var dataset = _datasets[variable].Dataset;
        Selection? slab = null;
        if (start.Length > 0)
        {
            ulong[] starts = new ulong[start.Length], blocks = new ulong[count.Length];
            for (var d = 0; d < starts.Length; d++)
            {
                (starts[d], blocks[d]) = ((ulong)start[d], (ulong)count[d]);
            }

            slab = new HyperslabSelection(starts.Length, starts, blocks);
        }

        try
        {
            switch (variable.Type)
            {
                case NetcdfType.Int8 or NetcdfType.UInt8: dataset.Read(stored, slab); break;
                case NetcdfType.Int16: dataset.Read(MemoryMarshal.Cast<byte, short>(stored), slab); break;
                case NetcdfType.UInt16: dataset.Read(MemoryMarshal.Cast<byte, ushort>(stored), slab); break;
                case NetcdfType.Int32: dataset.Read(MemoryMarshal.Cast<byte, int>(stored), slab); break;
                case NetcdfType.UInt32: dataset.Read(MemoryMarshal.Cast<byte, uint>(stored), slab); break;
                case NetcdfType.Int64: dataset.Read(MemoryMarshal.Cast<byte, long>(stored), slab); break;
                case NetcdfType.UInt64: dataset.Read(MemoryMarshal.Cast<byte, ulong>(stored), slab); break;
                case NetcdfType.Float16: dataset.Read(MemoryMarshal.Cast<byte, Half>(stored), slab); break;
                case NetcdfType.Float32: dataset.Read(MemoryMarshal.Cast<byte, float>(stored), slab); break;
                default: dataset.Read(MemoryMarshal.Cast<byte, double>(stored), slab); break;
            }
        }
        catch (Exception e)
        {
            throw new InvalidInputException($"{Path}: variable '{variable.FullName}' cannot be read ({e.Message}); 'nccopy -k cdf5' rewrites it in a form that can", e);
        }
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private static NetcdfType TypeOf(IH5DataType type) => (type.Class, type.Size) switch
    {
        (H5DataTypeClass.FixedPoint, 1) => type.FixedPoint.IsSigned ? NetcdfType.Int8 : NetcdfType.UInt8,
        (H5DataTypeClass.FixedPoint, 2) => type.FixedPoint.IsSigned ? NetcdfType.Int16 : NetcdfType.UInt16,
        (H5DataTypeClass.FixedPoint, 4) => type.FixedPoint.IsSigned ? NetcdfType.Int32 : NetcdfType.UInt32,
        (H5DataTypeClass.FixedPoint, 8) => type.FixedPoint.IsSigned ? NetcdfType.Int64 : NetcdfType.UInt64,
        (H5DataTypeClass.FloatingPoint, 2) => NetcdfType.Float16,
        (H5DataTypeClass.FloatingPoint, 4) => NetcdfType.Float32,
        (H5DataTypeClass.FloatingPoint, 8) => NetcdfType.Float64,
        _ => NetcdfType.Unsupported,
    };

    /// <returns>A string, an array of numbers, or null for what CF attributes never are and for an empty list of numbers.</returns>
    private static object? ValueOf(IH5Attribute attribute)
    {
        var isText = attribute.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength;
        if (attribute.Space.Type == H5DataspaceType.Null || (attribute.Space.Rank > 0 && attribute.Space.Dimensions.Contains(0UL)))
        {
            return isText ? "" : null;
        }

        var isScalar = attribute.Space.Rank == 0;
        if (isText)
        {
            return isScalar ? attribute.Read<string>() : string.Join(' ', attribute.Read<string[]>());
        }

        return TypeOf(attribute.Type) switch
        {
            NetcdfType.Int8 => Numbers<sbyte>(),
            NetcdfType.UInt8 => Numbers<byte>(),
            NetcdfType.Int16 => Numbers<short>(),
            NetcdfType.UInt16 => Numbers<ushort>(),
            NetcdfType.Int32 => Numbers<int>(),
            NetcdfType.UInt32 => Numbers<uint>(),
            NetcdfType.Int64 => Numbers<long>(),
            NetcdfType.UInt64 => Numbers<ulong>(),
            NetcdfType.Float16 => Array.ConvertAll(Numbers<Half>(), half => (float)half),
            NetcdfType.Float32 => Numbers<float>(),
            NetcdfType.Float64 => Numbers<double>(),
            _ => null,
        };

        T[] Numbers<T>() => isScalar ? [attribute.Read<T>()] : attribute.Read<T[]>();
    }

    private static NetcdfAttributes AttributesOf(IH5Object owner)
    {
        var attributes = new NetcdfAttributes();
        foreach (var attribute in owner.Attributes())
        {
            // The bookkeeping of netCDF-4 itself.
            if (attribute.Name is not ("CLASS" or "NAME" or "DIMENSION_LIST" or "REFERENCE_LIST" or "_Netcdf4Dimid" or "_Netcdf4Coordinates" or "_NCProperties")
                && ValueOf(attribute) is { } value)
            {
                attributes[attribute.Name] = value;
            }
        }

        return attributes;
    }

    private static bool IsDimensionScale(NativeDataset dataset) =>
        dataset.AttributeExists("CLASS") && dataset.Attribute("CLASS").Read<string>() == "DIMENSION_SCALE";

    private static bool IsBareDimension(NativeDataset dataset) =>
        dataset.AttributeExists("NAME") && dataset.Attribute("NAME").Read<string>().StartsWith(BareDimension, StringComparison.Ordinal);

    private void ReadHeader()
    {
        var found = new List<(string Group, NativeDataset Dataset)>();
        Collect(_file, "", found);
        var scales = found.Where(f => IsDimensionScale(f.Dataset)).ToDictionary(f => Join(f.Group, f.Dataset.Name), f =>
            new NetcdfDimension(Join(f.Group, f.Dataset.Name), (long)f.Dataset.Space.Dimensions[0], f.Dataset.Space.MaxDimensions[0] == ulong.MaxValue));
        // An unlimited dimension is as long as the longest of its variables, one of which its own coordinate need not be.
        foreach (var (group, dataset) in found)
        {
            foreach (var (dimension, d) in DimensionsOf(group, dataset, scales).Select((dimension, d) => (dimension, d)).Where(p => p.dimension.IsUnlimited))
            {
                scales[dimension.Name] = dimension with { Length = Math.Max(scales[dimension.Name].Length, (long)dataset.Space.Dimensions[d]) };
            }
        }

        _dimensions.AddRange(scales.Values);
        foreach (var (group, dataset) in found.Where(f => !scales.ContainsKey(Join(f.Group, f.Dataset.Name)) || !IsBareDimension(f.Dataset)))
        {
            var variable = new NetcdfVariable
            {
                Name = dataset.Name.StartsWith(NoCoordinatePrefix, StringComparison.Ordinal) ? dataset.Name[NoCoordinatePrefix.Length..] : dataset.Name,
                Group = group,
                Type = TypeOf(dataset.Type),
                Dimensions = DimensionsOf(group, dataset, scales),
                Attributes = AttributesOf(dataset),
            };
            _variables.Add(variable);
            _datasets.Add(variable, (dataset, dataset.Space.Dimensions));
        }

        foreach (var (name, value) in AttributesOf(_file))
        {
            Attributes[name] = value;
        }
    }

    /// <summary>The datasets of a group and of those in it. Links may lead in circles: there is an end to both depth and number.</summary>
    private void Collect(NativeGroup group, string name, List<(string Group, NativeDataset Dataset)> found)
    {
        if (++_groups > MostGroups || name.Count(c => c == '/') > DeepestGroup)
        {
            throw new InvalidInputException($"{Path}: more than {MostGroups} groups, or groups more than {DeepestGroup} deep");
        }

        foreach (var child in group.Children())
        {
            if (child is NativeDataset dataset)
            {
                found.Add((name, dataset));
            }
            else if (child is NativeGroup inner)
            {
                Collect(inner, Join(name, inner.Name), found);
            }
        }
    }

    private static string Join(string group, string name) => group.Length == 0 ? name : $"{group}/{name}";

    private NetcdfDimension[] DimensionsOf(string group, NativeDataset dataset, Dictionary<string, NetcdfDimension> scales)
    {
        var lengths = dataset.Space.Dimensions;
        if (dataset.Space.Rank == 1 && scales.TryGetValue(Join(group, dataset.Name), out var own))
        {
            return [own];
        }

        var names = dataset.AttributeExists("DIMENSION_LIST")
            ? Array.ConvertAll(dataset.Attribute("DIMENSION_LIST").Read<NativeObjectReference1[][]>(), list => _file.Get(list[0]).Name)
            : [];
        return [.. lengths.Select((length, d) =>
            (d < names.Length ? InScope(group, names[d], (long)length, scales) : null) ?? new NetcdfDimension($"unnamed_{d}", (long)length))];
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
