using System.Globalization;
using VaeDa.Reanalysis;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>A run over many dates on stderr.</summary>
internal sealed class SequenceDisplay : IDisposable
{
    private readonly StatusLine _line = new();

    public void Show(ReanalysisProgress progress)
    {
        if (_line.IsDue || progress.Done >= progress.Of)
        {
            _line.Write(string.Create(CultureInfo.InvariantCulture, $"{progress.Time:yyyy-MM-dd}: {progress.Done} of {progress.Of} dates, {progress.Rate:g3} a second, {TimeLeft.Text(progress.Left)} left{(double.IsNaN(progress.ChiSquare) ? string.Empty : FormattableString.Invariant($", χ² {progress.ChiSquare:f2}"))}"));
        }
    }

    public void Dispose() => _line.Dispose();
}
