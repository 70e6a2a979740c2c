using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives;

/// <summary>One of an archive's netCDF files as its description lists it, with checksums of its records, which are the fields of one time each.</summary>
internal sealed record ArchiveFile
{
    private const int DigitsEach = 8;
    private const int BytesInPart = 1 << 20;

    /// <summary>The file's name, without its folder.</summary>
    public required string Name { get; init; }

    /// <summary>The size of the file, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Where the first record begins, in bytes.</summary>
    public required long Start { get; init; }

    /// <summary>The number of records, all of one size; 0 where the file has no unlimited dimension.</summary>
    public required int Records { get; init; }

    /// <summary>CRC-32C of what stands before the records, and of each of these: eight hexadecimal digits each, one after the other.</summary>
    [JsonPropertyName("crc32c")]
    public required string Checksums { get; init; }

    private long RecordLength => (Bytes - Start) / Records;

    /// <summary>What is wrong with the entry itself; null if nothing is.</summary>
    [JsonIgnore]
    public string? Fault => Start > 0 && Records >= 0 && (Records == 0 ? Start == Bytes : Bytes > Start && (Bytes - Start) % Records == 0)
        && Checksums.Length == DigitsEach * (Records + 1L) && Checksums.All(char.IsAsciiHexDigitLower)
        ? null
        : $"{Records} records from byte {Start} on do not make {Bytes} bytes with {Checksums.Length / DigitsEach} checksums";

    /// <summary>Reads a file that is whole and makes its entry.</summary>
    public static ArchiveFile Of(string path)
    {
        using var dataset = new ClassicNetcdfDataset(path);
        var (start, length) = dataset.Records;
        var bytes = new FileInfo(path).Length;
        var records = length == 0 ? 0 : checked((int)((bytes - start) / length));
        return new ArchiveFile
        {
            Name = Path.GetFileName(path),
            Bytes = bytes,
            Start = start,
            Records = records,
            Checksums = string.Concat(Enumerable.Range(-1, records + 1)
                .Select(record => (record < 0 ? Checksum(dataset, 0, start) : Checksum(dataset, start + record * length, length)).ToString("x8", CultureInfo.InvariantCulture))),
        };
    }

    /// <summary>Whether a record is as it is listed.</summary>
    /// <param name="dataset">The file.</param>
    /// <param name="record">From 0; −1 for what stands before the first.</param>
    public bool IsIntact(ClassicNetcdfDataset dataset, int record)
    {
        var found = record < 0 ? Checksum(dataset, 0, Start) : Checksum(dataset, Start + record * RecordLength, RecordLength);
        return found == uint.Parse(Checksums.AsSpan(DigitsEach * (record + 1), DigitsEach), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>CRC-32C (RFC 3720, appendix B.4), for which processors have an instruction.</summary>
    private static uint Checksum(ClassicNetcdfDataset dataset, long start, long length)
    {
        var (crc, rented) = (uint.MaxValue, ArrayPool<byte>.Shared.Rent(BytesInPart));
        for (var place = start; place < start + length; place += BytesInPart)
        {
            var bytes = rented.AsSpan(0, (int)Math.Min(BytesInPart, start + length - place));
            dataset.ReadBytes(place, bytes);
            var words = MemoryMarshal.Cast<byte, ulong>(bytes);
            foreach (var word in words)
            {
                crc = BitOperations.Crc32C(crc, BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word));
            }

            foreach (var b in bytes[(sizeof(ulong) * words.Length)..])
            {
                crc = BitOperations.Crc32C(crc, b);
            }
        }

        ArrayPool<byte>.Shared.Return(rented);
        return ~crc;
    }
}
