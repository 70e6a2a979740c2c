namespace VaeDa.Files.Netcdf.Hdf5;

/// <param name="Address">In the file.</param>
/// <param name="Size">Bytes there.</param>
/// <param name="Mask">Bits of the filters that were left out.</param>
internal readonly record struct StoredChunk(long Address, long Size, long Mask);

/// <summary>Which chunks of a variable were written, and where.</summary>
internal sealed class ChunkIndex
{
    private readonly Hdf5Bytes _file;
    private readonly DataLayout _layout;
    private readonly Hdf5Space _space;
    private readonly bool _isPacked;
    private readonly long[] _along;
    private readonly Dictionary<long, StoredChunk> _chunks = [];

    public ChunkIndex(Hdf5Bytes file, DataLayout layout, Hdf5Space space, bool isPacked)
    {
        (_file, _layout, _space, _isPacked) = (file, layout, space, isPacked);
        _along = [.. space.Lengths.Zip(layout.Chunk!, Ceiling)];
        if (layout.Address == Hdf5Bytes.Undefined || space.Elements == 0)
        {
            return;
        }

        switch (layout.Indexing)
        {
            case ChunkIndexing.Tree1: ReadTree1(); break;
            case ChunkIndexing.Single: Add(new long[_along.Length], layout.Address, layout.Packed?.Size ?? layout.ChunkBytes, layout.Packed?.Mask ?? 0); break;
            case ChunkIndexing.Implicit: ReadImplicit(); break;
            case ChunkIndexing.FixedArray: ReadArray(ChunkArrays.Fixed(file, layout.Address, layout.ChunkBytes, layout.PageBits), unlimited: 0); break;
            case ChunkIndexing.ExtensibleArray: ReadArray(ChunkArrays.Extensible(file, layout.Address, layout.ChunkBytes), Math.Max(Array.IndexOf(space.MostLengths, long.MaxValue), 0)); break;
            default: ReadTree2(); break;
        }
    }

    /// <param name="place">Index of the chunk in each dimension.</param>
    /// <returns>Null where nothing was written.</returns>
    public StoredChunk? Find(ReadOnlySpan<long> place) => _chunks.TryGetValue(Number(place), out var chunk) ? chunk : null;

    private static long Ceiling(long length, long chunk) => length / chunk + (length % chunk == 0 ? 0 : 1);

    private long Number(ReadOnlySpan<long> place)
    {
        var number = 0L;
        for (var d = 0; d < place.Length; d++)
        {
            number = number * _along[d] + place[d];
        }

        return number;
    }

    /// <summary>A chunk beyond the ends of the variable was left there when it shrank.</summary>
    private void Add(long[] place, long address, long size, long mask)
    {
        if (address == Hdf5Bytes.Undefined || place.Zip(_along, (at, along) => at >= along).Any(isBeyond => isBeyond))
        {
            return;
        }

        const int OfEntry = 32;
        _file.Spend(OfEntry);
        if (size > _file.Length || address > _file.Length - size || (!_isPacked && size != _layout.ChunkBytes) || !_chunks.TryAdd(Number(place), new StoredChunk(address, size, mask)))
        {
            throw new InvalidDataException(FormattableString.Invariant($"a chunk of {size:N0} bytes at byte {address:N0} of {_file.Length:N0}"));
        }
    }

    private void ReadTree1()
    {
        var rank = _along.Length;
        foreach (var (key, address) in BTree1.Leaves(_file, _layout.Address, kind: 1, 8 + 8 * (rank + 1)))
        {
            var fields = _file.Fields(key);
            var (size, mask, place) = (fields.UInt32(), fields.UInt32(), new long[rank]);
            for (var d = 0; d < rank; d++)
            {
                place[d] = fields.Number(8) / _layout.Chunk![d];
            }

            Add(place, address, size, mask);
        }
    }

    private void ReadTree2()
    {
        var rank = _along.Length;
        foreach (var record in BTree2.Records(_file, _layout.Address))
        {
            var fields = _file.Fields(record);
            var (address, size, mask) = (fields.Offset(), _layout.ChunkBytes, 0L);
            if (_isPacked)
            {
                (size, mask) = (fields.Number(Math.Clamp(fields.Left - 4 - 8 * rank, 1, 8)), fields.UInt32());
            }

            var place = new long[rank];
            for (var d = 0; d < rank; d++)
            {
                place[d] = fields.Number(8);
            }

            Add(place, address, size, mask);
        }
    }

    private void ReadImplicit()
    {
        var most = MostAlong(0);
        var chunks = Hdf5Space.Product(most);
        if (chunks > (_file.Length - _layout.Address) / _layout.ChunkBytes)
        {
            throw new InvalidDataException("chunks beyond the end of the file");
        }

        for (var i = 0L; i < chunks; i++)
        {
            Add(Place(i, most, 0), _layout.Address + i * _layout.ChunkBytes, _layout.ChunkBytes, 0);
        }
    }

    private void ReadArray(IEnumerable<(long Index, StoredChunk Chunk)> elements, int unlimited)
    {
        var most = MostAlong(unlimited);
        foreach (var (index, chunk) in elements)
        {
            Add(Place(index, most, unlimited), chunk.Address, chunk.Size, chunk.Mask);
        }
    }

    /// <summary>Chunks along each dimension when it is as long as it may be. The unlimited one counts slowest, so that its number is not asked for.</summary>
    private long[] MostAlong(int unlimited) => [.. _space.MostLengths.Select((most, d) => d == unlimited && most == long.MaxValue ? 1 : Ceiling(most, _layout.Chunk![d]))];

    private static long[] Place(long index, long[] most, int slowest)
    {
        var place = new long[most.Length];
        for (var d = most.Length - 1; d >= 0; d--)
        {
            if (d != slowest)
            {
                (index, place[d]) = (index / Math.Max(most[d], 1), index % Math.Max(most[d], 1));
            }
        }

        if (place.Length > 0)
        {
            place[slowest] = index;
        }

        return place;
    }
}
