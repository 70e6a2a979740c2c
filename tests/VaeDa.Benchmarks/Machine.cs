using System.Diagnostics;
using System.Reflection;

namespace VaeDa.Benchmarks;

/// <summary>What a figure was measured on, and what a run of the executable takes.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, threads and the commit that was built.</summary>
    public static string Line(int threads) => $"{Processor}, {Environment.ProcessorCount} cores, {threads} threads, commit {Commit}";

    private static string Processor => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
        : "unknown processor";

    // The SDK adds it to the version: 0.1.0+69cfadc….
    private static string Commit =>
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, { Length: >= 7 } commit] ? commit[..7] : "unknown";

    /// <summary>Root of the repository that was built.</summary>
    public static string RepositoryRoot => Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>The executable that was built with the benchmarks.</summary>
    public static string Executable => Directory
        .EnumerateFiles(Path.Combine(RepositoryRoot, "src", "VaeDa.Cli", "bin", Metadata("BuildConfiguration")), OperatingSystem.IsWindows() ? "vaeda.exe" : "vaeda", SearchOption.AllDirectories)
        .First();

    /// <summary>Most memory that this process has had, bytes.</summary>
    public static long PeakMemory => PeakMemoryOf(Environment.ProcessId);

    /// <summary>Most memory that a process has had, bytes; 0 where the system does not say.</summary>
    public static long PeakMemoryOf(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>Runs <see cref="Executable"/> to its end.</summary>
    /// <returns>The most memory that it had, bytes, and its time from start to exit.</returns>
    public static (double Peak, double Seconds) Run(string[] arguments)
    {
        var run = Try(Executable, arguments, long.MaxValue);
        return run.ExitCode == 0
            ? (run.Peak, run.Seconds)
            : throw new InvalidOperationException($"vaeda {string.Join(' ', arguments)}: exit code {run.ExitCode}: {run.Error}{run.Output}");
    }

    /// <summary>Runs an executable to its end, good or bad, or until it has more memory than it may.</summary>
    /// <param name="mostMemory">Bytes.</param>
    public static Ended Try(string executable, string[] arguments, long mostMemory)
    {
        var clock = Stopwatch.StartNew();
        using var process = Process.Start(new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        // The kernel keeps a process' peak while it lives; it grows only, so the last reading is the peak but for the very end.
        var (peak, processor) = (0L, TimeSpan.Zero);
        while (!process.WaitForExit(20))
        {
            (peak, processor) = (Math.Max(peak, PeakMemoryOf(process.Id)), ProcessorTimeOf(process) ?? processor);
            if (peak > mostMemory)
            {
                process.Kill();
            }
        }

        return new Ended(process.ExitCode, peak, clock.Elapsed.TotalSeconds, processor.TotalSeconds, output.Result, error.Result);
    }

    /// <param name="Peak">The most memory that the process had, bytes.</param>
    /// <param name="Seconds">From start to exit.</param>
    /// <param name="ProcessorSeconds">Of all threads.</param>
    public sealed record Ended(int ExitCode, long Peak, double Seconds, double ProcessorSeconds, string Output, string Error);

    /// <summary>Null once it has ended.</summary>
    private static TimeSpan? ProcessorTimeOf(Process process)
    {
        try
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Metadata(string key) =>
        typeof(Machine).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(a => a.Key == key).Value!;
}
