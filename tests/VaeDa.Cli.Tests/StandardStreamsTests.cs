using System.Diagnostics;

namespace VaeDa.Cli.Tests;

public sealed class StandardStreamsTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2>&-", 0)] // closed
    [InlineData("2>/dev/full", 0)]
    [InlineData("<&- 2>&-", 0)]
    [InlineData("| true", 0)] // a reader that does not read
    [InlineData(">&-", 0)]
    [InlineData(">&- 2>&-", 0)]
    [InlineData(">/dev/full", 1)] // the result could not be said
    public void Work_is_done_wherever_messages_and_results_go(string streams, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell of POSIX is needed.");
        var (code, error) = Shell($"assimilate {weather.Observations} --model {weather.Model} --members 2 --no-pictures --out d {streams}");
        Assert.Equal(exitCode, code);
        Assert.Equal(["analysis.json", "analysis.nc", "observations.parquet"], Directory.GetFiles(_folder.File("d")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(exitCode == 0 ? 0 : 1, error.Split('\n').Count(line => line.StartsWith("vaeda: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("2>&-")]
    [InlineData("2>/dev/full")]
    [InlineData(">&- 2>&-")]
    public void An_error_that_nobody_hears_is_one_still(string streams)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "A shell of POSIX is needed.");
        Assert.Equal(1, Shell($"plot nothing {streams}").ExitCode);
    }

    private (int ExitCode, string Error) Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", $"set -o pipefail; '{VaedaProcess.Executable}' {command}"]) { WorkingDirectory = _folder.Path, RedirectStandardError = true, RedirectStandardOutput = true })!;
        var error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error.Result);
    }
}
