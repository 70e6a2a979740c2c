using System.Numerics;

namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>Where a file keeps many links or attributes: one space of addresses, laid out in blocks of doubling size.</summary>
internal sealed class FractalHeap
{
    private const int DeepestBlock = 64;

    private readonly Hdf5Bytes _file;
    private readonly Lazy<Dictionary<long, (long Address, long Length)>> _huge;
    private readonly bool _hasDirectHuge;
    private readonly int _offsetSize;
    private readonly int _lengthSize;
    private readonly int _width;
    private readonly long _startSize;
    private readonly int _directRows;
    private readonly long _root;
    private readonly int _rootRows;
    private readonly int _blockStart;

    public FractalHeap(Hdf5Bytes file, long address)
    {
        _file = file;
        var fields = file.Fields(file.AtMost(address, 256));
        fields.Signature("FRHP"u8);
        fields.Skip(1);
        IdLength = fields.UInt16();
        if (fields.UInt16() != 0)
        {
            throw new NotSupportedException("compressed attributes or links");
        }

        fields.Skip(1);
        var mostManaged = fields.UInt32();
        fields.Skip(file.LengthSize);
        var hugeTree = fields.Offset();
        fields.Skip(file.LengthSize + file.OffsetSize + 8L * file.LengthSize);
        (_width, _startSize) = (fields.UInt16(), fields.Length());
        var (mostDirect, bits) = (fields.Length(), fields.UInt16());
        fields.Skip(2);
        (_root, _rootRows) = (fields.Offset(), fields.UInt16());
        if (IdLength == 0 || bits is 0 or > 62 || _rootRows > bits || !IsPowerOfTwo(_width) || !IsPowerOfTwo(_startSize) || !IsPowerOfTwo(mostDirect) || mostDirect < _startSize)
        {
            throw new InvalidDataException("a heap whose blocks have impossible sizes");
        }

        _offsetSize = (bits + 7) / 8;
        _lengthSize = Math.Min((BitOperations.Log2((ulong)mostDirect) + 7) / 8, BitOperations.Log2((ulong)Math.Max(mostManaged, 1)) / 8 + 1);
        _directRows = BitOperations.Log2((ulong)mostDirect) - BitOperations.Log2((ulong)_startSize) + 2;
        _blockStart = 5 + file.OffsetSize + _offsetSize;
        _hasDirectHuge = file.OffsetSize + file.LengthSize < IdLength;
        _huge = new(() => BTree2.Records(file, hugeTree).Select(Huge).DistinctBy(h => h.Id).ToDictionary(h => h.Id, h => (h.Address, h.Length)));
    }

    /// <summary>Bytes of what names an object.</summary>
    public int IdLength { get; }

    public byte[] Read(ReadOnlySpan<byte> id)
    {
        const int Managed = 0, HugeOne = 1;
        var fields = _file.Fields(id);
        var first = fields.Byte();
        switch ((first >> 4) & 3)
        {
            case Managed:
                var (offset, length) = (fields.Number(_offsetSize), fields.Number(_lengthSize));
                return _file.At(Locate(offset, length), length);
            case HugeOne when _hasDirectHuge:
                return _file.At(fields.Offset(), fields.Length());
            case HugeOne:
                return _huge.Value.TryGetValue(fields.Number(Math.Min(fields.Left, _file.LengthSize)), out var huge)
                    ? _file.At(huge.Address, huge.Length)
                    : throw new InvalidDataException("an attribute that is not there");
            default:
                return fields.Bytes(Math.Min((first & 0x0f) + 1, fields.Left)).ToArray();
        }
    }

    private static bool IsPowerOfTwo(long number) => number > 0 && BitOperations.IsPow2(number);

    private (long Id, long Address, long Length) Huge(byte[] record)
    {
        var fields = _file.Fields(record);
        var (address, length) = (fields.Offset(), fields.Length());
        return (fields.Length(), address, length);
    }

    /// <summary>The address in the file of what lies at an offset of the heap.</summary>
    private long Locate(long offset, long length)
    {
        var (block, rows, size) = (_root, _rootRows, _startSize);
        for (var depth = 0; rows > 0; depth++)
        {
            if (depth > DeepestBlock)
            {
                throw new InvalidDataException("a heap without end");
            }

            // The first two rows have blocks of the same size.
            var row = BitOperations.Log2((ulong)(offset / _startSize / _width)) + (offset / _startSize < _width ? 0 : 1);
            size = row == 0 ? _startSize : _startSize << (row - 1);
            var inRow = offset - (row == 0 ? 0 : size * _width);
            var column = inRow / size;
            if (row >= rows || size <= 0)
            {
                throw new InvalidDataException("something beyond the end of its heap");
            }

            block = _file.Fields(_file.At(block + _blockStart + (row * _width + column) * _file.OffsetSize, _file.OffsetSize)).Offset();
            offset = inRow % size;
            rows = row < _directRows ? 0 : BitOperations.Log2((ulong)size) - BitOperations.Log2((ulong)_startSize) - BitOperations.Log2((ulong)_width) + 1;
        }

        return block != Hdf5Bytes.Undefined && offset + length <= size ? block + offset : throw new InvalidDataException("something beyond the end of its heap");
    }
}
