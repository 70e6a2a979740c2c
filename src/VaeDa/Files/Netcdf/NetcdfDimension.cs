namespace VaeDa.Files.Netcdf;

/// <param name="Name">Name in the file.</param>
/// <param name="Length">Length; of an unlimited dimension the current one.</param>
/// <param name="IsUnlimited">Whether records can be appended along it.</param>
internal sealed record NetcdfDimension(string Name, long Length, bool IsUnlimited = false);
