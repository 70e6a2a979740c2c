using System.Runtime.InteropServices;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// The root group of a netCDF-4 file, by PureHDF. Dimensions are HDF5 dimension scales, named by each variable's
/// <c>DIMENSION_LIST</c> (NetCDF User's Guide, "NetCDF-4/HDF5 file format"). Not safe from several threads.
/// </summary>
internal sealed class Hdf5NetcdfDataset : NetcdfDataset
{
    // How netCDF-4 begins the NAME of a dimension that has no variable of its own.
    private const string BareDimension = "This is a netCDF dimension but not a netCDF variable";

    // How netCDF-4 begins the link name of a variable that is named like a dimension it does not have.
    private const string NoCoordinatePrefix = "_nc4_non_coord_";

    private readonly NativeFile _file;
    private readonly Dictionary<NetcdfVariable, NativeDataset> _datasets = [];
    private readonly List<NetcdfDimension> _dimensions = [];
    private readonly List<NetcdfVariable> _variables = [];

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
        _datasets[variable].Layout is { Class: H5DataLayoutClass.Chunked } layout ? (int)Math.Min(layout.Chunks[dimension], int.MaxValue) : 1;

    private protected override void ReadStored(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> stored)
    {
        if (stored.Length == 0)
        {
            return;
        }

        var dataset = _datasets[variable];
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
                case NetcdfType.Float32: dataset.Read(MemoryMarshal.Cast<byte, float>(stored), slab); break;
                default: dataset.Read(MemoryMarshal.Cast<byte, double>(stored), slab); break;
            }
        }
        catch (Exception e)
        {
            throw new InvalidInputException($"{Path}: variable '{variable.Name}' cannot be read ({e.Message}); 'nccopy -k cdf5' rewrites it in a form that can", e);
        }
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private static NetcdfType TypeOf(IH5DataType type) => (type.Class, type.Size) switch
    {
        (H5DataTypeClass.FixedPoint, 1) => type.FixedPoint.IsSigned ? NetcdfType.Int8 : NetcdfType.UInt8,
        (H5DataTypeClass.FixedPoint, 2) => type.FixedPoint.IsSigned ? NetcdfType.Int16 : NetcdfType.UInt16,
        (H5DataTypeClass.FixedPoint, 4) => type.FixedPoint.IsSigned ? NetcdfType.Int32 : NetcdfType.UInt32,
        (H5DataTypeClass.FixedPoint, 8) => type.FixedPoint.IsSigned ? NetcdfType.Int64 : NetcdfType.UInt64,
        (H5DataTypeClass.FloatingPoint, 4) => NetcdfType.Float32,
        (H5DataTypeClass.FloatingPoint, 8) => NetcdfType.Float64,
        _ => NetcdfType.Unsupported,
    };

    /// <returns>A string, <c>double[]</c>, or null for what CF attributes never are.</returns>
    private static object? ValueOf(IH5Attribute attribute)
    {
        if (attribute.Type.Class is H5DataTypeClass.String or H5DataTypeClass.VariableLength)
        {
            return attribute.Space.Rank == 0 ? attribute.Read<string>() : string.Join(' ', attribute.Read<string[]>());
        }

        var isScalar = attribute.Space.Rank == 0;
        return TypeOf(attribute.Type) switch
        {
            NetcdfType.Int8 => Widen(isScalar ? [attribute.Read<sbyte>()] : attribute.Read<sbyte[]>()),
            NetcdfType.UInt8 => Widen(isScalar ? [attribute.Read<byte>()] : attribute.Read<byte[]>()),
            NetcdfType.Int16 => Widen(isScalar ? [attribute.Read<short>()] : attribute.Read<short[]>()),
            NetcdfType.UInt16 => Widen(isScalar ? [attribute.Read<ushort>()] : attribute.Read<ushort[]>()),
            NetcdfType.Int32 => Widen(isScalar ? [attribute.Read<int>()] : attribute.Read<int[]>()),
            NetcdfType.UInt32 => Widen(isScalar ? [attribute.Read<uint>()] : attribute.Read<uint[]>()),
            NetcdfType.Int64 => Widen(isScalar ? [attribute.Read<long>()] : attribute.Read<long[]>()),
            NetcdfType.UInt64 => Widen(isScalar ? [attribute.Read<ulong>()] : attribute.Read<ulong[]>()),
            NetcdfType.Float32 => Widen(isScalar ? [attribute.Read<float>()] : attribute.Read<float[]>()),
            NetcdfType.Float64 => isScalar ? [attribute.Read<double>()] : attribute.Read<double[]>(),
            _ => null,
        };
    }

    private static double[] Widen<T>(T[] values)
        where T : System.Numerics.INumber<T> => Array.ConvertAll(values, double.CreateTruncating);

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
        var datasets = _file.Children().OfType<NativeDataset>().ToList();
        var scales = datasets.Where(IsDimensionScale).ToDictionary(d => d.Name, d =>
            new NetcdfDimension(d.Name, (long)d.Space.Dimensions[0], d.Space.MaxDimensions[0] == ulong.MaxValue));
        _dimensions.AddRange(scales.Values);
        foreach (var dataset in datasets.Where(d => !scales.ContainsKey(d.Name) || !IsBareDimension(d)))
        {
            var variable = new NetcdfVariable
            {
                Name = dataset.Name.StartsWith(NoCoordinatePrefix, StringComparison.Ordinal) ? dataset.Name[NoCoordinatePrefix.Length..] : dataset.Name,
                Type = TypeOf(dataset.Type),
                Dimensions = DimensionsOf(dataset, scales),
                Attributes = AttributesOf(dataset),
            };
            _variables.Add(variable);
            _datasets.Add(variable, dataset);
        }

        foreach (var (name, value) in AttributesOf(_file))
        {
            Attributes[name] = value;
        }
    }

    private NetcdfDimension[] DimensionsOf(NativeDataset dataset, Dictionary<string, NetcdfDimension> scales)
    {
        var lengths = dataset.Space.Dimensions;
        if (dataset.Space.Rank == 1 && scales.TryGetValue(dataset.Name, out var own))
        {
            return [own];
        }

        if (dataset.AttributeExists("DIMENSION_LIST"))
        {
            var references = dataset.Attribute("DIMENSION_LIST").Read<NativeObjectReference1[][]>();
            // A variable may lag behind its unlimited dimension: what counts is what it has.
            return [.. references.Select((list, d) => scales[_file.Get(list[0]).Name] with { Length = (long)lengths[d] })];
        }

        return [.. lengths.Select((length, d) => new NetcdfDimension($"unnamed_{d}", (long)length))];
    }
}
