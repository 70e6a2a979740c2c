using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>How the chunks of a variable were packed when they were written, undone when they are read.</summary>
internal sealed class FilterPipeline
{
    private const int Deflate = 1;
    private const int Shuffle = 2;
    private const int Fletcher32 = 3;

    // A byte of deflate becomes 1,032 at most (zlib, technical details).
    private const int MostFromByte = 1032;

    private readonly List<(int Id, string Name, long Parameter)> _filters = [];

    /// <summary>From the header's message; null where nothing is packed.</summary>
    public FilterPipeline(Hdf5Bytes file, byte[]? message)
    {
        if (message is null)
        {
            return;
        }

        var fields = file.Fields(message);
        var (version, count) = (fields.Byte(), fields.Byte());
        fields.Skip(version == 1 ? 6 : 0);
        for (var i = 0; i < count; i++)
        {
            var id = fields.UInt16();
            var nameLength = version == 1 || id >= 256 ? fields.UInt16() : 0;
            fields.Skip(2);
            var parameters = fields.UInt16();
            var name = fields.Text(version == 1 ? (nameLength + 7) / 8 * 8 : nameLength);
            _filters.Add((id, name, parameters > 0 ? fields.UInt32() : 0));
            fields.Skip(4L * Math.Max(parameters - 1, 0));
            fields.Skip(version == 1 && parameters % 2 == 1 ? 4 : 0);
        }
    }

    public bool IsEmpty => _filters.Count == 0;

    /// <param name="stored">As it lies in the file.</param>
    /// <param name="mask">Bits of the filters that were left out of this chunk.</param>
    /// <param name="size">What it must come to.</param>
    public byte[] Unpack(byte[] stored, long mask, int size)
    {
        var bytes = stored;
        for (var i = _filters.Count - 1; i >= 0; i--)
        {
            if (((mask >> i) & 1) == 0)
            {
                var checksums = 4 * _filters.Take(i).Count(f => f.Id == Fletcher32);
                bytes = Undo(_filters[i], bytes, size + checksums);
            }
        }

        return bytes.Length == size ? bytes : throw new InvalidDataException(FormattableString.Invariant($"a chunk of {bytes.Length:N0} bytes that should have {size:N0}"));
    }

    private static byte[] Undo((int Id, string Name, long Parameter) filter, byte[] bytes, int size) => filter.Id switch
    {
        Deflate => Inflated(bytes, size),
        Shuffle => Unshuffled(bytes, filter.Parameter),
        Fletcher32 => Checked(bytes),
        _ => throw new NotSupportedException($"the filter {filter.Id}{(filter.Name.Length > 0 ? $" ({filter.Name})" : "")}"),
    };

    private static byte[] Inflated(byte[] stored, int size)
    {
        var isLong = true;
        if (size <= (long)MostFromByte * stored.Length)
        {
            var bytes = new byte[size];
            using var inflating = new ZLibStream(new MemoryStream(stored), CompressionMode.Decompress);
            var found = inflating.ReadAtLeast(bytes, size, throwOnEndOfStream: false);
            if (found == size && inflating.ReadByte() < 0)
            {
                return bytes;
            }

            isLong = found == size;
        }
        else
        {
            isLong = false;
        }

        throw new InvalidDataException(FormattableString.Invariant($"a compressed chunk that is {(isLong ? "longer" : "shorter")} than the {size:N0} bytes that it should have"));
    }

    /// <summary>Was written as the first bytes of all elements, then the second ones, and so on; what is left over is at the end.</summary>
    private static byte[] Unshuffled(byte[] shuffled, long elementSize)
    {
        if (elementSize <= 1 || elementSize > shuffled.Length)
        {
            return shuffled;
        }

        var bytes = new byte[shuffled.Length];
        var (size, elements) = ((int)elementSize, shuffled.Length / (int)elementSize);
        for (var b = 0; b < size; b++)
        {
            var part = shuffled.AsSpan(b * elements, elements);
            for (var i = 0; i < part.Length; i++)
            {
                bytes[i * size + b] = part[i];
            }
        }

        shuffled.AsSpan(size * elements).CopyTo(bytes.AsSpan(size * elements));
        return bytes;
    }

    private static byte[] Checked(byte[] bytes)
    {
        const int Size = 4;
        if (bytes.Length < Size)
        {
            throw new InvalidDataException("a chunk without its checksum");
        }

        var values = bytes[..^Size];
        var written = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(^Size..));
        return Checksum(values) == ((written & 0xffff) % 65535, (written >> 16) % 65535)
            ? values
            : throw new InvalidDataException("a chunk whose checksum is not that of its bytes");
    }

    /// <summary>Fletcher's sums of big-endian 16-bit words, modulo 65535, as HDF5 takes them.</summary>
    private static (ulong Low, ulong High) Checksum(ReadOnlySpan<byte> bytes)
    {
        var (low, high) = (0UL, 0UL);
        for (var i = 0; i < bytes.Length; i += 2)
        {
            low = (low + ((uint)bytes[i] << 8 | (i + 1 < bytes.Length ? bytes[i + 1] : 0u))) % 65535;
            high = (high + low) % 65535;
        }

        return (low, high);
    }
}
