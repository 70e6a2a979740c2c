namespace VaeDa.Files.Netcdf;

internal static class NetcdfTypeExtensions
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this NetcdfType type) => type switch
    {
        NetcdfType.Int8 or NetcdfType.UInt8 or NetcdfType.Char => 1,
        NetcdfType.Int16 or NetcdfType.UInt16 or NetcdfType.Float16 => 2,
        NetcdfType.Int32 or NetcdfType.UInt32 or NetcdfType.Float32 => 4,
        NetcdfType.Int64 or NetcdfType.UInt64 or NetcdfType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no fixed size"),
    };

    public static bool IsFloat(this NetcdfType type) => type is NetcdfType.Float16 or NetcdfType.Float32 or NetcdfType.Float64;

    /// <summary>The integer type of the same bits, signed or not; other types as they are.</summary>
    public static NetcdfType WithSign(this NetcdfType type, bool isSigned) => type switch
    {
        NetcdfType.Int8 or NetcdfType.UInt8 => isSigned ? NetcdfType.Int8 : NetcdfType.UInt8,
        NetcdfType.Int16 or NetcdfType.UInt16 => isSigned ? NetcdfType.Int16 : NetcdfType.UInt16,
        NetcdfType.Int32 or NetcdfType.UInt32 => isSigned ? NetcdfType.Int32 : NetcdfType.UInt32,
        NetcdfType.Int64 or NetcdfType.UInt64 => isSigned ? NetcdfType.Int64 : NetcdfType.UInt64,
        _ => type,
    };

    /// <summary>
    /// What netCDF libraries leave where nothing was written and no <c>_FillValue</c> is declared; null for bytes, all of whose values
    /// are meant (NetCDF User's Guide, "Fill values" and "Attribute conventions").
    /// </summary>
    public static double? DefaultFill(this NetcdfType type) => type switch
    {
        NetcdfType.Int16 => -32767,
        NetcdfType.Int32 => -2147483647,
        NetcdfType.Int64 => -9223372036854775806,
        NetcdfType.UInt16 => 65535,
        NetcdfType.UInt32 => 4294967295,
        NetcdfType.UInt64 => 18446744073709551614,
        _ when type.IsFloat() => 9.9692099683868690e+36,
        _ => null,
    };

    /// <summary>The least and the greatest value of an integer type.</summary>
    public static (double Low, double High) Bounds(this NetcdfType type)
    {
        var values = Math.ScaleB(1, 8 * type.Size());
        return type.WithSign(isSigned: true) == type ? (-values / 2, values / 2 - 1) : (0, values - 1);
    }
}
