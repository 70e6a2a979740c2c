using System.Text;

namespace VaeDa.Files.Netcdf.Hdf5;

/// <param name="Name">Its name.</param>
/// <param name="Type">Of each of its elements.</param>
/// <param name="Space">How many there are.</param>
/// <param name="Data">The elements as they are stored.</param>
internal sealed record Hdf5Attribute(string Name, Hdf5Type Type, Hdf5Space Space, byte[] Data)
{
    private const int Datatype = 0x03;
    private const int Dataspace = 0x01;

    /// <summary>All attributes of an object.</summary>
    public static List<Hdf5Attribute> Of(Hdf5Bytes file, ObjectHeader header)
    {
        const int Attribute = 0x0c;
        const int Elsewhere = 0x15;
        var found = header.All(Attribute).Select(message => Parse(file, message)).ToList();
        if (header.Find(Elsewhere) is { } place)
        {
            var fields = file.Fields(place);
            fields.Skip(1);
            fields.Skip((fields.Byte() & 1) != 0 ? 2 : 0);
            var (heapAddress, tree) = (fields.Offset(), fields.Offset());
            if (heapAddress != Hdf5Bytes.Undefined && tree != Hdf5Bytes.Undefined)
            {
                var heap = new FractalHeap(file, heapAddress);
                found.AddRange(BTree2.Records(file, tree).Select(record => Parse(file, heap.Read(record.AsSpan(0, Math.Min(heap.IdLength, record.Length))))));
            }
        }

        return found;
    }

    /// <summary>Its elements as texts; empty if they are numbers.</summary>
    public string[] Texts(GlobalHeap heap) => Type.Kind switch
    {
        Hdf5Kind.Text => [.. Elements().Select(range => Trimmed(Data[range]))],
        Hdf5Kind.VariableText => [.. Elements().Select(range => Trimmed(heap.Read(Data.AsSpan(range), 1)))],
        _ => [],
    };

    /// <summary>For each element the address of the first object that it refers to.</summary>
    public long[] References(Hdf5Bytes file, GlobalHeap heap) => Type.Kind != Hdf5Kind.VariableReferences
        ? []
        : [.. Elements().Select(range => heap.Read(Data.AsSpan(range), file.OffsetSize) is { Length: > 0 } list ? file.Fields(list).Offset() : Hdf5Bytes.Undefined)];

    private IEnumerable<Range> Elements() => Enumerable.Range(0, Data.Length / Type.Size).Select(i => (i * Type.Size)..((i + 1) * Type.Size));

    private static string Trimmed(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }

    private static Hdf5Attribute Parse(Hdf5Bytes file, byte[] message)
    {
        var fields = file.Fields(message);
        var (version, flags) = (fields.Byte(), fields.Byte());
        var sizes = (Name: fields.UInt16(), Type: fields.UInt16(), Space: fields.UInt16());
        fields.Skip(version == 3 ? 1 : 0);
        var padding = version == 1 ? 8 : 1;
        var name = fields.Text(Padded(sizes.Name));
        var type = fields.Bytes(Padded(sizes.Type));
        var space = fields.Bytes(Padded(sizes.Space));
        var ofType = Hdf5Type.Parse(file.Fields(version > 1 && (flags & 1) != 0 ? ObjectHeader.FromShared(file, Datatype, type) : type));
        var ofSpace = Hdf5Space.Parse(file.Fields(version > 1 && (flags & 2) != 0 ? ObjectHeader.FromShared(file, Dataspace, space) : space));
        return ofSpace.Elements <= fields.Left / ofType.Size
            ? new Hdf5Attribute(name, ofType, ofSpace, fields.Bytes(ofSpace.Elements * ofType.Size).ToArray())
            : throw new InvalidDataException($"an attribute of {ofSpace.Elements:N0} values, which are not there");

        int Padded(int size) => (size + padding - 1) / padding * padding;
    }
}
