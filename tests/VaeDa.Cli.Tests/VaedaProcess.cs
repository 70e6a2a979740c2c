using System.Diagnostics;
using System.Reflection;

namespace VaeDa.Cli.Tests;

/// <summary>The real executable, run as a user runs it.</summary>
public sealed record VaedaProcess(int ExitCode, string Output, string Error)
{
    private static readonly Dictionary<string, string> Build = typeof(VaedaProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!);

    public static string RepositoryRoot => Path.GetFullPath(Build["RepositoryRoot"]);

    private static string Executable => Directory
        .GetFiles(Path.Combine(RepositoryRoot, "src/VaeDa.Cli/bin", Build["BuildConfiguration"]), OperatingSystem.IsWindows() ? "vaeda.exe" : "vaeda", SearchOption.AllDirectories)
        .OrderByDescending(File.GetLastWriteTimeUtc).First();

    public static VaedaProcess Run(params string[] arguments) => RunIn(Path.GetTempPath(), arguments);

    public static VaedaProcess RunIn(string folder, params string[] arguments)
    {
        using var process = Start(folder, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new VaedaProcess(process.ExitCode, output, error.Result);
    }

    public static Process Start(string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
