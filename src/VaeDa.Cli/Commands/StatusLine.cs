using System.Diagnostics;

namespace VaeDa.Cli.Commands;

/// <summary>How far long work is, on stderr: a line that is written over on a terminal; else, for a batch job's log, one a minute with its time.</summary>
internal sealed class StatusLine : IDisposable
{
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly TimeSpan _interval = Console.IsErrorRedirected ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(0.2);
    private readonly Stopwatch _sinceLine = Stopwatch.StartNew();

    /// <summary>Whether one was written, and on a terminal still stands.</summary>
    public bool IsShown { get; private set; }

    /// <summary>Whether it is long enough since the last one, or the start.</summary>
    public bool IsDue => _sinceLine.Elapsed >= _interval;

    public void Write(string line)
    {
        _sinceLine.Restart();
        Console.Error.Write(_live ? $"\r\e[K{line}" : $"{TimeLeft.Stamp()} {line}{Environment.NewLine}");
        IsShown = true;
    }

    public void Dispose()
    {
        if (_live && IsShown)
        {
            Console.Error.Write("\r\e[K");
            IsShown = false;
        }
    }
}
