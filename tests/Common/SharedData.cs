using System.Reflection;

namespace VaeDa.Tests;

/// <summary>Real data kept beside the repository, not in it; tests that need them are skipped where they are absent.</summary>
public static class SharedData
{
    public static string RepositoryRoot { get; } = Path.GetFullPath(typeof(SharedData).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "RepositoryRoot").Value!);

    public static string File(string name) => Find("data", name);

    /// <summary>The folder of all cases, which may not be there.</summary>
    public static string Cases { get; } = PathOf("cases", "");

    /// <summary>A file of a case: input that once went wrong, with what is right.</summary>
    /// <param name="name">Of the case.</param>
    public static string Case(string name, string file) => Find("cases", Path.Combine(name, file));

    private static string Find(string folder, string name)
    {
        var path = PathOf(folder, name);
        Assert.SkipUnless(System.IO.File.Exists(path), $"the shared {folder} are not beside the repository: no {path}");
        return path;
    }

    private static string PathOf(string folder, string name) => Path.GetFullPath(Path.Combine(RepositoryRoot, "../shared", folder, name));
}
