namespace VaeDa.Files.Netcdf.Hdf5;

/// <param name="Name">What the group calls the object.</param>
/// <param name="Address">Of the object, if the link is a hard one.</param>
/// <param name="Path">Of the object, if the link is a soft one.</param>
internal sealed record GroupLink(string Name, long Address, string? Path = null);

/// <summary>The members of a group, in whichever of three ways the file keeps them.</summary>
internal static class GroupLinks
{
    private const int LinkInfo = 0x02;
    private const int Link = 0x06;
    private const int GroupInfo = 0x0a;
    private const int SymbolTable = 0x11;

    // A name ends with a zero; in a heap without one it must not go on over all others.
    private const int LongestName = 4096;

    public static bool IsGroup(ObjectHeader header) => header.Has(SymbolTable) || header.Has(LinkInfo) || header.Has(Link) || header.Has(GroupInfo);

    public static IEnumerable<GroupLink> Of(Hdf5Bytes file, ObjectHeader header)
    {
        if (header.Find(SymbolTable) is { } table)
        {
            var fields = file.Fields(table);
            return FromSymbolTable(file, fields.Offset(), fields.Offset());
        }

        return header.All(Link).Concat(Dense(file, header)).Select(message => Parse(file, message));
    }

    private static IEnumerable<byte[]> Dense(Hdf5Bytes file, ObjectHeader header)
    {
        if (header.Find(LinkInfo) is not { } place)
        {
            return [];
        }

        var fields = file.Fields(place);
        fields.Skip(1);
        fields.Skip((fields.Byte() & 1) != 0 ? 8 : 0);
        var (heapAddress, tree) = (fields.Offset(), fields.Offset());
        if (heapAddress == Hdf5Bytes.Undefined || tree == Hdf5Bytes.Undefined)
        {
            return [];
        }

        const int HashSize = 4;
        var heap = new FractalHeap(file, heapAddress);
        return BTree2.Records(file, tree).Select(record => record.Length > HashSize
            ? heap.Read(record.AsSpan(HashSize, Math.Min(heap.IdLength, record.Length - HashSize)))
            : throw new InvalidDataException("a tree of links whose records have no room for any"));
    }

    private static GroupLink Parse(Hdf5Bytes file, byte[] message)
    {
        var fields = file.Fields(message);
        fields.Skip(1);
        var flags = fields.Byte();
        var kind = (flags & 0x08) != 0 ? fields.Byte() : 0;
        fields.Skip((flags & 0x04) != 0 ? 8 : 0);
        fields.Skip((flags & 0x10) != 0 ? 1 : 0);
        var name = fields.Text(fields.Number(1 << (flags & 3)));
        return kind switch
        {
            0 => new GroupLink(name, fields.Offset()),
            1 => new GroupLink(name, Hdf5Bytes.Undefined, fields.Text(fields.UInt16())),
            64 => throw new NotSupportedException($"a link from '{name}' to another file"),
            _ => throw new InvalidDataException($"a link of kind {kind}"),
        };
    }

    private static IEnumerable<GroupLink> FromSymbolTable(Hdf5Bytes file, long tree, long heap)
    {
        var names = LocalHeap(file, heap);
        foreach (var (_, child) in BTree1.Leaves(file, tree, kind: 0, file.LengthSize))
        {
            foreach (var link in Symbols(file, child, names))
            {
                yield return link;
            }
        }
    }

    private static List<GroupLink> Symbols(Hdf5Bytes file, long address, byte[] names)
    {
        const int CacheSize = 24, Soft = 2;
        var fields = file.Fields(file.At(address, 8));
        fields.Signature("SNOD"u8);
        fields.Skip(2);
        var symbols = fields.UInt16();
        fields = file.Fields(file.At(address + 8, symbols * (2 * file.OffsetSize + CacheSize)));
        var links = new List<GroupLink>();
        for (var i = 0; i < symbols; i++)
        {
            var (name, target) = (Name(file, names, fields.Offset()), fields.Offset());
            var cache = file.Fields(fields.Bytes(CacheSize));
            var isSoft = cache.UInt32() == Soft;
            cache.Skip(4);
            links.Add(isSoft ? new GroupLink(name, Hdf5Bytes.Undefined, Name(file, names, cache.UInt32())) : new GroupLink(name, target));
        }

        return links;
    }

    private static string Name(Hdf5Bytes file, byte[] names, long offset)
    {
        var fields = file.Fields(names);
        fields.Skip(offset);
        var name = fields.Text(Math.Min(fields.Left, LongestName));
        file.Spend(name.Length);
        return name;
    }

    private static byte[] LocalHeap(Hdf5Bytes file, long address)
    {
        var fields = file.Fields(file.At(address, 8 + 2 * file.LengthSize + file.OffsetSize));
        fields.Signature("HEAP"u8);
        fields.Skip(4);
        var size = fields.Length();
        fields.Skip(file.LengthSize);
        return file.At(fields.Offset(), size);
    }
}
