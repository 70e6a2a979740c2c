using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;

namespace VaeDa.Plotting.Animations;

/// <summary>
/// Still GIF pictures as frames of one animation, each with colours of its own (GIF89a specification, and Netscape's extension for an
/// animation without end). ImageSharp writes animations too, of frames that are all in memory with all their pixels: gigabytes for a year.
/// </summary>
internal static class AnimatedGif
{
    private const byte Extension = 0x21;
    private const byte ImageDescriptor = 0x2C;
    private const byte Trailer = 0x3B;
    private const int DescriptorLength = 10;
    private const int TableFollows = 0x80;
    private const int ScreenFlags = 10; // of the header, where its flags are
    private const int HeaderLength = 13;

    // Dithered, flat colours would grain and hardly compress.
    private static readonly GifEncoder Encoder = new() { Quantizer = new WuQuantizer(new QuantizerOptions { Dither = null }), ColorTableMode = GifColorTableMode.Global };

    /// <summary>Packs a frame.</summary>
    /// <param name="pixels">RGBA, opaque.</param>
    /// <returns>What stands for it in the animation: its place, colours and packed pixels.</returns>
    public static byte[] Frame(ReadOnlySpan<byte> pixels, int width, int height)
    {
        using var picture = Image.LoadPixelData<Rgba32>(pixels, width, height);
        using var still = new MemoryStream();
        picture.SaveAsGif(still, Encoder);
        return Picture(still.ToArray());
    }

    /// <param name="stream">Takes the animation.</param>
    /// <param name="frames">Made by <see cref="Frame"/>, all of this size; each is let go when it is written.</param>
    /// <param name="hundredths">Of a second that each is shown.</param>
    public static void Write(Stream stream, IEnumerable<byte[]> frames, int width, int height, int hundredths)
    {
        stream.Write("GIF89a"u8);
        stream.Write([.. Two(width), .. Two(height), 0, 0, 0]);
        // For ever.
        stream.Write([Extension, 0xFF, 11, .. "NETSCAPE2.0"u8, 3, 1, 0, 0, 0]);
        foreach (var frame in frames)
        {
            stream.Write([Extension, 0xF9, 4, 0, .. Two(hundredths), 0, 0]);
            stream.Write(frame);
        }

        stream.WriteByte(Trailer);
    }

    // The colours of a still picture stand in the header of its file; a frame's own stand behind its descriptor.
    private static byte[] Picture(byte[] file)
    {
        var flags = file[ScreenFlags];
        var colours = (flags & TableFollows) == 0 ? 0 : 3 * (2 << (flags & 7));
        var table = file.AsSpan(HeaderLength, colours);
        for (var at = HeaderLength + colours; at < file.Length;)
        {
            if (file[at] == Extension)
            {
                at = AfterBlocks(file, at + 2);
                continue;
            }

            if (file[at] != ImageDescriptor || colours == 0 || (file[at + DescriptorLength - 1] & TableFollows) != 0)
            {
                break;
            }

            var pixels = at + DescriptorLength;
            return [.. file.AsSpan(at, DescriptorLength - 1), (byte)(TableFollows | (flags & 7)), .. table, .. file.AsSpan(pixels, AfterBlocks(file, pixels + 1) - pixels)];
        }

        throw new ArgumentException("a frame is not a GIF file with one table of colours", nameof(file));
    }

    // Blocks begin with their length; one of none is the last.
    private static int AfterBlocks(byte[] file, int at)
    {
        for (; file[at] != 0; at += 1 + file[at])
        {
        }

        return at + 1;
    }

    private static byte[] Two(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, checked((ushort)value));
        return bytes;
    }
}
