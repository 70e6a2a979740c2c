using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using VaeDa.Files.Outputs;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// Writes a classic netCDF file: CDF-2, or CDF-5 where sizes or types need it. First define dimensions, variables and
/// attributes; then write values, in any order; then <see cref="Complete"/>. Values may be written from one thread.
/// </summary>
/// <example><code>
/// AtomicFile.Write("analysis.nc", path =>
/// {
///     using var file = new ClassicNetcdfWriter(path);
///     file.Attributes["history"] = command;
///     var (latitude, longitude) = file.AddGrid(grid);
///     var mean = file.AddVariable("t_mean", NetcdfType.Float32, [latitude, longitude], new() { ["units"] = "K" });
///     file.Write(mean, values);
///     file.Complete();
/// });
/// </code></example>
internal sealed class ClassicNetcdfWriter : IDisposable
{
    private readonly FileStream _stream;
    private readonly List<NetcdfDimension> _dimensions = [];
    private readonly List<Definition> _definitions = [];
    private readonly List<(NetcdfVariable Variable, double[] Values)> _constants = [];
    private bool _isDefined;
    private bool _isWide;
    private long _headerLength;
    private long _recordSize;
    private long _records;

    public ClassicNetcdfWriter(string path)
    {
        _stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Global attributes; may be set until <see cref="Complete"/> as long as their lengths stay the same.</summary>
    public NetcdfAttributes Attributes { get; } = new() { ["Conventions"] = "CF-1.11" };

    public IReadOnlyList<NetcdfDimension> Dimensions => _dimensions;

    public NetcdfDimension AddDimension(string name, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        return AddDimension(new NetcdfDimension(name, length));
    }

    /// <summary>The record dimension, along which the file grows; one at most, and the first of the variables that have it.</summary>
    public NetcdfDimension AddRecordDimension(string name) => _dimensions.Any(d => d.IsUnlimited)
        ? throw new InvalidOperationException("the classic format has one record dimension")
        : AddDimension(new NetcdfDimension(name, 0, IsUnlimited: true));

    /// <summary>A dimension with its coordinate variable, float64, of the same name.</summary>
    public NetcdfDimension AddCoordinate(string name, IReadOnlyList<double> values, NetcdfAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(values);
        var dimension = AddDimension(name, values.Count);
        AddConstant(name, NetcdfType.Float64, [dimension], values, attributes);
        return dimension;
    }

    /// <summary>A variable whose values are known while the file is being defined; they are written when it has been.</summary>
    /// <inheritdoc cref="AddVariable"/>
    public void AddConstant(string name, NetcdfType type, IReadOnlyList<NetcdfDimension> dimensions, IReadOnlyList<double> values, NetcdfAttributes attributes) =>
        _constants.Add((AddVariable(name, type, dimensions, attributes), [.. values]));

    /// <param name="name">Name in the file.</param>
    /// <param name="type">Any but <see cref="NetcdfType.Char"/> and <see cref="NetcdfType.Unsupported"/>.</param>
    /// <param name="dimensions">Of this file, slowest first; empty for a scalar.</param>
    /// <param name="attributes">
    /// <c>scale_factor</c>, <c>add_offset</c> and <c>_FillValue</c> pack the values written (the fill value must be of the
    /// variable's type). They may be set anew until the variable's first values are written.
    /// </param>
    public NetcdfVariable AddVariable(string name, NetcdfType type, IReadOnlyList<NetcdfDimension> dimensions, NetcdfAttributes? attributes = null)
    {
        ArgumentNullException.ThrowIfNull(dimensions);
        RequireDefining();
        if (type is NetcdfType.Char or NetcdfType.Unsupported || _definitions.Any(d => d.Variable.Name == name))
        {
            throw new ArgumentException($"variable '{name}' is there already, or holds no numbers");
        }

        if (dimensions.Any(d => !_dimensions.Contains(d)) || dimensions.Skip(1).Any(d => d.IsUnlimited))
        {
            throw new ArgumentException($"variable '{name}': its dimensions must be this file's, the record dimension first");
        }

        var variable = new NetcdfVariable { Name = name, Type = type, Dimensions = [.. dimensions], Attributes = attributes ?? [] };
        _definitions.Add(new Definition(variable));
        return variable;
    }

    /// <summary>Writes all of a variable that has no record dimension.</summary>
    /// <param name="variable">One of this file's.</param>
    /// <param name="values">Row-major, unpacked, NaN where missing.</param>
    /// <exception cref="ArgumentException">The values are too few or too many, or one does not fit the variable's packing.</exception>
    public void Write<TValue>(NetcdfVariable variable, ReadOnlySpan<TValue> values)
        where TValue : unmanaged, INumber<TValue>
    {
        var definition = Definition.Of(_definitions, variable);
        if (definition.IsRecord)
        {
            throw new ArgumentException($"variable '{variable.Name}' is written record by record");
        }

        Write(definition, 0, definition.Slices, values);
    }

    public void Write<TValue>(NetcdfVariable variable, TValue[] values)
        where TValue : unmanaged, INumber<TValue> => Write(variable, (ReadOnlySpan<TValue>)values);

    /// <summary>Writes what a variable has at one index of its first dimension: a record, or a slice.</summary>
    /// <param name="variable">One of this file's.</param>
    /// <param name="index">From 0; along the record dimension the file grows as needed.</param>
    /// <param name="values">Row-major, unpacked, NaN where missing.</param>
    /// <exception cref="ArgumentException">The values are too few or too many, or one does not fit the variable's packing.</exception>
    public void WriteSlice<TValue>(NetcdfVariable variable, long index, params ReadOnlySpan<TValue> values)
        where TValue : unmanaged, INumber<TValue>
    {
        var definition = Definition.Of(_definitions, variable);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        if (!definition.IsRecord)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, definition.Slices);
        }

