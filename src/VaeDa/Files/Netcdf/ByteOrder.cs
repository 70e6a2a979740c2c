using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VaeDa.Files.Netcdf;

/// <summary>The classic format is big-endian.</summary>
internal static class ByteOrder
{
    /// <summary>Turns elements between big-endian and this machine's order, in place.</summary>
    public static void SwapBigEndian(Span<byte> elements, int elementSize)
    {
        if (!BitConverter.IsLittleEndian)
        {
            return;
        }

        switch (elementSize)
        {
            case 2:
                var shorts = MemoryMarshal.Cast<byte, short>(elements);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                var ints = MemoryMarshal.Cast<byte, int>(elements);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                var longs = MemoryMarshal.Cast<byte, long>(elements);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
