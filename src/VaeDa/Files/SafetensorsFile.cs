using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Win32.SafeHandles;
using VaeDa.Files.Outputs;
using VaeDa.Runtime;

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
    private const int BytesInPart = 1 << 20;
    private const string HashKey = "sha256";
    private const string BeforeHash = $"\"{HashKey}\":\"";
    private readonly Dictionary<string, Entry> _entries = [];
    private string? _path; // of a file that was read
    private SafeFileHandle? _source;
    private string? _hash;
    private int _placeOfHash = -1;

    /// <summary>String metadata, the header's <c>__metadata__</c>, but for the hash.</summary>
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

    /// <summary>The type of a tensor's numbers as the format calls it, and where they begin in the file that was read.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor.</exception>
    public (string Type, long First) StoredAs(string name) => Find(name) is var entry ? (entry.Type, entry.First ?? throw new InvalidOperationException("this file was not read")) : default;

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
        InputFile.RequireRegular(path);
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

        var file = new SafetensorsFile { _path = path, _source = source };
        try
        {
            file.Take(JsonNode.Parse(text) as JsonObject ?? throw new FormatException("its header is no JSON object"), 8 + (long)headerLength, length);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            throw new InvalidInputException($"{path}: not a safetensors file, or cut short: {(e is FormatException ? e.Message : "its header cannot be read")}", e);
        }

        file._placeOfHash = ContentHash.PlaceIn(text, BeforeHash) is >= 0 and var place ? 8 + place : -1;
        return file;
    }

    /// <summary>The only text in the metadata of a file of this toolkit's own.</summary>
    /// <param name="key">Its name there.</param>
    /// <returns>Null where it is not there.</returns>
    /// <exception cref="InvalidInputException">There is another text too: what is not the hash and is called nearly so is a damaged one.</exception>
    public string? OwnText(string key) => !Metadata.TryGetValue(key, out var text) ? null
        : Metadata.Keys.FirstOrDefault(other => other != key) is { } stray ? throw new InvalidInputException($"{_path}: damaged, or changed since it was written: its metadata hold '{Excerpt.Of(stray)}', which no version of this toolkit writes")
        : text;

    /// <summary>Reads the whole file, and compares it with the hash that stands in it; a file of an earlier version has none.</summary>
    /// <returns>The hash of its content: the one that stands in it, or that of the file as it is. 64 hexadecimal digits.</returns>
    /// <exception cref="InvalidInputException">It is not as it was written.</exception>
    public string RequireIntact()
    {
        using var hash = new Sha256();
        var part = new byte[BytesInPart];
        long place = 0;
        for (int count; (count = RandomAccess.Read(_source!, part, place)) > 0; place += count)
        {
            if (_placeOfHash >= 0)
            {
                var (from, to) = (Math.Clamp(_placeOfHash - place, 0, count), Math.Clamp(_placeOfHash + ContentHash.Digits - place, 0, count));
                part.AsSpan((int)from, (int)(to - from)).Fill((byte)'0');
            }

            hash.Append(part.AsSpan(0, count));
        }

        var found = hash.ToHex();
        return _hash is null || _hash == found ? found
            : throw new InvalidInputException($"{_path}: damaged, or changed since it was written: its content is not that of the hash in it; copy it anew, or make it again");
    }

    /// <summary>Whether all numbers of a tensor are finite; so are those of an empty one, and of one of integers.</summary>
    /// <exception cref="InvalidInputException">There is no such tensor.</exception>
    public bool IsFinite(string name) => Find(name) is var entry && entry.Type switch
    {
        "F64" => IsFinite<ulong>(entry, 0x7FF0_0000_0000_0000),
        "F32" => IsFinite(entry, 0x7F80_0000u),
        "F16" => IsFinite<ushort>(entry, 0x7C00),
        _ => true,
    };

    // All bits of the exponent are set in what is infinite or no number.
    private static bool IsFinite<T>(Entry entry, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        var mask = new Vector<T>(exponent);
        var part = new byte[Math.Min(entry.Length, BytesInPart)];
        for (var from = 0L; from < entry.Length; from += part.Length)
        {
            var bytes = part.AsSpan(0, (int)Math.Min(part.Length, entry.Length - from));
            entry.Read(from, bytes);
            var values = MemoryMarshal.Cast<byte, T>(bytes);
            var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
            foreach (var vector in vectors)
            {
                if (Vector.EqualsAny(vector & mask, mask))
                {
                    return false;
                }
            }

            foreach (var value in values[(vectors.Length * Vector<T>.Count)..])
            {
                if ((value & exponent) == exponent)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <exception cref="FormatException">An entry is not as the format has it.</exception>
    private void Take(JsonObject header, long start, long length)
    {
        foreach (var (name, node) in header)
        {
            var what = $"its entry '{Excerpt.Of(name)}'";
            if (node is not JsonObject entry)
            {
                throw new FormatException($"{what} is no JSON object");
            }

            if (name == "__metadata__")
            {
                foreach (var (key, value) in entry)
                {
                    Metadata[key] = value?.GetValueKind() == JsonValueKind.String ? (string)value! : throw new FormatException("its metadata are not all texts");
                }

                continue;
            }

            if (entry["dtype"] is not JsonValue type || entry["shape"] is not JsonArray sizes || entry["data_offsets"] is not JsonArray { Count: 2 } offsets)
            {
                throw new FormatException($"{what} lacks its type, shape or place");
            }

            long[] shape = [.. sizes.Select(Number)];
            var (first, end) = (checked(start + Number(offsets[0])), checked(start + Number(offsets[1])));
            if (first < start || end < first || end > length)
            {
                throw new FormatException($"{what} lies outside the file");
            }

            var elements = shape.Aggregate(1.0, (product, n) => n >= 0 ? product * n : double.NaN);
            if (SizeOfType((string)type!) is { } size && size * elements != end - first)
            {
                throw new FormatException($"{what} has {end - first} bytes, which are not those of its shape");
            }

            _entries[name] = new Entry((string)type!, shape, _source!, first, end - first);

            long Number(JsonNode? node) => (long)(node ?? throw new FormatException($"{what} has a null for a number"));
        }

        Metadata.Remove(HashKey, out _hash);
    }

    private static int? SizeOfType(string type) => type switch
    {
        "F64" or "I64" => 8,
        "F32" or "I32" => 4,
        "F16" => 2,
        _ => null,
    };

    /// <summary>Writes aside and renames.</summary>
    public void Write(string path)
    {
        var header = new JsonObject
        {
            ["__metadata__"] = new JsonObject(Metadata.Append(KeyValuePair.Create(HashKey, ContentHash.Blank)).OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value))),
        };
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
            using var hash = new Sha256();
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)padded.LongLength);
            Put(length);
            Put(padded);
            foreach (var entry in _entries.Values)
            {
                entry.WriteTo(Put);
            }

            stream.Position = length.Length + ContentHash.PlaceIn(padded, BeforeHash);
            stream.Write(Encoding.ASCII.GetBytes(hash.ToHex()));

            void Put(ReadOnlySpan<byte> bytes)
            {
                hash.Append(bytes);
                stream.Write(bytes);
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
                    throw new InvalidInputException("the file is shorter than its header says");
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

        public void WriteTo(Action<ReadOnlySpan<byte>> put)
        {
            var part = new byte[Math.Min(Length, ValuesInPart)];
            for (var from = 0L; from < Length; from += part.Length)
            {
                var bytes = part.AsSpan(0, (int)Math.Min(part.Length, Length - from));
                Read(from, bytes);
                put(bytes);
            }
        }
    }
}