        Write(definition, index, 1, values);
    }

    /// <summary>Writes what a variable has at one index of its first dimension and one of its second: a member's field of a record.</summary>
    /// <param name="variable">One of this file's.</param>
    /// <param name="index">Of the first dimension, from 0; along the record dimension the file grows as needed.</param>
    /// <param name="part">Of the second dimension, from 0.</param>
    /// <param name="values">Row-major, unpacked, NaN where missing.</param>
    /// <exception cref="ArgumentException">The values are too few or too many, or one does not fit the variable's packing.</exception>
    public void WritePart<TValue>(NetcdfVariable variable, long index, long part, ReadOnlySpan<TValue> values)
        where TValue : unmanaged, INumber<TValue>
    {
        var definition = Definition.Of(_definitions, variable);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfNegative(part);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(part, definition.Parts);
        if (!definition.IsRecord)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, definition.Slices);
        }

        Store(definition, index, part, definition.SliceElements / definition.Parts, values);
        definition.MarkPart(index, part);
    }

    /// <summary>Finishes the file.</summary>
    /// <exception cref="InvalidOperationException">A variable has not been written, or not in all records.</exception>
    public void Complete()
    {
        EndDefinition();
        foreach (var definition in _definitions)
        {
            var due = definition.IsRecord ? _records : definition.Slices;
            if (definition.Written != due)
            {
                throw new InvalidOperationException($"variable '{definition.Variable.Name}': {definition.Written} of {due} slices written");
            }
        }

        // The last value may be followed by padding that has not been written.
        var end = _definitions.Select(d => d.IsRecord ? d.Begin + (_records - 1) * _recordSize + Math.Min(d.Size, _recordSize) : d.Begin + d.Size).Append(_headerLength).Max();
        if (_stream.Length < end)
        {
            _stream.SetLength(end);
        }

        var header = Header();
        if (header.Length != _headerLength)
        {
            throw new InvalidOperationException("an attribute changed its length after values were written");
        }

        _stream.Position = 0;
        _stream.Write(header);
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();

    private NetcdfDimension AddDimension(NetcdfDimension dimension)
    {
        RequireDefining();
        if (_dimensions.Any(d => d.Name == dimension.Name))
        {
            throw new ArgumentException($"dimension '{dimension.Name}' is there already");
        }

        _dimensions.Add(dimension);
        return dimension;
    }

    private void RequireDefining()
    {
        if (_isDefined)
        {
            throw new InvalidOperationException("values have been written: the file's definition is closed");
        }
    }

    private void EndDefinition()
    {
        if (_isDefined)
        {
            return;
        }

        _isDefined = true;
        // Sizes in a CDF-2 header are 32-bit; so are the lengths of its dimensions.
        _isWide = _definitions.Any(d => d.Size > uint.MaxValue - 3L || (d.Variable.Type >= NetcdfType.UInt8))
            || _dimensions.Any(d => d.Length > int.MaxValue)
            || _definitions.SelectMany(d => d.Variable.Attributes).Concat(Attributes).Any(a => a.Value is long or long[]);
        _headerLength = Header().Length;
        var offset = _headerLength;
        foreach (var definition in _definitions.Where(d => !d.IsRecord))
        {
            definition.Begin = offset;
            offset += definition.Size;
        }

        foreach (var definition in _definitions.Where(d => d.IsRecord))
        {
            definition.Begin = offset;
            offset += definition.Size;
            _recordSize += definition.Size;
        }

        // A lone record variable of small elements is not padded between its records.
        if (_definitions.Where(d => d.IsRecord).ToList() is [var lone])
        {
            _recordSize = lone.SliceElements * lone.Variable.Type.Size();
        }

        foreach (var (variable, values) in _constants)
        {
            Write(variable, values);
        }
    }

    private void Write<TValue>(Definition definition, long first, long slices, ReadOnlySpan<TValue> values)
        where TValue : unmanaged, INumber<TValue>
    {
        Store(definition, first, 0, slices * definition.SliceElements, values);
        for (var slice = first; slice < first + slices; slice++)
        {
            definition.Mark(slice);
        }
    }

    /// <param name="definition">Of the variable.</param>
    /// <param name="slice">Index of the first dimension.</param>
    /// <param name="part">Number of such stretches before it in the slice.</param>
    /// <param name="due">How many values there must be.</param>
    /// <param name="values">Row-major.</param>
    private void Store<TValue>(Definition definition, long slice, long part, long due, ReadOnlySpan<TValue> values)
        where TValue : unmanaged, INumber<TValue>
    {
        EndDefinition();
        if (values.Length != due)
        {
            throw new ArgumentException($"variable '{definition.Variable.Name}': {values.Length} values where {due} are due");
        }

        var size = definition.Variable.Type.Size();
        var length = checked(values.Length * size);
        var buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var bytes = buffer.AsSpan(0, length);
            (definition.Packing ??= new CfPacking(definition.Variable)).Encode(values, bytes);
            ByteOrder.SwapBigEndian(bytes, size);
            var position = definition.Begin + slice * (definition.IsRecord ? _recordSize : definition.SliceElements * size) + part * length;
            if (_stream.Position != position)
            {
                _stream.Position = position;
            }

            _stream.Write(bytes);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (definition.IsRecord)
        {
            _records = Math.Max(_records, slice + 1);
        }
    }

    private byte[] Header()
    {
        var header = new HeaderWriter(_isWide);
        header.Bytes([(byte)'C', (byte)'D', (byte)'F', (byte)(_isWide ? 5 : 2)]);
        header.Count(_records);
        header.List(10, _dimensions.Count);
        foreach (var dimension in _dimensions)
        {
            header.Name(dimension.Name);
            header.Count(dimension.Length);
        }

        header.Attributes(Attributes);
        header.List(11, _definitions.Count);
        foreach (var definition in _definitions)
        {
            var variable = definition.Variable;
            header.Name(variable.Name);
            header.Count(variable.Dimensions.Count);
            foreach (var dimension in variable.Dimensions)
            {
                header.Count(_dimensions.IndexOf(dimension));
            }

            header.Attributes(variable.Attributes);
            header.Narrow((uint)variable.Type);
            header.Count(definition.Size);
            header.Offset(definition.Begin);
        }

        return header.ToArray();
    }

    private sealed class Definition(NetcdfVariable variable)
    {
        private readonly HashSet<long> _scattered = [];
        private readonly Dictionary<long, HashSet<long>> _parts = []; // of slices that are not whole
        private long _inOrder;

        public NetcdfVariable Variable => variable;

        public bool IsRecord { get; } = variable.Dimensions is [{ IsUnlimited: true }, ..];

        /// <summary>Indices of the first dimension; 1 for a scalar.</summary>
        public long Slices { get; } = variable.Dimensions is [var first, ..] ? first.Length : 1;

        /// <summary>Elements at one index of the first dimension.</summary>
        public long SliceElements { get; } = variable.Dimensions.Skip(1).Aggregate(1L, (product, d) => checked(product * d.Length));

        /// <summary>Indices of the second dimension; 1 without one.</summary>
        public long Parts { get; } = variable.Dimensions.Count > 1 ? variable.Dimensions[1].Length : 1;

        /// <summary>Bytes of the variable, or of one record of it, padded.</summary>
        public long Size { get; } = ClassicNetcdfDataset.PaddedSize(variable.Type, variable.Dimensions);

        public long Begin { get; set; }

        public CfPacking? Packing { get; set; }

        /// <summary>Number of different slices written.</summary>
        public long Written => _inOrder + _scattered.Count;

        public static Definition Of(List<Definition> definitions, NetcdfVariable variable) =>
            definitions.Find(d => d.Variable == variable) ?? throw new ArgumentException("the variable is not this file's", nameof(variable));

        public void MarkPart(long slice, long part)
        {
            if (!_parts.TryGetValue(slice, out var written))
            {
                _parts[slice] = written = [];
            }

            written.Add(part);
            if (written.Count == Parts)
            {
                _parts.Remove(slice);
                Mark(slice);
            }
        }

        public void Mark(long slice)
        {
            if (slice == _inOrder)
            {
                _inOrder++;
                while (_scattered.Remove(_inOrder))
                {
                    _inOrder++;
                }
            }
            else if (slice > _inOrder)
            {
                _scattered.Add(slice);
            }
        }
    }

    private sealed class HeaderWriter(bool isWide)
    {
        private readonly MemoryStream _bytes = new();

        public byte[] ToArray() => _bytes.ToArray();

        public void Bytes(ReadOnlySpan<byte> bytes)
        {
            _bytes.Write(bytes);
            _bytes.Write(stackalloc byte[(4 - bytes.Length % 4) % 4]);
        }

        public void Narrow(uint value)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            _bytes.Write(bytes);
        }

        public void Count(long value)
        {
            if (isWide)
            {
                Offset(value);
            }
            else
            {
                Narrow((uint)Math.Min(value, uint.MaxValue));
            }
        }

        public void Offset(long value)
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteInt64BigEndian(bytes, value);
            _bytes.Write(bytes);
        }

        public void Name(string name)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            Count(bytes.Length);
            Bytes(bytes);
        }

        public void List(uint tag, int count)
        {
            Narrow(count == 0 ? 0 : tag);
            Count(count);
        }

        public void Attributes(NetcdfAttributes attributes)
        {
            List(12, attributes.Count);
            foreach (var (name, value) in attributes)
            {
                Name(name);
                switch (value)
                {
                    case string text:
                        var bytes = Encoding.UTF8.GetBytes(text);
                        Narrow((uint)NetcdfType.Char);
                        Count(bytes.Length);
                        Bytes(bytes);
                        break;
                    case sbyte or sbyte[]: Numbers(NetcdfType.Int8, value as sbyte[] ?? [(sbyte)value]); break;
                    case short or short[]: Numbers(NetcdfType.Int16, value as short[] ?? [(short)value]); break;
                    case int or int[]: Numbers(NetcdfType.Int32, value as int[] ?? [(int)value]); break;
                    case long or long[]: Numbers(NetcdfType.Int64, value as long[] ?? [(long)value]); break;
                    case float or float[]: Numbers(NetcdfType.Float32, value as float[] ?? [(float)value]); break;
                    case double or double[]: Numbers(NetcdfType.Float64, value as double[] ?? [(double)value]); break;
                    default: throw new ArgumentException($"attribute '{name}': {value.GetType().Name} is not a type of netCDF attributes");
                }
            }
        }

        private void Numbers<T>(NetcdfType type, T[] values)
            where T : unmanaged
        {
            Narrow((uint)type);
            Count(values.Length);
            var bytes = MemoryMarshal.AsBytes<T>(values).ToArray();
            ByteOrder.SwapBigEndian(bytes, type.Size());
            Bytes(bytes);
        }
    }
}
