using System.Diagnostics;

namespace VaeDa.Tests;

/// <summary>Debian's own Python, which has Debian's packages, whatever other there may be.</summary>
public static class DebianPython
{
    private const string Program = "/usr/bin/python3";

    /// <summary>The folder of vaeda.py.</summary>
    public static string Door { get; } = Path.Combine(SharedData.RepositoryRoot, "src/VaeDa.Cli/Python");

    /// <summary>Whether it has packages.</summary>
    public static bool Has(params string[] packages) => File.Exists(Program) && Run($"import {string.Join(", ", packages)}", []).ExitCode == 0;

    /// <summary>Runs a program that may import vaeda.</summary>
    /// <param name="code">The program.</param>
    /// <param name="arguments">Its sys.argv[1:].</param>
    /// <param name="path">Put before PATH; null for nothing.</param>
    public static (int ExitCode, string Output, string Error) Run(string code, string[] arguments, string? path = null)
    {
        var start = new ProcessStartInfo(Program, ["-c", code, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PYTHONPATH"] = Door;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        // Other tests want the cores too.
        start.Environment["OMP_NUM_THREADS"] = "1";
        if (path is not null)
        {
            start.Environment["PATH"] = $"{path}:{start.Environment["PATH"]}";
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
