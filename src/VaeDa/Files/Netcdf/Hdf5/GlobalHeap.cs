namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>Where a file keeps elements of variable length: objects, numbered in collections.</summary>
internal sealed class GlobalHeap(Hdf5Bytes file)
{
    private readonly Dictionary<long, Dictionary<int, (long Address, long Length)>> _collections = [];

    /// <summary>What an element refers to.</summary>
    /// <param name="reference">Its number of items, and the place of their bytes.</param>
    /// <param name="itemSize">Bytes of an item.</param>
    public byte[] Read(ReadOnlySpan<byte> reference, int itemSize)
    {
        var fields = file.Fields(reference);
        var length = fields.UInt32() * itemSize;
        var (collection, number) = (fields.Offset(), (int)fields.UInt32());
        if (length == 0 || collection is 0 or Hdf5Bytes.Undefined)
        {
            return [];
        }

        if (!_collections.TryGetValue(collection, out var objects))
        {
            _collections[collection] = objects = Objects(collection);
        }

        return objects.TryGetValue(number, out var found) && length <= found.Length
            ? file.At(found.Address, length)
            : throw new InvalidDataException("a text of variable length that is not there");
    }

    private Dictionary<int, (long Address, long Length)> Objects(long address)
    {
        var start = file.LengthSize + 8;
        var fields = file.Fields(file.At(address, start));
        fields.Signature("GCOL"u8);
        fields.Skip(4);
        var size = fields.Length();
        var found = new Dictionary<int, (long, long)>();
        fields = file.Fields(file.At(address, size));
        fields.Skip(start);
        while (fields.Left >= start)
        {
            var number = fields.UInt16();
            fields.Skip(6);
            var length = fields.Length();
            if (number == 0)
            {
                break;
            }

            found[number] = (address + size - fields.Left, length);
            fields.Skip(Math.Min((length + 7) / 8 * 8, Math.Max(fields.Left, length)));
        }

        return found;
    }
}
