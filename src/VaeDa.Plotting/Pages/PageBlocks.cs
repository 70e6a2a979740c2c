using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using VaeDa.Files;

namespace VaeDa.Plotting.Pages;

/// <summary>
/// What a page carries beside its text: fields and tables, each packed by itself, so that a browser unpacks it when it is looked at. A block is deflated and written in base 64;
/// the page names it by its number.
/// </summary>
public sealed class PageBlocks
{
    // In place of a missing value.
    private const short Missing = short.MinValue;

    private readonly List<string> blocks = [];

    /// <summary>The number of letters that all blocks take in the page.</summary>
    public long Length { get; private set; }

    internal IReadOnlyList<string> Texts => blocks;

    /// <summary>Adds anything that JSON can hold.</summary>
    /// <returns>The number of the block.</returns>
    public int Add<T>(T value) => Keep(Packed(Encoding.UTF8.GetBytes(JsonText.Write(value))));

    /// <summary>
    /// Adds numbers, rounded to a multiple of a step, or of ten, a hundred, … steps where they are too large for 16 bits otherwise. In the block are the step (float64), then the
    /// differences of neighbours (int16, modulo 65536, little-endian), their upper bytes before their lower ones.
    /// </summary>
    /// <param name="values">A field, row by row; NaN is kept.</param>
    /// <param name="step">In the values' units, above 0.</param>
    /// <returns>The number of the block.</returns>
    public int Add(IReadOnlyList<float> values, double step) => Keep(Pack(values, step));

    /// <summary>How many letters a field takes.</summary>
    public static long LengthOf(IReadOnlyList<float> values, double step) => Pack(values, step).Length;

    /// <summary>Deflated, in base 64.</summary>
    internal static string Packed(ReadOnlySpan<byte> bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(bytes);
        }

        return Convert.ToBase64String(packed.GetBuffer(), 0, (int)packed.Length);
    }

    private static string Pack(IReadOnlyList<float> values, double step)
    {
        var largest = values.Where(float.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        while (largest / step > short.MaxValue)
        {
            step *= 10;
        }

        var bytes = new byte[sizeof(double) + 2 * values.Count];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, step);
        short before = 0;
        for (var i = 0; i < values.Count; i++)
        {
            var rounded = float.IsFinite(values[i]) ? (short)Math.Round(values[i] / step) : Missing;
            var difference = unchecked((ushort)(rounded - before));
            bytes[sizeof(double) + i] = (byte)(difference >> 8);
            bytes[sizeof(double) + values.Count + i] = (byte)difference;
            before = rounded;
        }

        return Packed(bytes);
    }

    private int Keep(string block)
    {
        blocks.Add(block);
        Length += block.Length;
        return blocks.Count - 1;
    }
}
