using System.Diagnostics;
using System.Reflection;
using System.Text;

namespace VaeDa.Cli.Tests;

/// <summary>The real executable, run as a user runs it.</summary>
public sealed record VaedaProcess(int ExitCode, string Output, string Error)
{
    private static readonly string Configuration = typeof(VaedaProcess).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "BuildConfiguration").Value!;

    /// <summary>Where the executable and all that it needs were built.</summary>
    public static string BuiltFolder => Path.GetDirectoryName(Executable)!;

    /// <summary>The newest that was built.</summary>
    public static string Executable => Directory
        .GetFiles(Path.Combine(SharedData.RepositoryRoot, "src/VaeDa.Cli/bin", Configuration), OperatingSystem.IsWindows() ? "vaeda.exe" : "vaeda", SearchOption.AllDirectories)
        .OrderByDescending(File.GetLastWriteTimeUtc).First();

    public static VaedaProcess Run(params string[] arguments) => RunIn(Path.GetTempPath(), arguments);

    public static VaedaProcess RunIn(string folder, params string[] arguments) => RunAt(Executable, folder, arguments);

    /// <summary>Another copy of the executable.</summary>
    public static VaedaProcess RunAt(string executable, string folder, params string[] arguments) => ToItsEnd(Start(executable, [], folder, arguments));

    /// <summary>With environment variables of its own.</summary>
    public static VaedaProcess RunWith(Dictionary<string, string> environment, string folder, params string[] arguments) =>
        RunWith(Executable, environment.ToDictionary(e => e.Key, e => (string?)e.Value), folder, arguments);

    /// <summary>Another executable, with environment variables of its own; null takes one away.</summary>
    public static VaedaProcess RunWith(string executable, Dictionary<string, string?> environment, string folder, params string[] arguments) => ToItsEnd(Start(executable, environment, folder, arguments));

    private static VaedaProcess ToItsEnd(Process started)
    {
        using var process = started;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new VaedaProcess(process.ExitCode, output, error.Result);
    }

    /// <summary>Sends a signal (<c>INT</c>, <c>TERM</c>) once a line of stderr starts as given, and waits for the end.</summary>
    public static VaedaProcess Interrupt(string signal, string afterLine, string folder, params string[] arguments)
    {
        using var process = Start(Executable, [], folder, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = new StringBuilder();
        var isSent = false;
        while (process.StandardError.ReadLine() is { } line)
        {
            error.AppendLine(line);
            if (!isSent && line.Contains(afterLine, StringComparison.Ordinal))
            {
                isSent = true;
                using var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]);
                kill.WaitForExit();
            }
        }

        process.WaitForExit();
        return isSent
            ? new VaedaProcess(process.ExitCode, output.Result, error.ToString())
            : throw new InvalidOperationException($"no line of stderr has '{afterLine}': {error}");
    }

    /// <summary>Sends a signal (<c>INT</c>, <c>TERM</c>) after a time, and waits for the end.</summary>
    /// <param name="isIgnored">Whether the parent has it ignore interrupts, as shells do with jobs in the background.</param>
    /// <returns>How it ended, and how long after the signal.</returns>
    public static (VaedaProcess Run, TimeSpan Until) InterruptAfter(int milliseconds, string signal, bool isIgnored, string folder, params string[] arguments)
    {
        using var process = isIgnored ? Start("sh", [], folder, ["-c", "trap '' INT; exec \"$@\"", "sh", Executable, .. arguments]) : Start(Executable, [], folder, arguments);
        var (error, output) = (process.StandardError.ReadToEndAsync(), process.StandardOutput.ReadToEndAsync());
        if (process.WaitForExit(milliseconds))
        {
            throw new InvalidOperationException($"it ended before the signal, with {process.ExitCode}: {error.Result}");
        }

        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("sh", ["-c", $"kill -{signal} {process.Id}"]))
        {
            kill.WaitForExit();
        }

        process.WaitForExit();
        var until = clock.Elapsed;
        return (new VaedaProcess(process.ExitCode, output.Result, error.Result), until);
    }

    /// <summary>Started, for who watches it on its way.</summary>
    public static Process StartIn(string folder, params string[] arguments) => Start(Executable, [], folder, arguments);

    private static Process Start(string executable, Dictionary<string, string?> environment, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(executable)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}
