using System.Diagnostics;
using VaeDa.Verification;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>A line after the first analyses, every few seconds, and at the end, with the time that is left.</summary>
internal sealed class AnalysisLines(TextWriter writer) : IProgress<ValidationProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

    public void Report(ValidationProgress value)
    {
        if (value.Done == 1 || value.Done == value.Total || _sinceLine.Elapsed > Interval)
        {
            _sinceLine.Restart();
            var left = _sinceStart.Elapsed * ((double)(value.Total - value.Done) / value.Done);
            writer.WriteLine(FormattableString.Invariant($"analyses: {value.Done} of {value.Total} ({value.Network}, {value.Time:yyyy-MM-dd}), {Math.Ceiling(left.TotalMinutes):0} min left"));
        }
    }
}
