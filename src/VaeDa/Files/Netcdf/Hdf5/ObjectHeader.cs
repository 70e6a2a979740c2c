namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>What a file says of a group, a variable or a type: a list of messages, in one block or several.</summary>
internal sealed class ObjectHeader
{
    private const int Continuation = 0x10;
    private const int Shared = 0x02;

    private readonly Hdf5Bytes _file;
    private readonly List<(int Kind, int Flags, byte[] Data)> _messages = [];

    public ObjectHeader(Hdf5Bytes file, long address)
    {
        _file = file;
        var start = file.Fields(file.AtMost(address, 64));
        if (start.Byte() == 1)
        {
            start.Skip(7);
            ReadBlocks(address + 16, start.UInt32(), ReadOldBlock);
            return;
        }

        start = file.Fields(file.AtMost(address, 64));
        start.Signature("OHDR"u8);
        var (version, flags) = (start.Byte(), start.Byte());
        if (version != 2)
        {
            throw new NotSupportedException($"an object header of version {version}");
        }

        var afterFlags = ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
        start.Skip(afterFlags);
        var sizeOfSize = 1 << (flags & 3);
        var length = start.Number(sizeOfSize);
        var hasOrder = (flags & 4) != 0;
        ReadBlocks(address + 6 + afterFlags + sizeOfSize, length, (at, size) => ReadNewBlock(at, size, hasOrder, isFirst: at == address + 6 + afterFlags + sizeOfSize));
    }

    public bool Has(int kind) => _messages.Exists(m => m.Kind == kind);

    /// <summary>The first message of a kind; null if there is none.</summary>
    public byte[]? Find(int kind)
    {
        var at = _messages.FindIndex(m => m.Kind == kind);
        return at < 0 ? null : Resolve(_messages[at]);
    }

    public IEnumerable<byte[]> All(int kind) => _messages.Where(m => m.Kind == kind).Select(Resolve);

    /// <summary>The message that another object has in common with this one, which says where it is.</summary>
    public static byte[] FromShared(Hdf5Bytes file, int kind, ReadOnlySpan<byte> place)
    {
        var fields = file.Fields(place);
        var (version, where) = (fields.Byte(), fields.Byte());
        if (version == 3 && where == 1)
        {
            throw new NotSupportedException("messages in a common heap");
        }

        fields.Skip(version == 1 ? 6 : 0);
        var found = new ObjectHeader(file, fields.Offset())._messages.Find(m => m.Kind == kind);
        return found.Data is not null && (found.Flags & Shared) == 0 ? found.Data : throw new InvalidDataException("a part that is shared and not there");
    }

    private byte[] Resolve((int Kind, int Flags, byte[] Data) message) =>
        (message.Flags & Shared) == 0 ? message.Data : FromShared(_file, message.Kind, message.Data);

    private void ReadBlocks(long address, long length, Action<long, long> read)
    {
        var next = 0;
        for (read(address, length); next < _messages.Count; next++)
        {
            if (_messages[next].Kind == Continuation)
            {
                var place = _file.Fields(_messages[next].Data);
                read(place.Offset(), place.Length());
            }
        }
    }

    private void ReadOldBlock(long address, long length)
    {
        var fields = _file.Fields(_file.At(address, length));
        while (fields.Left >= 8)
        {
            var (kind, size, flags) = (fields.UInt16(), fields.UInt16(), fields.Byte());
            fields.Skip(3);
            Add(kind, flags, fields.Bytes(size));
        }
    }

    private void ReadNewBlock(long address, long length, bool hasOrder, bool isFirst)
    {
        const int Checksum = 4;
        var fields = _file.Fields(_file.At(address, isFirst ? length : length - Checksum));
        if (!isFirst)
        {
            fields.Signature("OCHK"u8);
        }

        var start = hasOrder ? 6 : 4;
        while (fields.Left >= start)
        {
            var (kind, size, flags) = (fields.Byte(), fields.UInt16(), fields.Byte());
            fields.Skip(start - 4);
            Add(kind, flags, fields.Bytes(size));
        }
    }

    private void Add(int kind, int flags, ReadOnlySpan<byte> data)
    {
        if (kind != 0)
        {
            _messages.Add((kind, flags, data.ToArray()));
        }
    }
}
