namespace VaeDa.Files.Netcdf;

/// <summary>Element types of the netCDF data model; the numbers are those of the classic format.</summary>
internal enum NetcdfType
{
    /// <summary>Strings and compounds of netCDF-4, whose values this reader does not give.</summary>
    Unsupported = 0,
    Int8 = 1,
    Char = 2,
    Int16 = 3,
    Int32 = 4,
    Float32 = 5,
    Float64 = 6,
    UInt8 = 7,
    UInt16 = 8,
    UInt32 = 9,
    Int64 = 10,
    UInt64 = 11,

    /// <summary>HDF5 alone has it; no number of the classic format.</summary>
    Float16 = 256,
}
