namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>A tree of the first version, whose leaves name the members of a group or the chunks of a variable.</summary>
internal static class BTree1
{
    private const int DeepestLevel = 64;

    /// <summary>The children of all leaves, each with the key before it. The kind is 0 of a group, 1 of chunks; keys are of so many bytes.</summary>
    public static IEnumerable<(byte[] Key, long Child)> Leaves(Hdf5Bytes file, long address, int kind, int keySize) =>
        Leaves(file, address, kind, keySize, level: null);

    private static IEnumerable<(byte[] Key, long Child)> Leaves(Hdf5Bytes file, long address, int kind, int keySize, int? level)
    {
        var (found, children) = Node(file, address, kind, keySize);
        if (found > DeepestLevel || (level is { } due && found != due))
        {
            throw new InvalidDataException($"a tree whose level {found} is not where it should be");
        }

        return found == 0 ? children : children.SelectMany(child => Leaves(file, child.Child, kind, keySize, found - 1));
    }

    private static (int Level, List<(byte[] Key, long Child)> Children) Node(Hdf5Bytes file, long address, int kind, int keySize)
    {
        var start = 8 + 2 * file.OffsetSize;
        var fields = file.Fields(file.At(address, start));
        fields.Signature("TREE"u8);
        var (ofKind, level, entries) = (fields.Byte(), fields.Byte(), fields.UInt16());
        if (ofKind != kind)
        {
            throw new InvalidDataException("a tree of another kind than is due");
        }

        fields = file.Fields(file.At(address + start, entries * (keySize + file.OffsetSize)));
        var children = new List<(byte[], long)>(entries);
        for (var i = 0; i < entries; i++)
        {
            children.Add((fields.Bytes(keySize).ToArray(), fields.Offset()));
        }

        return (level, children);
    }
}
