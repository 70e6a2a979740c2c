using System.Diagnostics;
using VaeDa.Archives;

namespace VaeDa.Cli;

/// <summary>The stages of a preparation on stderr: one line each, and on a terminal how far the stage is.</summary>
internal sealed class StageDisplay : IProgress<PreparationProgress>
{
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private long _shown;

    public void Report(PreparationProgress value)
    {
        if (value.Done == value.Total)
        {
            Console.Error.WriteLine($"{(_live ? "\r\e[K" : string.Empty)}{value.Stage}: {value.Total} fields");
        }
        else if (_live && _clock.ElapsedMilliseconds - _shown > 200)
        {
            _shown = _clock.ElapsedMilliseconds;
            Console.Error.Write($"\r\e[K{value.Stage}: {value.Done}/{value.Total}");
        }
    }
}
