using System.Reflection;

namespace VaeDa.Tests;

/// <summary>Real data kept beside the repository, not in it; tests that need them are skipped where they are absent.</summary>
public static class SharedData
{
    public static string RepositoryRoot { get; } = Path.GetFullPath(typeof(SharedData).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    public static string File(string name)
    {
        var path = Path.GetFullPath(Path.Combine(RepositoryRoot, "../shared/data", name));
        Assert.SkipUnless(System.IO.File.Exists(path), $"the shared data are not beside the repository: no {path}");
        return path;
    }
}
