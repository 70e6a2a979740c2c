using System.Numerics;

namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>A tree of the second version: records of one size, in leaves and in the nodes above them.</summary>
internal static class BTree2
{
    private const int DeepestLevel = 32;
    private const int NodeOverhead = 10;

    public static IEnumerable<byte[]> Records(Hdf5Bytes file, long address)
    {
        var fields = file.Fields(file.AtMost(address, 64));
        fields.Signature("BTHD"u8);
        fields.Skip(2);
        var (nodeSize, recordSize, depth) = (fields.UInt32(), fields.UInt16(), fields.UInt16());
        fields.Skip(2);
        var (root, records) = (fields.Offset(), fields.UInt16());
        if (recordSize == 0 || nodeSize < NodeOverhead + recordSize || depth > DeepestLevel)
        {
            throw new InvalidDataException($"a tree {depth} levels deep, with nodes of {nodeSize} bytes and records of {recordSize}");
        }

        return root == Hdf5Bytes.Undefined ? [] : Records(file, new Shape(file, nodeSize, recordSize, depth), root, records, depth);
    }

    private static IEnumerable<byte[]> Records(Hdf5Bytes file, Shape shape, long address, long count, int level)
    {
        var (records, children) = Node(file, shape, address, count, level);
        return records.Concat(children.SelectMany(child => Records(file, shape, child.Address, child.Count, level - 1)));
    }

    private static (List<byte[]> Records, List<(long Address, long Count)> Children) Node(Hdf5Bytes file, Shape shape, long address, long count, int level)
    {
        var size = 6 + count * shape.RecordSize + (level > 0 ? (count + 1) * shape.PointerSizes[level] : 0);
        if (count > shape.NodeSize || size > shape.NodeSize)
        {
            throw new InvalidDataException($"a tree's node of {count} records, which does not hold as many");
        }

        var fields = file.Fields(file.At(address, size));
        fields.Signature(level > 0 ? "BTIN"u8 : "BTLF"u8);
        fields.Skip(2);
        var records = new List<byte[]>();
        for (var i = 0; i < count; i++)
        {
            records.Add(fields.Bytes(shape.RecordSize).ToArray());
        }

        var children = new List<(long, long)>();
        for (var i = 0; i <= count && level > 0; i++)
        {
            var child = (fields.Offset(), fields.Number(shape.CountSize));
            fields.Skip(shape.PointerSizes[level] - file.OffsetSize - shape.CountSize);
            children.Add(child);
        }

        return (records, children);
    }

    /// <summary>Sizes that follow from how many records a node holds at most.</summary>
    private sealed class Shape
    {
        public Shape(Hdf5Bytes file, long nodeSize, int recordSize, int depth)
        {
            (NodeSize, RecordSize, PointerSizes) = (nodeSize, recordSize, new int[depth + 1]);
            var inNode = (nodeSize - NodeOverhead) / recordSize;
            CountSize = SizeOf((ulong)inNode);
            var (below, sizeBelow) = ((ulong)inNode, 0);
            for (var level = 1; level <= depth; level++)
            {
                PointerSizes[level] = file.OffsetSize + CountSize + sizeBelow;
                inNode = (nodeSize - NodeOverhead - PointerSizes[level]) / (recordSize + PointerSizes[level]);
                below = unchecked((ulong)(inNode + 1) * below + (ulong)inNode);
                sizeBelow = SizeOf(below);
            }
        }

        public long NodeSize { get; }

        public int RecordSize { get; }

        public int CountSize { get; }

        /// <summary>Bytes of a pointer to a child, of a node at each level.</summary>
        public int[] PointerSizes { get; }

        private static int SizeOf(ulong most) => BitOperations.Log2(most) / 8 + 1;
    }
}
