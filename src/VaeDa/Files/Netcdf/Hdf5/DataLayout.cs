namespace VaeDa.Files.Netcdf.Hdf5;

internal enum ChunkIndexing
{
    Tree1 = 0,
    Single = 1,
    Implicit = 2,
    FixedArray = 3,
    ExtensibleArray = 4,
    Tree2 = 5,
}

/// <summary>Where a variable's values lie.</summary>
internal sealed class DataLayout
{
    public DataLayout(Hdf5Bytes file, byte[] message, Hdf5Space space, Hdf5Type type)
    {
        var fields = file.Fields(message);
        var version = fields.Byte();
        var isOld = version <= 2;
        var oldRank = isOld ? fields.Byte() : 0;
        var kind = fields.Byte();
        fields.Skip(isOld ? 5 : 0);
        switch (kind)
        {
            case 0 when isOld:
                fields.Skip(4L * oldRank);
                Compact = fields.Bytes(fields.UInt32()).ToArray();
                break;
            case 0:
                Compact = fields.Bytes(fields.UInt16()).ToArray();
                break;
            case 1:
                Address = fields.Offset();
                break;
            case 2 when version <= 4:
                ReadChunked(ref fields, version, oldRank);
                break;
            case 3:
                throw new NotSupportedException("values in other files (a virtual dataset)");
            default:
                throw new NotSupportedException($"a layout of class {kind} and version {version}");
        }

        CheckSize(file, space, type);
    }

    /// <summary>The values, where they are in the header itself.</summary>
    public byte[]? Compact { get; }

    /// <summary>Of the values, or of the index of chunks.</summary>
    public long Address { get; private set; }

    /// <summary>Lengths of a chunk; null where there are none.</summary>
    public long[]? Chunk { get; private set; }

    /// <summary>Bytes of a chunk when it is unpacked.</summary>
    public long ChunkBytes { get; private set; }

    public ChunkIndexing Indexing { get; private set; }

    /// <summary>Of a single chunk.</summary>
    public (long Size, long Mask)? Packed { get; private set; }

    /// <summary>Of a fixed or an extensible array.</summary>
    public int PageBits { get; private set; }

    private void ReadChunked(ref Hdf5Cursor fields, int version, int oldRank)
    {
        if (version < 4)
        {
            var rank = version == 3 ? fields.Byte() : oldRank;
            Address = fields.Offset();
            ReadLengths(ref fields, rank, 4);
            return;
        }

        const int IsPacked = 2;
        var (flags, newRank, size) = (fields.Byte(), fields.Byte(), fields.Byte());
        ReadLengths(ref fields, newRank, size);
        Indexing = (ChunkIndexing)fields.Byte();
        switch (Indexing)
        {
            case ChunkIndexing.Single:
                Packed = (flags & IsPacked) != 0 ? (fields.Length(), fields.UInt32()) : null;
                break;
            case ChunkIndexing.FixedArray:
                PageBits = fields.Byte();
                break;
            case ChunkIndexing.ExtensibleArray:
                fields.Skip(5);
                break;
            case ChunkIndexing.Tree2:
                fields.Skip(6);
                break;
            case ChunkIndexing.Implicit:
                break;
            default:
                throw new NotSupportedException($"an index of chunks of kind {(int)Indexing}");
        }

        Address = fields.Offset();
    }

    /// <summary>The last of the lengths is that of an element, in bytes.</summary>
    private void ReadLengths(ref Hdf5Cursor fields, int rank, int size)
    {
        if (rank is < 1 or > 33 || size is < 1 or > 8)
        {
            throw new InvalidDataException($"chunks of {rank} dimensions");
        }

        Chunk = new long[rank - 1];
        for (var d = 0; d < Chunk.Length; d++)
        {
            Chunk[d] = fields.Number(size);
        }

        ChunkBytes = fields.Number(size);
    }

    private void CheckSize(Hdf5Bytes file, Hdf5Space space, Hdf5Type type)
    {
        var bytes = Hdf5Space.Product([space.Elements, type.Size]);
        if (Chunk is null)
        {
            var isShort = Compact is { } values ? bytes > values.Length : Address != Hdf5Bytes.Undefined && (Address > file.Length || bytes > file.Length - Address);
            if (isShort)
            {
                throw new InvalidDataException(FormattableString.Invariant($"a variable of {bytes:N0} bytes, which are not there"));
            }

            return;
        }

        if (Chunk.Length != space.Lengths.Length || Chunk.Contains(0) || ChunkBytes != type.Size)
        {
            throw new InvalidDataException("chunks that do not fit their variable");
        }

        ChunkBytes = Hdf5Space.Product([.. Chunk, type.Size]);
    }
}
