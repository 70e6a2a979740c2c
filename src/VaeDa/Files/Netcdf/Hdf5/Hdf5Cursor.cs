using System.Text;

namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>Reads fields that follow one another in a part of an HDF5 file; they are little-endian, and none is read beyond the part's end.</summary>
internal ref struct Hdf5Cursor(ReadOnlySpan<byte> bytes, int offsetSize, int lengthSize)
{
    private ReadOnlySpan<byte> _bytes = bytes;

    public readonly int Left => _bytes.Length;

    public ReadOnlySpan<byte> Bytes(long count)
    {
        if (count < 0 || count > _bytes.Length)
        {
            throw new InvalidDataException(FormattableString.Invariant($"{(ulong)count:N0} bytes where {_bytes.Length:N0} are left of a part"));
        }

        var taken = _bytes[..(int)count];
        _bytes = _bytes[(int)count..];
        return taken;
    }

    public void Skip(long count) => Bytes(count);

    public int Byte() => Bytes(1)[0];

    public int UInt16() => (int)Number(2);

    public long UInt32() => Number(4);

    /// <summary>An unsigned number of up to eight bytes.</summary>
    public long Number(int size)
    {
        var number = 0UL;
        var bytes = Bytes(size);
        for (var i = 0; i < bytes.Length; i++)
        {
            number |= (ulong)bytes[i] << (8 * i);
        }

        return number <= long.MaxValue ? (long)number : throw new InvalidDataException("a number that is larger than any file");
    }

    public long Length() => Number(lengthSize);

    /// <summary>An address, or <see cref="Hdf5Bytes.Undefined"/>.</summary>
    public long Offset()
    {
        if (_bytes.Length >= offsetSize && !_bytes[..offsetSize].ContainsAnyExcept((byte)0xff))
        {
            Skip(offsetSize);
            return Hdf5Bytes.Undefined;
        }

        return Number(offsetSize);
    }

    /// <summary>The largest length of an unlimited dimension is written as all ones.</summary>
    public long LengthOrUnlimited()
    {
        if (_bytes.Length >= lengthSize && !_bytes[..lengthSize].ContainsAnyExcept((byte)0xff))
        {
            Skip(lengthSize);
            return long.MaxValue;
        }

        return Length();
    }

    public void Signature(ReadOnlySpan<byte> signature)
    {
        if (!Bytes(signature.Length).SequenceEqual(signature))
        {
            throw new InvalidDataException($"no {Encoding.ASCII.GetString(signature)} where one is due");
        }
    }

    /// <summary>A text of so many bytes, or shorter where a zero ends it.</summary>
    public string Text(long size)
    {
        var text = Bytes(size);
        var end = text.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? text : text[..end]);
    }
}
