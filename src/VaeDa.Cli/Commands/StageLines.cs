using System.Diagnostics;
using VaeDa.Archives.Preparation;

namespace VaeDa.Cli.Commands;

/// <summary>A line when a stage starts, every few seconds, and when it ends: readable in a batch job's log.</summary>
internal sealed class StageLines(TextWriter writer) : IProgress<PreparationProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

    public void Report(PreparationProgress value)
    {
        if (value.Done == 1)
        {
            _sinceStart.Restart();
        }

        if (value.Done == value.Total || _sinceLine.Elapsed > Interval)
        {
            _sinceLine.Restart();
            writer.WriteLine(FormattableString.Invariant($"{value.Stage}: {value.Done} of {value.Total} fields, {_sinceStart.Elapsed.TotalSeconds:0.0} s"));
        }
    }
}
