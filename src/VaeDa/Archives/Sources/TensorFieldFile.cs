using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Win32.SafeHandles;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;

namespace VaeDa.Archives.Sources;

/// <summary>
/// Anomalies made elsewhere: one variable of a <c>.npy</c> array or of the tensor <c>anomaly</c> in a <c>.safetensors</c>
/// file, (T, H, W) or (T, V, H, W), float32 or float64 in C order. Grid, times and names are in a JSON file beside it, with
/// the same name and the extension <c>.json</c>:
/// <c>{"latitudes": […], "longitudes": […], "times": ["1979-01-01", …], "variables": ["t2m"], "units": ["K"]}</c>.
/// </summary>
internal sealed partial class TensorFieldFile : FieldFile
{
    private const string TensorName = "anomaly";
    private const int LargestHeader = 1 << 16;
    private const int MostNames = 20;

    private TensorFieldFile()
    {
    }

    internal required FieldOrder Order { get; init; }

    internal required Layout Data { get; init; }

    internal required int VariableIndex { get; init; }

    internal required int VariableCount { get; init; }

    public static bool IsTensor(string path) => ExtensionOf(path) is ".npy" or ".safetensors";

    /// <summary>Finds the variables named, or all if none is named.</summary>
    /// <exception cref="InvalidInputException">The array or the JSON beside it is not as described.</exception>
    public static IReadOnlyList<TensorFieldFile> Find(string path, IReadOnlyList<string> names)
    {
        InputFile.RequireRegular(path);
        var layout = ExtensionOf(path) == ".npy" ? NpyLayout(path) : SafetensorsLayout(path);
        var sidecar = System.IO.Path.ChangeExtension(path, ".json");
        if (!File.Exists(sidecar))
        {
            throw new InvalidInputException($"{sidecar}: no such file; it must give latitudes, longitudes, times, variables and units of {path}");
        }

        try
        {
            var json = JsonNode.Parse(InputFile.Small(sidecar)) as JsonObject ?? throw new FormatException("not a JSON object");
            var order = FieldOrder.Of(Numbers(json, "latitudes"), Numbers(json, "longitudes"));
            CalendarTime[] times = [.. Texts(json, "times").Select(text => CalendarTime.Of(DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var time) ? time
                : throw new FormatException($"'{Excerpt.Of(text)}' in 'times' is not a time such as 2000-01-15")))];
            var variables = Texts(json, "variables", "variable");
            var units = Texts(json, "units");
            if (units.Length == 1)
            {
                units = [.. variables.Select(_ => units[0])];
            }

            VariableNames.Check([.. variables.Zip(units, (name, unit) => new Variable { Name = name, Units = unit })], null, _ => sidecar);

            var width = order.FileCells / order.Grid.Height;
            long[] shape = layout.Shape.Length == 3
                ? [times.Length, order.Grid.Height, width]
                : [times.Length, variables.Length, order.Grid.Height, width];
            if (!layout.Shape.SequenceEqual(shape) || (layout.Shape.Length == 3 && variables.Length != 1) || units.Length != variables.Length)
            {
                throw new InvalidInputException(
                    $"{path}: its shape ({string.Join(", ", layout.Shape)}) is not that of {times.Length} times, {variables.Length} variables ({units.Length} units), " +
                    $"{order.Grid.Height} latitudes and {width} longitudes, which {sidecar} gives");
            }

            var found = variables.Select((name, v) => (name, v)).Where(p => names.Count == 0 || names.Contains(p.name)).Select(p => new TensorFieldFile
            {
                Path = path,
                Asked = names.Count == 0 ? null : p.name,
                Variable = new Variable { Name = p.name, Units = units[p.v] },
                Grid = order.Grid,
                Times = times,
                Order = order,
                Data = layout,
                VariableIndex = p.v,
                VariableCount = variables.Length,
            }).ToList();
            return found.Count > 0
                ? found
                : throw new InvalidInputException($"{path}: no variable {string.Join(" or ", names.Select(n => $"'{n}'"))}; {sidecar} gives {string.Join(", ", variables.Select(v => $"'{v}'"))}");
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidInputException($"{sidecar}: {(e is FormatException ? e.Message : "no JSON that can be read")}", e);
        }
        catch (InvalidInputException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal) && !e.Message.StartsWith(sidecar, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{sidecar}: {e.Message}", e);
        }
    }

    public override IFieldReader Open() => new Reader(this);

    private static string ExtensionOf(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant();

    private static double[] Numbers(JsonObject json, string name) =>
        [.. Items(json, name).Select(n => n?.GetValueKind() == JsonValueKind.Number ? (double)n : throw new FormatException($"'{name}' holds what is not a number"))];

    private static string[] Texts(JsonObject json, params string[] names) =>
        [.. Items(json, names).Select(n => n?.GetValueKind() == JsonValueKind.String ? (string)n! : throw new FormatException($"'{names[0]}' holds what is not a text"))];

    private static IEnumerable<JsonNode?> Items(JsonObject json, params string[] names)
    {
        foreach (var name in names)
        {
            if (json[name] is { } node)
            {
                return node is JsonArray items ? (IEnumerable<JsonNode?>)items : Enumerable.Repeat(node, 1);
            }
        }

        throw new FormatException($"'{names[0]}' is missing");
    }

    // The npy format, version 1.0 to 3.0: magic, version, header length, then a Python dictionary as text.
    private static Layout NpyLayout(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> start = stackalloc byte[12];
        var read = file.ReadAtLeast(start, 12, throwOnEndOfStream: false);
        if (read < 12 || start[0] != 0x93 || !start[1..6].SequenceEqual("NUMPY"u8))
        {
            throw new InvalidInputException($"{path}: not an npy file");
        }

        var lengthSize = start[6] == 1 ? 2 : 4;
        var length = lengthSize == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        var headerStart = 8 + lengthSize;
        if (length > LargestHeader || headerStart + (long)length > file.Length)
        {
            throw new InvalidInputException($"{path}: cut short");
        }

        var text = new byte[length];
        file.Position = headerStart;
        file.ReadExactly(text);
        var match = NpyHeader().Match(System.Text.Encoding.Latin1.GetString(text));
        if (!match.Success || match.Groups["order"].Value != "False" || match.Groups["type"].Value is not ("<f4" or "<f8"))
        {
            throw new InvalidInputException($"{path}: a float32 or float64 array in C order is needed (its header says {Excerpt.Of(System.Text.Encoding.Latin1.GetString(text).Trim())})");
        }

        var shape = match.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(n => long.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : throw new InvalidInputException($"{path}: its shape is not of whole numbers")).ToArray();
        return Checked(path, new Layout(headerStart + length, match.Groups["type"].Value == "<f4" ? 4 : 8, shape), file.Length);
    }

    private static Layout SafetensorsLayout(string path)
    {
        var file = SafetensorsFile.Read(path);
        if (!file.Contains(TensorName))
        {
            throw new InvalidInputException($"{path}: no tensor '{TensorName}'; there are {string.Join(", ", file.Names.Take(MostNames).Select(name => $"'{Excerpt.Of(name)}'"))}{(file.Names.Count > MostNames ? ", …" : string.Empty)}");
        }

        var (type, first) = file.StoredAs(TensorName);
        return type is "F32" or "F64" ? Checked(path, new Layout(first, type == "F32" ? 4 : 8, file.Shape(TensorName)), new FileInfo(path).Length)
            : throw new InvalidInputException($"{path}: tensor '{TensorName}' holds {Excerpt.Of(type)}; F32 or F64 is needed");
    }

    private static Layout Checked(string path, Layout layout, long fileLength)
    {
        if (layout.Shape.Length is not (3 or 4))
        {
            throw new InvalidInputException($"{path}: its shape is ({string.Join(", ", layout.Shape)}); (time, latitude, longitude) or (time, variable, latitude, longitude) is needed");
        }

        // In floating point: a broken shape must not overflow into a small number.
        var needed = layout.Offset + layout.Shape.Aggregate((double)layout.ElementSize, (product, n) => product * n);
        return needed <= fileLength ? layout : throw new InvalidInputException(FormattableString.Invariant($"{path}: cut short (needs {needed:N0} bytes, has {fileLength:N0})"));
    }

    [GeneratedRegex(@"^\{(?=.*'descr':\s*'(?<type>[^']*)')(?=.*'fortran_order':\s*(?<order>True|False))(?=.*'shape':\s*\((?<shape>[\d,\s]*)\))", RegexOptions.Singleline)]
    private static partial Regex NpyHeader();

    internal sealed record Layout(long Offset, int ElementSize, long[] Shape);

    private sealed class Reader(TensorFieldFile file) : IFieldReader
    {
        private readonly SafeFileHandle _handle = File.OpenHandle(file.Path);
        private readonly byte[] _bytes = new byte[file.Data.ElementSize * file.Order.FileCells];
        private readonly float[] _field = new float[file.Order.FileCells];

        public void Read(int index, Span<float> field)
        {
            var offset = file.Data.Offset + ((long)index * file.VariableCount + file.VariableIndex) * _bytes.Length;
            for (var done = 0; done < _bytes.Length;)
            {
                var read = RandomAccess.Read(_handle, _bytes.AsSpan(done), offset + done);
                done += read > 0 ? read : throw new InvalidInputException($"{file.Path}: cut short");
            }

            if (file.Data.ElementSize == 4)
            {
                MemoryMarshal.Cast<byte, float>(_bytes).CopyTo(_field);
            }
            else
            {
                var values = MemoryMarshal.Cast<byte, double>(_bytes);
                for (var c = 0; c < _field.Length; c++)
                {
                    _field[c] = (float)values[c];
                }
            }

            file.Order.Apply(_field, field);
        }

        public void Dispose() => _handle.Dispose();
    }
}
