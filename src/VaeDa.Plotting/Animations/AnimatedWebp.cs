using System.Buffers.Binary;
using System.Text;

namespace VaeDa.Plotting.Animations;

/// <summary>
/// Still WebP pictures as frames of one animation: the extended file format of Google's WebP Container Specification
/// (RFC 9649, section 2.7). Neither drawing library writes it.
/// </summary>
internal static class AnimatedWebp
{
    private const int HeaderLength = 12;

    // Of VP8X: the file holds an animation.
    private const byte IsAnimated = 1 << 1;

    // Of ANMF: a frame takes the place of the one before, without blending.
    private const byte Replaces = 1 << 1;

    /// <param name="stream">Takes the animation, from its beginning on.</param>
    /// <param name="frames">WebP files, opaque, all of this size; each is let go when it is written.</param>
    /// <param name="milliseconds">How long each is shown.</param>
    public static void Write(Stream stream, IEnumerable<byte[]> frames, int width, int height, int milliseconds)
    {
        // The length is known at the end.
        stream.Write("RIFF    WEBP"u8);
        WriteChunk(stream, "VP8X", [IsAnimated, 0, 0, 0, .. Three(width - 1), .. Three(height - 1)]);
        // A white background, for as long as the first frame loads; for ever.
        WriteChunk(stream, "ANIM", [255, 255, 255, 255, 0, 0]);
        foreach (var frame in frames)
        {
            WriteChunk(stream, "ANMF", [.. Three(0), .. Three(0), .. Three(width - 1), .. Three(height - 1), .. Three(milliseconds), Replaces, .. Picture(frame)]);
        }

        var length = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, checked((uint)(stream.Length - 8)));
        stream.Position = 4;
        stream.Write(length);
    }

    // The chunk with the compressed picture, its own header included; what else a still file holds does not go into a frame.
    private static byte[] Picture(byte[] file)
    {
        for (var at = HeaderLength; at + 8 <= file.Length;)
        {
            var length = 8 + (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4));
            length += length % 2;
            if (Encoding.ASCII.GetString(file, at, 4) is "VP8 " or "VP8L")
            {
                return file[at..Math.Min(at + length, file.Length)];
            }

            at += length;
        }

        throw new ArgumentException("a frame is not a WebP file", nameof(file));
    }

    private static byte[] Three(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16)];

    private static void WriteChunk(Stream stream, string name, byte[] content)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)content.Length);
        stream.Write(Encoding.ASCII.GetBytes(name));
        stream.Write(length);
        stream.Write(content);
        if (content.Length % 2 == 1)
        {
            stream.WriteByte(0);
        }
    }
}
