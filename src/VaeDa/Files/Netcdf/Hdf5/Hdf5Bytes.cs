using Microsoft.Win32.SafeHandles;

namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>
/// The bytes of an HDF5 file. Nothing beyond its end is read, and before room is made for bytes it is known that they are there. What describes
/// the file may be read about twice in all: parts that refer to each other in circles come to an end so.
/// </summary>
internal sealed class Hdf5Bytes : IDisposable
{
    /// <summary>What HDF5 writes, in as many bytes as it is asked for, where there is no address.</summary>
    public const long Undefined = -1;

    private const int PageSize = 4096;
    private readonly SafeFileHandle _file;
    private readonly (long Number, byte[]? Bytes)[] _pages = new (long, byte[]?)[64];
    private long _left;

    /// <param name="path">An existing file.</param>
    public Hdf5Bytes(string path)
    {
        _file = File.OpenHandle(path);
        Length = RandomAccess.GetLength(_file);
    }

    public long Length { get; }

    /// <summary>Bytes of an address.</summary>
    public int OffsetSize { get; set; } = 8;

    /// <summary>Bytes of a length.</summary>
    public int LengthSize { get; set; } = 8;

    /// <summary>The most bytes that are ever asked for at once: ten times the file, and some for small ones.</summary>
    public long MostMemory => 10 * Length + (1 << 26);

    /// <summary>From here on as much may be read as a whole file needs.</summary>
    public void Allow() => _left = 2 * Length + (1 << 22);

    /// <summary>Counts bytes that were read, or made of what was read.</summary>
    /// <exception cref="InvalidDataException">They are too many.</exception>
    public void Spend(long bytes)
    {
        if ((_left -= bytes) < 0)
        {
            throw new InvalidDataException("its parts refer to each other without end");
        }
    }

    /// <exception cref="InvalidDataException">They are not there, or too many have been read.</exception>
    public byte[] At(long address, long length)
    {
        if (address < 0 || length is < 0 or > 1 << 30 || length > Length - address)
        {
            throw new InvalidDataException(FormattableString.Invariant($"it tells of {(ulong)length:N0} bytes at byte {(ulong)address:N0} of {Length:N0}"));
        }

        Spend(length + 8);
        var bytes = new byte[length];
        if (length > PageSize)
        {
            Read(address, bytes);
            return bytes;
        }

        for (var done = 0; done < bytes.Length;)
        {
            var page = Page((address + done) / PageSize).AsSpan((int)((address + done) % PageSize));
            var part = Math.Min(page.Length, bytes.Length - done);
            page[..part].CopyTo(bytes.AsSpan(done));
            done += part;
        }

        return bytes;
    }

    /// <summary>As many bytes as there are up to a number that may be too large.</summary>
    public byte[] AtMost(long address, long length) => At(address, Math.Clamp(Length - address, 0, length));

    /// <summary>Reads values, which may be read any number of times.</summary>
    /// <exception cref="InvalidDataException">They are not there.</exception>
    public void Read(long address, Span<byte> bytes)
    {
        if (address < 0 || bytes.Length > Length - address)
        {
            throw new InvalidDataException(FormattableString.Invariant($"it tells of {bytes.Length:N0} bytes at byte {(ulong)address:N0} of {Length:N0}"));
        }

        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(_file, bytes, address);
            if (read == 0)
            {
                throw new InvalidDataException("it became shorter while it was read");
            }

            bytes = bytes[read..];
            address += read;
        }
    }

    /// <summary>Reads what follows one another, field by field.</summary>
    public Hdf5Cursor Fields(ReadOnlySpan<byte> bytes) => new(bytes, OffsetSize, LengthSize);

    public void Dispose() => _file.Dispose();

    private byte[] Page(long number)
    {
        ref var page = ref _pages[number % _pages.Length];
        if (page.Bytes is null || page.Number != number)
        {
            var bytes = new byte[Math.Min(PageSize, Length - number * PageSize)];
            Read(number * PageSize, bytes);
            page = (number, bytes);
        }

        return page.Bytes;
    }
}
