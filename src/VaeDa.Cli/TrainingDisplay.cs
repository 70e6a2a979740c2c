using System.Diagnostics;
using System.Globalization;
using Spectre.Console;
using VaeDa.Training;

namespace VaeDa.Cli;

/// <summary>A training run on stderr: a line for each epoch, and on a terminal a bar with the time that is left.</summary>
internal sealed class TrainingDisplay(int epochs, double scale, string units) : IProgress<TrainingProgress>, IDisposable
{
    private const int BarWidth = 30;
    private readonly bool _live = !Console.IsErrorRedirected;
    private readonly IAnsiConsole _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private double? _startedAt;
    private double? _validation;
    private long _shown;

    public void Report(TrainingProgress value)
    {
        var done = value.Epoch - 1 + (double)value.Step / value.Steps;
        _startedAt ??= done;
        if (value.Finished is { } epoch)
        {
            Clear();
            _validation = epoch.ValidationLoss;
            _console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"epoch {epoch.Epoch,3}/{epochs}  loss {epoch.TrainingLoss:g5}  validation {epoch.ValidationLoss:g5}  reconstruction {epoch.ValidationError * scale:g4} {units}  {epoch.Seconds:f0} s{(epoch.WaitingSeconds > 0.01 * epoch.Seconds ? $", {100 * epoch.WaitingSeconds / epoch.Seconds:f0}% of it waiting for data" : string.Empty)}"));
        }
        else if (_live && _clock.ElapsedMilliseconds - _shown > 200)
        {
            _shown = _clock.ElapsedMilliseconds;
            var filled = BarWidth * value.Step / value.Steps;
            var rate = (done - _startedAt.Value) / _clock.Elapsed.TotalSeconds;
            var left = rate > 0 ? TimeSpan.FromSeconds((epochs - done) / rate).ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture) : "…";
            Console.Error.Write(string.Create(CultureInfo.InvariantCulture,
                $"\r\e[Kepoch {value.Epoch,3}/{epochs} [{new string('━', filled)}{new string(' ', BarWidth - filled)}] loss {value.TrainingLoss:g5}{(_validation is { } v ? string.Create(CultureInfo.InvariantCulture, $", validation {v:g5}") : string.Empty)}, {left} left at most"));
        }
    }

    public void Dispose() => Clear();

    private void Clear()
    {
        if (_live)
        {
            Console.Error.Write("\r\e[K");
        }
    }
}
