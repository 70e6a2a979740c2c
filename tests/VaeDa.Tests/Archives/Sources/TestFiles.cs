using System.Reflection;

namespace VaeDa.Tests.Archives.Sources;

public static class TestFiles
{
    private static readonly string Root = Path.GetFullPath(typeof(TestFiles).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    /// <summary>A small file written by ncgen from the .cdl beside it.</summary>
    public static string Foreign(string name) => Path.Combine(Root, "tests/VaeDa.Tests/Archives/Foreign", name);

    /// <summary>Real and simulated fields that lie beside the repository on some machines; skips the test where they do not.</summary>
    public static string Shared(string name)
    {
        var path = Path.Combine(Root, "../shared/data", name);
        if (!File.Exists(path))
        {
            Assert.Skip($"the shared data are not beside the repository: {path}");
        }

        return path;
    }
}
