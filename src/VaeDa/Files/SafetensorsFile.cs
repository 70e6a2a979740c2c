using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;

namespace VaeDa.Files;

/// <summary>
/// Named arrays and string metadata in one file, in the safetensors format (huggingface.co/docs/safetensors): an 8-byte
/// header length, a JSON header, then the little-endian data. Elements are float32, float16 or int64 here; float64
/// and float16 are read as float32. Of a file that is read, the arrays stay in it until they are asked for.
/// </summary>
internal sealed class SafetensorsFile
{
    private const int LargestHeader = 100_000_000;
    private const int ValuesInPart = 1 << 16;
    private readonly Dictionary<string, Entry> _entries = [];
    private string? _path; // of a file that was read

    /// <summary>String metadata, the header's <c>__metadata__</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    public IReadOnlyCollection<string> Names => _entries.Keys;

    public void Add(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Add(name, "F32", MemoryMarshal.AsBytes(values), values.Length, shape);

    public void Add(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) =>
        Add(name, "I64", MemoryMarshal.AsBytes(values), values.Length, shape);

    /// <summary>Stored as float16: half the space, three significant figures.</summary>
    public void AddHalf(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var halves = new Half[values.Length];
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)values[i];
        }

        Add(name, "F16", MemoryMarshal.AsBytes<Half>(halves), halves.Length, shape);
    }

    /// <summary>Nothing where there is no such tensor.</summary>
    public void Remove(string name) => _entries.Remove(name);

    public bool Contains(string name) => _entries.ContainsKey(name);

    public long[] Shape(string name) => [.. Find(name).Shape];

    /// <exception cref="InvalidInputException">There is no such tensor, or it does not hold floating-point numbers.</exception>
    public float[] Floats(string name)
    {
        var values = new float[Find(name).Length / SizeOf(name)];
        CopyTo(name, values);
        return values;
    }

    /// <summary><see cref="Floats"/> into memory that is there already.</summary>
    /// <param name="name">Of the tensor.</param>
    /// <param name="values">As many as the tensor has.</param>
    /// <exception cref="InvalidInputException">There is no such tensor, or it does not hold floating-point numbers.</exception>
    public void CopyTo(string name, Span<float> values)
    {
        var entry = Find(name);
        var size = SizeOf(name);
        if ((long)size * values.Length != entry.Length)
        {
            throw new InvalidInputException($"tensor '{name}' has {entry.Length} bytes; its shape needs {(long)size * values.Length}");
        }

        if (size == sizeof(float))
        {
            entry.Read(0, MemoryMarshal.AsBytes(values));
            return;
        }

        var part = new byte[size * Math.Min(values.Length, ValuesInPart)];
        for (var first = 0; first < values.Length; first += ValuesInPart)
        {
            var here = values.Slice(first, Math.Min(ValuesInPart, values.Length - first));
            var bytes = part.AsSpan(0, size * here.Length);
            entry.Read((long)size * first, bytes);
            for (var i = 0; i < here.Length; i++)
            {
                here[i] = size == 2 ? (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..]) : (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes[(8 * i)..]);
            }
        }
    }

    /// <summary>Where a float32 tensor lies in the file that was read, if on a multiple of four bytes.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor.</exception>
    public (string Path, long First)? PlaceOf(string name) =>
        Find(name) is { Type: "F32", First: { } first } && first % sizeof(float) == 0 ? (_path!, first) : null;

    /// <summary>Whether a tensor is stored as float16.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor.</exception>
    public bool IsHalf(string name) => Find(name).Type == "F16";

    /// <summary>A tensor stored as float16, as it is.</summary>
    /// <param name="name">Of the tensor.</param>
    /// <param name="values">As many as the tensor has.</param>
    /// <exception cref="InvalidInputException">There is no such tensor, or it is not stored as float16.</exception>
    public void CopyTo(string name, Span<Half> values)
    {
        var entry = Find(name);
        if (entry.Type != "F16" || (long)sizeof(ushort) * values.Length != entry.Length)
        {
            throw new InvalidInputException($"tensor '{name}' has {entry.Length} bytes of {entry.Type}; {(long)sizeof(ushort) * values.Length} of F16 are needed");
        }

        entry.Read(0, MemoryMarshal.AsBytes(values));
    }

    /// <exception cref="InvalidInputException">There is no such tensor, or it does not hold 64-bit integers.</exception>
    public long[] Integers(string name)
    {
        var entry = Find(name);
        return entry.Type == "I64"
            ? entry.Integers()
            : throw new InvalidInputException($"tensor '{name}' holds {entry.Type}; I64 is needed");
    }

    /// <exception cref="InvalidInputException">The file is not a safetensors file, or it is cut short.</exception>
    public static SafetensorsFile Read(string path)
    {
        // Whoever replaces the file meanwhile leaves this one as it is; it is closed when it is no longer read.
        var source = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(source);
        Span<byte> lengthOfHeader = stackalloc byte[8];
        var headerLength = RandomAccess.Read(source, lengthOfHeader, 0) < 8 ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(lengthOfHeader);
        if (headerLength > LargestHeader || 8 + (long)headerLength > length)
        {
            throw new InvalidInputException($"{path}: not a safetensors file, or cut short");
        }

        var text = new byte[headerLength];
        new Entry("U8", [], source, 8, text.Length).Read(0, text);

        var file = new SafetensorsFile { _path = path };
        try
        {
            var header = JsonNode.Parse(text)!.AsObject();
            var start = 8 + (long)headerLength;
            foreach (var (name, node) in header)
            {
                if (name == "__metadata__")
                {
                    foreach (var (key, value) in node!.AsObject())
                    {
                        file.Metadata[key] = (string)value!;
                    }

                    continue;
                }

                var offsets = node!["data_offsets"]!.AsArray();
                var (first, end) = (start + (long)offsets[0]!, start + (long)offsets[1]!);
                if (first < start || end < first || end > length)
                {
                    throw new ArgumentException($"tensor '{name}' lies outside it");
                }

                file._entries[name] = new Entry((string)node["dtype"]!, [.. node["shape"]!.AsArray().Select(n => (long)n!)], source, first, end - first);
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidInputException($"{path}: not a safetensors file, or cut short ({e.Message})", e);
        }

        return file;
    }

    /// <summary>Writes aside and renames.</summary>
    public void Write(string path)
    {
        var header = new JsonObject();
        if (Metadata.Count > 0)
        {
            header["__metadata__"] = new JsonObject(Metadata.OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        }

        long offset = 0;
        foreach (var (name, entry) in _entries)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = entry.Type,
                ["shape"] = new JsonArray([.. entry.Shape.Select(n => (JsonNode)n)]),
                ["data_offsets"] = new JsonArray(offset, offset + entry.Length),
            };
            offset += entry.Length;
        }

        // Padded with spaces so that the data start on 8 bytes, as the format's own writer does.
        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        var padded = new byte[(text.Length + 7) / 8 * 8];
        Array.Fill(padded, (byte)' ');
        text.CopyTo(padded, 0);
        AtomicFile.Write(path, aside =>
        {
            using var stream = File.Create(aside);
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded.LongLength);
            stream.Write(length);
            stream.Write(padded);
            foreach (var entry in _entries.Values)
            {
                entry.WriteTo(stream);
            }
        });
    }

    private void Add(string name, string type, ReadOnlySpan<byte> data, int count, ReadOnlySpan<long> shape)
    {
        long product = 1;
        foreach (var size in shape)
        {
            product *= size;
        }

        if (product != count)
        {
            throw new ArgumentException($"tensor '{name}': {count} values do not fill its shape ({string.Join(", ", shape.ToArray())})", nameof(shape));
        }

        _entries[name] = new Entry(type, shape.ToArray(), data.ToArray());
    }

    private Entry Find(string name) =>
        _entries.TryGetValue(name, out var entry) ? entry : throw new InvalidInputException($"there is no tensor '{name}'");

    private int SizeOf(string name) => Find(name).Type switch
    {
        "F32" => sizeof(float),
        "F64" => sizeof(double),
        "F16" => 2,
        var other => throw new InvalidInputException($"tensor '{name}' holds {other}; F32, F64 or F16 is needed"),
    };

    /// <summary>An array in memory, or where it lies in a file.</summary>
    private sealed class Entry
    {
        private readonly byte[]? _data;
        private readonly SafeFileHandle? _file;
        private readonly long _first;

        public Entry(string type, long[] shape, byte[] data) => (Type, Shape, _data, Length) = (type, shape, data, data.LongLength);

        public Entry(string type, long[] shape, SafeFileHandle file, long first, long length) => (Type, Shape, _file, _first, Length) = (type, shape, file, first, length);

        public string Type { get; }

        public long[] Shape { get; }

        /// <summary>Bytes.</summary>
        public long Length { get; }

        /// <summary>Where it lies in its file, bytes from the start; null for an array in memory.</summary>
        public long? First => _file is null ? null : _first;

        public void Read(long from, Span<byte> bytes)
        {
            if (_data is not null)
            {
                _data.AsSpan((int)from, bytes.Length).CopyTo(bytes);
                return;
            }

            for (var place = _first + from; bytes.Length > 0;)
            {
                var count = RandomAccess.Read(_file!, bytes, place);
                if (count == 0)
                {
                    throw new EndOfStreamException("the file is shorter than its header says");
                }

                bytes = bytes[count..];
                place += count;
            }
        }

        public long[] Integers()
        {
            var values = new long[Length / sizeof(long)];
            Read(0, MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        public void WriteTo(Stream stream)
        {
            var part = new byte[Math.Min(Length, ValuesInPart)];
            for (var from = 0L; from < Length; from += part.Length)
            {
                var bytes = part.AsSpan(0, (int)Math.Min(part.Length, Length - from));
                Read(from, bytes);
                stream.Write(bytes);
            }
        }
    }
}
