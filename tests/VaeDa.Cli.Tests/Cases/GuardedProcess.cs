using System.ComponentModel;
using System.Diagnostics;

namespace VaeDa.Cli.Tests.Cases;

/// <summary>What a process took.</summary>
/// <param name="Seconds">Of the processor: those of the clock depend on what else is running.</param>
/// <param name="Megabytes">The peak of the memory in use.</param>
internal sealed record Cost(double Seconds, double Megabytes);

/// <summary>The executable, watched on its way.</summary>
internal static class GuardedProcess
{
    /// <summary>Runs to the end, or to the guard's limits; then the exit code is not 0, and stderr's last line says why.</summary>
    public static (VaedaProcess Ended, Cost Cost) Run(Guard guard, string folder, params string[] arguments)
    {
        using var process = VaedaProcess.StartIn(folder, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        var cost = new Cost(0, 0);
        var beyond = "";
        while (!process.WaitForExit(20))
        {
            cost = Look(process, cost);
            beyond = cost.Megabytes > guard.EndBeyondMegabytes ? $"{guard.EndBeyondMegabytes} MB"
                : clock.Elapsed.TotalSeconds > guard.EndAfterSeconds ? $"{guard.EndAfterSeconds} s" : "";
            if (beyond.Length > 0)
            {
                process.Kill();
                process.WaitForExit();
                break;
            }
        }

        var message = beyond.Length > 0 ? $"{error.Result}\nended beyond {beyond}" : error.Result;
        return (new VaedaProcess(beyond.Length > 0 ? 137 : process.ExitCode, output.Result, message), cost);
    }

    private static Cost Look(Process process, Cost before)
    {
        process.Refresh();
        try
        {
            return new Cost(
                Math.Max(before.Seconds, process.TotalProcessorTime.TotalSeconds),
                Math.Max(before.Megabytes, process.PeakWorkingSet64 / 1e6));
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception) // it has just ended
        {
            return before;
        }
    }
}
