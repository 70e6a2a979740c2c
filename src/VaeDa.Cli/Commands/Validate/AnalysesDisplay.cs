using System.Diagnostics;
using System.Globalization;
using VaeDa.Verification;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>
/// The analyses of a validation on stderr: a line that is written over on a terminal; else, for a batch job's log, one when the first date is done, one a minute, and one at
/// the end, each with its time, the rate and the time that is left.
/// </summary>
/// <param name="networks">Of each date: all count before a rate is known, since a dense one takes many times as long as a sparse one.</param>
internal sealed class AnalysesDisplay(int networks) : IProgress<ValidationProgress>, IDisposable
{
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly TimeSpan _interval = Console.IsErrorRedirected ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(0.2);
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();
    private bool _shown;
    private (int Done, TimeSpan At) _first;

    public void Report(ValidationProgress value)
    {
        if (value.Done < networks || (_shown && value.Done < value.Total && _sinceLine.Elapsed < _interval))
        {
            return;
        }

        _sinceLine.Restart();
        var elapsed = _sinceStart.Elapsed;
        // The first date takes longer than others: code is compiled and memory filled. It counts only while there is no other.
        var rate = value.Done > _first.Done ? (value.Done - _first.Done) / (elapsed - _first.At).TotalSeconds : value.Done / elapsed.TotalSeconds;
        _first = _shown ? _first : (value.Done, elapsed);
        var left = TimeSpan.FromSeconds((value.Total - value.Done) / rate);
        var line = string.Create(CultureInfo.InvariantCulture, $"analyses: {value.Done} of {value.Total} ({value.Network}, {value.Time:yyyy-MM-dd}), {rate:g3} a second, {TimeLeft.Text(left)} left");
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
