namespace VaeDa.Files.Netcdf;

internal static class NetcdfTypeExtensions
{
    /// <summary>Bytes of one element.</summary>
    public static int Size(this NetcdfType type) => type switch
    {
        NetcdfType.Int8 or NetcdfType.UInt8 or NetcdfType.Char => 1,
        NetcdfType.Int16 or NetcdfType.UInt16 => 2,
        NetcdfType.Int32 or NetcdfType.UInt32 or NetcdfType.Float32 => 4,
        NetcdfType.Int64 or NetcdfType.UInt64 or NetcdfType.Float64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no fixed size"),
    };
}
