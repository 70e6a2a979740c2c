using System.Buffers.Binary;

namespace VaeDa.Cli.Tests;

internal static class PngFile
{
    /// <summary>Width and height in pixels, by the file's header.</summary>
    public static (int Width, int Height) SizeOf(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal<byte>([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0d, 0x0a, 0x1a, 0x0a], bytes[..8]);
        return (BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(20)));
    }
}
