namespace VaeDa.Tests.Files.Netcdf;

/// <summary>A small file written by ncgen from the .cdl beside it, which says so if more was done.</summary>
internal static class ForeignFile
{
    public static string Named(string name) => Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Tests/Files/Netcdf/Foreign", name);
}
