using System.Diagnostics;
using System.Globalization;
using VaeDa.Reanalysis;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>A run over many dates on stderr: a line that is written over on a terminal; else, for a batch job's log, one a minute with its time.</summary>
internal sealed class SequenceDisplay : IDisposable
{
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly TimeSpan _interval = Console.IsErrorRedirected ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(0.2);
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private bool _shown;

    public void Show(ReanalysisProgress progress)
    {
        if (_sinceLine.Elapsed < _interval && progress.Done < progress.Of)
        {
            return;
        }

        _sinceLine.Restart();
        var line = string.Create(CultureInfo.InvariantCulture, $"{progress.Time:yyyy-MM-dd}: {progress.Done} of {progress.Of} dates, {progress.Rate:g3} a second, {TimeLeft.Text(progress.Left)} left{(double.IsNaN(progress.ChiSquare) ? string.Empty : FormattableString.Invariant($", χ² {progress.ChiSquare:f2}"))}");
        Console.Error.Write(_live ? $"\r\e[K{line}" : $"{TimeLeft.Stamp()} {line}{Environment.NewLine}");
        _shown = true;
    }

    public void Dispose()
    {
        if (_live && _shown)
        {
            Console.Error.Write("\r\e[K");
            _shown = false;
        }
    }
}
