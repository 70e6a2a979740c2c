using System.Buffers.Binary;
using System.IO.Compression;

namespace VaeDa.Files;

/// <summary>A file's bytes, unpacked where they are compressed by gzip, whatever the file is called; those of a pipe too, which is read to its end.</summary>
internal sealed class Unpacked
{
    // Tables shrink to a fifth or a twentieth; what grows more than this is made to fill the memory.
    private const long MostGrowth = 200;
    private const long AlwaysFits = 1 << 26;

    // What is larger unpacked is kept on disk.
    private const long LargestInMemory = 1 << 24;

    private readonly string _path;
    private readonly PipedBytes? _piped;

    /// <param name="path">The file.</param>
    /// <exception cref="InvalidInputException">There is no such file, or it is neither a file nor a pipe that somebody writes to.</exception>
    public Unpacked(string path)
    {
        _path = path;
        _piped = InputFile.IsPipe(path) ? new PipedBytes(path) : null;
    }

    /// <summary>The first bytes, unpacked; fewer where there are no more.</summary>
    /// <exception cref="InvalidInputException">The compressed bytes are damaged.</exception>
    public byte[] First(int count)
    {
        using var file = Packed();
        var isPacked = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using var gzip = new GZipStream(file, CompressionMode.Decompress);
        var first = new byte[count];
        try
        {
            return first[..(isPacked ? (Stream)gzip : file).ReadAtLeast(first, count, throwOnEndOfStream: false)];
        }
        catch (InvalidDataException e)
        {
            throw new InvalidInputException($"{_path}: compressed by gzip, and damaged", e);
        }
    }

    /// <returns>A stream that can be read from anywhere.</returns>
    /// <exception cref="InvalidInputException">The compressed bytes are damaged, cut short, or those of a file too large.</exception>
    public Stream Open()
    {
        var file = Packed();
        if (file.ReadByte() != 0x1F || file.ReadByte() != 0x8B)
        {
            file.Position = 0;
            return file;
        }

        using (file)
        {
            file.Position = 0;
            var most = Math.Min(Math.Max(AlwaysFits, MostGrowth * file.Length), Array.MaxLength);
            Stream unpacked = new MemoryStream();
            try
            {
                using var gzip = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
                var part = new byte[1 << 16];
                for (int count; (count = gzip.Read(part)) > 0;)
                {
                    unpacked.Write(part, 0, count);
                    if (unpacked is MemoryStream { Length: > LargestInMemory } memory)
                    {
                        unpacked = ScratchFile.Stream(Path.GetTempPath(), "unpacked");
                        memory.WriteTo(unpacked);
                    }

                    if (unpacked.Length > most)
                    {
                        throw new InvalidInputException($"{_path}: compressed by gzip, and more than {most >> 20} MB unpacked: no table shrinks so; unpack it if it is one");
                    }
                }
            }
            catch (InvalidDataException e)
            {
                throw new InvalidInputException($"{_path}: compressed by gzip, and damaged", e);
            }

            if (!IsWhole(file, unpacked))
            {
                throw new InvalidInputException($"{_path}: compressed by gzip, and cut short");
            }

            unpacked.Position = 0;
            return unpacked;
        }
    }

    private Stream Packed() => _piped?.Open() ?? File.OpenRead(_path);

    /// <summary>
    /// Whether the packed bytes end as gzip does, with checksum and length of what was packed last (RFC 1952): a stream that is cut short
    /// inflates without a word.
    /// </summary>
    private static bool IsWhole(Stream packed, Stream unpacked)
    {
        Span<byte> end = stackalloc byte[8];
        if (packed.Length < end.Length)
        {
            return false;
        }

        packed.Position = packed.Length - end.Length;
        packed.ReadExactly(end);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(end[4..]);
        if (length > unpacked.Length)
        {
            return false;
        }

        unpacked.Position = unpacked.Length - length;
        return Crc32(unpacked) == BinaryPrimitives.ReadUInt32LittleEndian(end);
    }

    /// <summary>Of what is left of a stream.</summary>
    private static uint Crc32(Stream stream)
    {
        var (crc, part) = (uint.MaxValue, new byte[1 << 16]);
        for (int count; (count = stream.Read(part)) > 0;)
        {
            foreach (var b in part.AsSpan(0, count))
            {
                crc ^= b;
                for (var bit = 0; bit < 8; bit++)
                {
                    crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
                }
            }
        }

        return ~crc;
    }
}
