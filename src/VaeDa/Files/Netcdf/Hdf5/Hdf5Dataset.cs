namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>A variable of an HDF5 file.</summary>
internal sealed class Hdf5Dataset
{
    private const int Dataspace = 0x01;
    private const int Datatype = 0x03;
    private const int OldFill = 0x04;
    private const int Fill = 0x05;
    private const int ExternalFiles = 0x07;
    private const int Layout = 0x08;
    private const int Filters = 0x0b;

    private readonly Hdf5Bytes _file;
    private readonly DataLayout _layout;
    private readonly FilterPipeline _filters;
    private readonly byte[] _fill;
    private ChunkIndex? _index;
    private (long Address, byte[] Bytes)? _last;

    public Hdf5Dataset(Hdf5Bytes file, ObjectHeader header, string group, string name)
    {
        (_file, Group, Name) = (file, group, name);
        if (header.Has(ExternalFiles))
        {
            throw new NotSupportedException($"a variable '{name}' with its values in another file");
        }

        Space = Hdf5Space.Parse(file.Fields(Needed(Dataspace)));
        Type = Hdf5Type.Parse(file.Fields(Needed(Datatype)));
        _layout = new DataLayout(file, Needed(Layout), Space, Type);
        _filters = new FilterPipeline(file, header.Find(Filters));
        _fill = FillOf(header);
        Attributes = Hdf5Attribute.Of(file, header);

        byte[] Needed(int kind) => header.Find(kind) ?? throw new InvalidDataException($"variable '{name}' without a description");
    }

    /// <summary>Path of its group; empty for the root.</summary>
    public string Group { get; }

    public string Name { get; }

    public Hdf5Space Space { get; }

    public Hdf5Type Type { get; }

    public IReadOnlyList<Hdf5Attribute> Attributes { get; }

    /// <summary>Lengths of a chunk; null where values are in one piece.</summary>
    public long[]? Chunk => _layout.Chunk;

    public static bool IsDataset(ObjectHeader header) => header.Has(Layout) && header.Has(Datatype) && header.Has(Dataspace);

    public Hdf5Attribute? Attribute(string name) => Attributes.FirstOrDefault(a => a.Name == name);

    /// <summary>Reads a box of values as they are stored.</summary>
    public void Read(long[] start, long[] count, Span<byte> values)
    {
        if (_layout.Chunk is { } chunk)
        {
            ReadChunks(chunk, start, count, values);
            return;
        }

        if (_layout.Compact is null && _layout.Address == Hdf5Bytes.Undefined)
        {
            FillAll(values);
            return;
        }

        foreach (var (from, to, length) in Slab.Pieces(Space.Lengths, start, count, new long[count.Length], count))
        {
            var piece = values.Slice((int)(to * Type.Size), (int)(length * Type.Size));
            if (_layout.Compact is { } compact)
            {
                compact.AsSpan((int)(from * Type.Size), piece.Length).CopyTo(piece);
            }
            else
            {
                _file.Read(_layout.Address + from * Type.Size, piece);
            }
        }
    }

    private byte[] FillOf(ObjectHeader header)
    {
        var value = Array.Empty<byte>();
        if (header.Find(Fill) is { } message)
        {
            var fields = _file.Fields(message);
            var version = fields.Byte();
            var flags = fields.Byte();
            var isThere = version == 3 ? (flags & 0x20) != 0 : fields.Bytes(2)[1] != 0 || version == 1;
            value = isThere && fields.Left >= 4 ? fields.Bytes(fields.UInt32()).ToArray() : value;
        }
        else if (header.Find(OldFill) is { } old)
        {
            var fields = _file.Fields(old);
            value = fields.Bytes(fields.UInt32()).ToArray();
        }

        return value.Length == Type.Size ? value : [];
    }

    private void FillAll(Span<byte> values)
    {
        values.Clear();
        for (var i = 0; _fill.Length > 0 && i < values.Length; i += _fill.Length)
        {
            _fill.CopyTo(values[i..]);
        }
    }

    private void ReadChunks(long[] chunk, long[] start, long[] count, Span<byte> values)
    {
        if (_index is null)
        {
            _file.Allow();
            _index = new ChunkIndex(_file, _layout, Space, isPacked: !_filters.IsEmpty);
        }

        var rank = count.Length;
        long[] first = [.. start.Zip(chunk, (s, c) => s / c)], last = [.. Enumerable.Range(0, rank).Select(d => (start[d] + count[d] - 1) / chunk[d])];
        var place = (long[])first.Clone();
        for (var d = 0; d >= 0;)
        {
            ReadChunk(chunk, place, start, count, values);
            for (d = rank - 1; d >= 0 && place[d]++ == last[d]; d--)
            {
                place[d] = first[d];
            }
        }
    }

    private void ReadChunk(long[] chunk, long[] place, long[] start, long[] count, Span<byte> values)
    {
        var rank = count.Length;
        long[] inChunk = new long[rank], inValues = new long[rank], part = new long[rank];
        for (var d = 0; d < rank; d++)
        {
            var (low, high) = (Math.Max(start[d], place[d] * chunk[d]), Math.Min(start[d] + count[d], (place[d] + 1) * chunk[d]));
            (inChunk[d], inValues[d], part[d]) = (low - place[d] * chunk[d], low - start[d], high - low);
        }

        var unpacked = _index!.Find(place) is { } stored ? Unpacked(stored) : null;
        foreach (var (from, to, length) in Slab.Pieces(chunk, inChunk, count, inValues, part))
        {
            var piece = values.Slice((int)(to * Type.Size), (int)(length * Type.Size));
            if (unpacked is null)
            {
                FillAll(piece);
            }
            else
            {
                unpacked.AsSpan((int)(from * Type.Size), piece.Length).CopyTo(piece);
            }
        }
    }

    private byte[] Unpacked(StoredChunk stored)
    {
        if (_last is { } last && last.Address == stored.Address)
        {
            return last.Bytes;
        }

        if (_layout.ChunkBytes > Math.Min(_file.MostMemory, int.MaxValue / 2))
        {
            throw new NotSupportedException(FormattableString.Invariant($"chunks of {_layout.ChunkBytes:N0} bytes in a file of {_file.Length:N0}"));
        }

        _last = null;
        var bytes = new byte[stored.Size];
        _file.Read(stored.Address, bytes);
        bytes = _filters.Unpack(bytes, stored.Mask, (int)_layout.ChunkBytes);
        _last = (stored.Address, bytes);
        return bytes;
    }
}
