using System.Text;
using Microsoft.Win32.SafeHandles;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// A classic netCDF file: CDF-1, CDF-2 (64-bit offsets) or CDF-5 (64-bit data). The format is given in the NetCDF User's
/// Guide, "File format specifications". Reads are safe from several threads.
/// </summary>
internal sealed class ClassicNetcdfDataset : NetcdfDataset
{
    private const uint TagDimension = 10;
    private const uint TagVariable = 11;
    private const uint TagAttribute = 12;

    // The netCDF library's own limit (NC_MAX_VAR_DIMS).
    private const int MostDimensions = 1024;

    private readonly SafeFileHandle _file;
    private readonly long _fileLength;
    private readonly Dictionary<NetcdfVariable, long> _begins = [];
    private readonly List<NetcdfDimension> _dimensions = [];
    private readonly List<NetcdfVariable> _variables = [];
    private readonly long _recordSize;

    /// <exception cref="InvalidInputException">The file is not classic netCDF, or broken.</exception>
    public ClassicNetcdfDataset(string path)
        : base(path)
    {
        if (File.Exists(path))
        {
            // To open a pipe waits for who writes to it.
            InputFile.RequireRegular(path);
        }

        _file = File.OpenHandle(path);
        try
        {
            _fileLength = RandomAccess.GetLength(_file);
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            _recordSize = ReadHeader(new HeaderReader(stream, _fileLength));
            CheckEnds();
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or OverflowException or InvalidDataException)
        {
            _file.Dispose();
            var said = e is InvalidDataException ? e.Message : e is EndOfStreamException ? "its header is cut short" : "its header asks for more than a file can have";
            throw new InvalidInputException($"{path}: not a whole netCDF file: {said}; copy it or make it again", e);
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

    /// <summary>Where the records begin, which have a value of each variable along the unlimited dimension, and the size of one, in bytes.</summary>
    internal (long Start, long Length) Records => (_variables.Where(v => v.Dimensions is [{ IsUnlimited: true }, ..]).Select(v => _begins[v]).DefaultIfEmpty(_fileLength).Min(), _recordSize);

    /// <summary>Bytes that a variable takes, or one record of it, as the format pads it to 4.</summary>
    internal static long PaddedSize(NetcdfType type, IEnumerable<NetcdfDimension> dimensions) =>
        (BytesOf(type, dimensions.Where(d => !d.IsUnlimited)) + 3) / 4 * 4;

    private protected override void ReadStored(NetcdfVariable variable, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> stored)
    {
        var size = variable.Type.Size();
        var rank = variable.Dimensions.Count;
        Span<long> strides = stackalloc long[rank];
        var stride = (long)size;
        for (var d = rank - 1; d >= 0; d--)
        {
            strides[d] = variable.Dimensions[d].IsUnlimited ? _recordSize : stride;
            stride *= variable.Dimensions[d].Length;
        }

        ReadFrom(variable, 0, _begins[variable], strides, start, count, stored);
        ByteOrder.SwapBigEndian(stored, size);
    }

    protected override void Dispose(bool disposing) => _file.Dispose();

    private void ReadFrom(NetcdfVariable variable, int d, long offset, ReadOnlySpan<long> strides, ReadOnlySpan<long> start, ReadOnlySpan<long> count, Span<byte> stored)
    {
        if (stored.Length == 0)
        {
            return;
        }

        var rank = variable.Dimensions.Count;
        var isContiguous = d == rank || !variable.Dimensions[d].IsUnlimited;
        for (var inner = d + 1; inner < rank; inner++)
        {
            isContiguous &= count[inner] == variable.Dimensions[inner].Length;
        }

        if (isContiguous)
        {
            ReadBytes(offset + (d == rank ? 0 : start[d] * strides[d]), stored);
            return;
        }

        var part = (int)(stored.Length / count[d]);
        for (var i = 0; i < count[d]; i++)
        {
            ReadFrom(variable, d + 1, offset + (start[d] + i) * strides[d], strides, start, count, stored.Slice(i * part, part));
        }
    }

    /// <summary>Reads what stands in the file, whatever it means.</summary>
    /// <exception cref="InvalidInputException">The file is shorter.</exception>
    internal void ReadBytes(long offset, Span<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(_file, bytes, offset);
            if (read == 0)
            {
                throw new InvalidInputException($"{Path}: not a whole netCDF file: cut short (needs {offset + bytes.Length:N0} bytes, has {_fileLength:N0}); copy it or make it again");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    /// <summary>What the header promises must be there before any of it is made room for.</summary>
    private void CheckEnds()
    {
        foreach (var (variable, begin) in _begins)
        {
            var isOfRecords = variable.Dimensions is [{ IsUnlimited: true }, ..];
            var records = isOfRecords ? variable.Dimensions[0].Length : 1;
            var bytes = BytesOf(variable.Type, variable.Dimensions.Skip(isOfRecords ? 1 : 0));
            if (records > 0 && begin + bytes + checked((records - 1) * _recordSize) is var end && end > _fileLength && bytes > 0)
            {
                throw new InvalidDataException(FormattableString.Invariant($"cut short (needs {end:N0} bytes, has {_fileLength:N0})"));
            }
        }
    }

    private static long BytesOf(NetcdfType type, IEnumerable<NetcdfDimension> dimensions) =>
        dimensions.Aggregate((long)type.Size(), (size, d) => checked(size * d.Length));

    private long ReadHeader(HeaderReader header)
    {
        var magic = header.Bytes(4);
        header.IsWide = magic[3] == 5;
        header.HasWideOffsets = magic[3] is 2 or 5;
        if (magic[3] is not (1 or 2 or 5))
        {
            throw new InvalidDataException($"version {magic[3]}; 1, 2 or 5 is known");
        }

        var records = header.Count();
        var isStreaming = records == (header.IsWide ? -1 : uint.MaxValue);
        if (records < 0 && !isStreaming)
        {
            throw new InvalidDataException($"{records} records");
        }

        var dimensions = header.List(TagDimension, 8);
        var unlimited = -1;
        for (var i = 0; i < dimensions; i++)
        {
            var name = header.Name();
            var length = header.Count();
            if (length < 0 || (length == 0 && unlimited >= 0))
            {
                throw new InvalidDataException($"dimension '{name}' is {(length < 0 ? "of negative length" : "a second unlimited one")}");
            }

            unlimited = length == 0 ? i : unlimited;
            _dimensions.Add(new NetcdfDimension(name, length == 0 ? records : length, length == 0));
        }

        ReadAttributes(header, Attributes);
        var variables = header.List(TagVariable, 24);
        var begins = new long[variables];
        for (var i = 0; i < variables; i++)
        {
            var name = header.Name();
            var rank = header.Count();
            if (rank is < 0 or > MostDimensions)
            {
                throw new InvalidDataException($"variable '{name}' has {rank} dimensions; {MostDimensions} at most are possible");
            }

            var ofVariable = new NetcdfDimension[rank];
            for (var d = 0; d < rank; d++)
            {
                var id = header.Count();
                if (id < 0 || id >= _dimensions.Count || (d > 0 && id == unlimited))
                {
                    throw new InvalidDataException($"variable '{name}' has a dimension that is not there, or is unlimited where it must not be");
                }

                ofVariable[d] = _dimensions[(int)id];
            }

            var attributes = new NetcdfAttributes();
            ReadAttributes(header, attributes);
            var type = header.Type();
            // The size that follows is redundant, and wrong for variables over 4 GiB.
            header.Count();
            begins[i] = header.Offset() is >= 0 and var begin ? begin : throw new InvalidDataException($"variable '{name}' begins before the file");
            _variables.Add(new NetcdfVariable { Name = name, Type = type, Dimensions = ofVariable, Attributes = attributes });
        }

        var recordVariables = _variables.Where(v => v.Dimensions is [{ IsUnlimited: true }, ..]).ToList();
        // A lone record variable of small elements is not padded between its records.
        var recordSize = recordVariables is [var lone]
            ? BytesOf(lone.Type, lone.Dimensions.Skip(1))
            : recordVariables.Sum(v => PaddedSize(v.Type, v.Dimensions));
        if (isStreaming && unlimited >= 0)
        {
            var first = _variables.Zip(begins).Where(v => v.First.Dimensions is [{ IsUnlimited: true }, ..]).Select(v => v.Second).DefaultIfEmpty(_fileLength).Min();
            records = recordSize == 0 ? 0 : Math.Max(_fileLength - first, 0) / recordSize;
            var known = _dimensions[unlimited] with { Length = records };
            for (var i = 0; i < _variables.Count; i++)
            {
                var v = _variables[i];
                _variables[i] = new NetcdfVariable
                {
                    Name = v.Name,
                    Type = v.Type,
                    Attributes = v.Attributes,
                    Dimensions = [.. v.Dimensions.Select(d => d.IsUnlimited ? known : d)],
                };
            }

            _dimensions[unlimited] = known;
        }

        for (var i = 0; i < _variables.Count; i++)
        {
            _begins[_variables[i]] = begins[i];
        }

        return recordSize;
    }

    private static void ReadAttributes(HeaderReader header, NetcdfAttributes attributes)
    {
        var count = header.List(TagAttribute, 12);
        for (var i = 0; i < count; i++)
        {
            var name = header.Name();
            var type = header.Type();
            var length = checked((int)header.Count());
            var size = type.Size();
            var bytes = header.Bytes(checked(length * size));
            header.Bytes((4 - length * size % 4) % 4);
            if (type == NetcdfType.Char)
            {
                attributes[name] = Encoding.UTF8.GetString(bytes).TrimEnd('\0');
                continue;
            }

            ByteOrder.SwapBigEndian(bytes, size);
            attributes[name] = NetcdfAttributes.NumbersOf(type, bytes);
        }
    }

    private sealed class HeaderReader(Stream stream, long length)
    {

        /// <summary>CDF-5: counts take 8 bytes.</summary>
        public bool IsWide { get; set; }

        public bool HasWideOffsets { get; set; }

        public byte[] Bytes(int count)
        {
            if (count < 0 || count > length - stream.Position)
            {
                throw new InvalidDataException($"its header tells of {count:N0} bytes where {length - stream.Position:N0} are left");
            }

            var bytes = new byte[count];
            stream.ReadExactly(bytes);
            return bytes;
        }

        public long Count() => IsWide ? Wide() : Narrow();

        public long Offset() => HasWideOffsets ? Wide() : Narrow();

        public NetcdfType Type() => (NetcdfType)Narrow() is >= NetcdfType.Int8 and <= NetcdfType.UInt64 and var type
            ? type
            : throw new InvalidDataException("a type that it does not have");

        public string Name()
        {
            var size = checked((int)Count());
            var name = Encoding.UTF8.GetString(Bytes(size));
            Bytes((4 - size % 4) % 4);
            return name;
        }

        /// <summary>Number of entries of a list, 0 if it is absent.</summary>
        /// <param name="tag">That it must begin with.</param>
        /// <param name="entrySize">Bytes of an entry at least: no more entries than have room in the file are made room for.</param>
        public long List(uint tag, int entrySize)
        {
            var found = Narrow();
            var count = Count();
            return (found == tag || (found == 0 && count == 0)) && count >= 0 && count <= (length - stream.Position) / entrySize
                ? count
                : throw new InvalidDataException($"a list of kind {found} with {count:N0} entries where one of kind {tag} is due");
        }

        private uint Narrow() => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Bytes(4));

        private long Wide() => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(Bytes(8));
    }
}
