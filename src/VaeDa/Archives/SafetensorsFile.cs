using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace VaeDa.Archives;

/// <summary>
/// Named arrays and string metadata in one file, in the safetensors format (huggingface.co/docs/safetensors): an 8-byte
/// header length, a JSON header, then the little-endian data. Elements are float32, float16 or int64 here; float64
/// and float16 are read as float32.
/// </summary>
public sealed class SafetensorsFile
{
    private const string MetadataName = "__metadata__";
    private const int LargestHeader = 100_000_000;
    private readonly Dictionary<string, Entry> _entries = [];

    /// <summary>String metadata, the header's <c>__metadata__</c>.</summary>
    public Dictionary<string, string> Metadata { get; } = [];

    /// <summary>SHA-256 of the file that was read, lower-case hexadecimal; empty for one made in memory.</summary>
    public string Hash { get; private set; } = string.Empty;

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

    public bool Contains(string name) => _entries.ContainsKey(name);

    public long[] Shape(string name) => [.. Find(name).Shape];

    /// <exception cref="InvalidInputException">There is no such tensor, or it does not hold floating-point numbers.</exception>
    public float[] Floats(string name)
    {
        var entry = Find(name);
        return entry.Type switch
        {
            "F32" => MemoryMarshal.Cast<byte, float>(entry.Data.Span).ToArray(),
            "F64" => Array.ConvertAll(MemoryMarshal.Cast<byte, double>(entry.Data.Span).ToArray(), value => (float)value),
            "F16" => Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(entry.Data.Span).ToArray(), value => (float)value),
            _ => throw new InvalidInputException($"tensor '{name}' holds {entry.Type}; F32, F64 or F16 is needed"),
        };
    }

    /// <exception cref="InvalidInputException">There is no such tensor, or it does not hold 64-bit integers.</exception>
    public long[] Integers(string name)
    {
        var entry = Find(name);
        return entry.Type == "I64"
            ? MemoryMarshal.Cast<byte, long>(entry.Data.Span).ToArray()
            : throw new InvalidInputException($"tensor '{name}' holds {entry.Type}; I64 is needed");
    }

    /// <exception cref="InvalidInputException">The file is not a safetensors file, or it is cut short.</exception>
    public static SafetensorsFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        using var stream = new MemoryStream(bytes);
        return Parse(path, stream, (file, header) =>
        {
            foreach (var (name, node) in header.Where(entry => entry.Key != MetadataName))
            {
                var offsets = node!["data_offsets"]!.AsArray();
                var data = bytes.AsMemory(checked((int)(stream.Position + (long)offsets[0]!)), checked((int)((long)offsets[1]! - (long)offsets[0]!)));
                file._entries[name] = new Entry((string)node["dtype"]!, [.. node["shape"]!.AsArray().Select(n => (long)n!)], data);
            }

            file.Hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        });
    }

    /// <summary><see cref="Metadata"/> alone, whatever the size of the file.</summary>
    /// <exception cref="InvalidInputException">The file is not a safetensors file, or it is cut short.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var stream = File.OpenRead(path);
        return Parse(path, stream, (_, _) => { }).Metadata;
    }

    // Leaves the stream where the data start.
    private static SafetensorsFile Parse(string path, Stream stream, Action<SafetensorsFile, JsonObject> entries)
    {
        Span<byte> prefix = stackalloc byte[8];
        var headerLength = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false) < prefix.Length ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LargestHeader || (long)headerLength > stream.Length - stream.Position)
        {
            throw new InvalidInputException($"{path}: not a safetensors file, or cut short");
        }

        var file = new SafetensorsFile();
        var text = new byte[(int)headerLength];
        stream.ReadExactly(text);
        try
        {
            var header = JsonNode.Parse(text)!.AsObject();
            foreach (var (key, value) in header[MetadataName]?.AsObject() ?? [])
            {
                file.Metadata[key] = (string)value!;
            }

            entries(file, header);
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
            header[MetadataName] = new JsonObject(Metadata.OrderBy(m => m.Key, StringComparer.Ordinal)
                .Select(m => KeyValuePair.Create(m.Key, (JsonNode?)m.Value)));
        }

        long offset = 0;
        foreach (var (name, entry) in _entries)
        {
            header[name] = new JsonObject
            {
                ["dtype"] = entry.Type,
                ["shape"] = new JsonArray([.. entry.Shape.Select(n => (JsonNode)n)]),
                ["data_offsets"] = new JsonArray(offset, offset + entry.Data.Length),
            };
            offset += entry.Data.Length;
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
                stream.Write(entry.Data.Span);
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

    private sealed record Entry(string Type, long[] Shape, ReadOnlyMemory<byte> Data);
}
