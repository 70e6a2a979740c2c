using System.Diagnostics;
using System.Globalization;
using VaeDa.Verification;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>The analyses of a validation on stderr: a line when the first date is done, then as often as is due, and one at the end, with the rate and the time that is left.</summary>
/// <param name="networks">Of each date: all count before a rate is known, since a dense one takes many times as long as a sparse one.</param>
internal sealed class AnalysesDisplay(int networks) : IProgress<ValidationProgress>, IDisposable
{
    private readonly StatusLine _line = new();
    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private (int Done, TimeSpan At) _first;

    public void Report(ValidationProgress value)
    {
        if (value.Done < networks || (_line.IsShown && value.Done < value.Total && !_line.IsDue))
        {
            return;
        }

        var elapsed = _sinceStart.Elapsed;
        // The first date takes longer than others: code is compiled and memory filled. It counts only while there is no other.
        var rate = value.Done > _first.Done ? (value.Done - _first.Done) / (elapsed - _first.At).TotalSeconds : value.Done / elapsed.TotalSeconds;
        _first = _line.IsShown ? _first : (value.Done, elapsed);
        var left = TimeSpan.FromSeconds((value.Total - value.Done) / rate);
        _line.Write(string.Create(CultureInfo.InvariantCulture, $"analyses: {value.Done} of {value.Total} ({value.Network}, {value.Time:yyyy-MM-dd}), {rate:g3} a second, {TimeLeft.Text(left)} left"));
    }

    public void Dispose() => _line.Dispose();
}
