namespace VaeDa.Files.Netcdf.Hdf5;

internal enum Hdf5Kind
{
    /// <summary>Compounds, enumerations and whatever else is not read.</summary>
    Other,
    Integer,
    Float,
    Text,
    VariableText,
    VariableReferences,
}

/// <param name="Kind">What an element is.</param>
/// <param name="Size">Bytes of an element.</param>
/// <param name="IsSigned">Of integers.</param>
/// <param name="IsBigEndian">Of numbers.</param>
internal sealed record Hdf5Type(Hdf5Kind Kind, int Size, bool IsSigned, bool IsBigEndian)
{
    public static Hdf5Type Parse(Hdf5Cursor fields)
    {
        var kind = fields.Byte() & 0x0f;
        var (bits, size) = (fields.Number(3), fields.UInt32());
        if (size is 0 or > int.MaxValue)
        {
            throw new InvalidDataException($"a type of {size} bytes");
        }

        return new Hdf5Type(KindOf(kind, bits, size, fields), (int)size, kind == 0 && (bits & 8) != 0, kind is 0 or 1 && (bits & 1) != 0);
    }

    private static Hdf5Kind KindOf(int kind, long bits, long size, Hdf5Cursor fields) => kind switch
    {
        0 when fields.UInt16() == 0 && fields.UInt16() == 8 * size => Hdf5Kind.Integer,
        1 when IsIeee(bits, size, fields) => Hdf5Kind.Float,
        3 => Hdf5Kind.Text,
        9 when (bits & 0x0f) == 1 => Hdf5Kind.VariableText,
        9 when (fields.Byte() & 0x0f) == 7 => Hdf5Kind.VariableReferences,
        _ => Hdf5Kind.Other,
    };

    private static bool IsIeee(long bits, long size, Hdf5Cursor fields)
    {
        var layout = (fields.UInt16(), fields.UInt16(), fields.Byte(), fields.Byte(), fields.Byte(), fields.Byte(), fields.UInt32());
        return (bits & 0x40) == 0 && layout == (size switch
        {
            2 => (0, 16, 10, 5, 0, 10, 15L),
            4 => (0, 32, 23, 8, 0, 23, 127L),
            8 => (0, 64, 52, 11, 0, 52, 1023L),
            _ => default,
        });
    }
}
