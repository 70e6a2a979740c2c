using VaeDa.Observations;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Benchmarks;

/// <summary>A fault that is hidden in a station's record.</summary>
/// <param name="Station">Its name.</param>
/// <param name="Kind">A jump lasts to the end of the record, as a drift does; an episode lasts for 90 dates.</param>
/// <param name="First">The date that it begins at, from 0.</param>
/// <param name="Size">Its offset; of a drift that at the end of the record.</param>
internal sealed record HiddenBreak(string Station, BreakKind Kind, int First, double Size)
{
    public const int Season = 90;

    // From either end of the record.
    private const int Margin = 30;
    private const double Least = 0.5;
    private const double Most = 2;

    /// <summary>Faults at stations that are drawn, one each.</summary>
    /// <param name="stations">The names.</param>
    /// <param name="kinds">How many of each kind.</param>
    /// <param name="dates">In the record.</param>
    /// <param name="seed">Of the draws.</param>
    public static IReadOnlyDictionary<string, HiddenBreak> Draw(IReadOnlyList<string> stations, IReadOnlyList<(BreakKind Kind, int Count)> kinds, int dates, ulong seed)
    {
        var (state, found) = (seed, new Dictionary<string, HiddenBreak>());
        foreach (var (kind, count) in kinds)
        {
            for (var end = found.Count + count; found.Count < end;)
            {
                var (station, first, size) = (stations[(int)(Uniform() * stations.Count)], Margin + (int)(Uniform() * (dates - 2 * Margin)), Least + (Most - Least) * Uniform());
                size *= Uniform() < 0.5 ? 1 : -1;
                found.TryAdd(station, new HiddenBreak(station, kind, kind == BreakKind.Episode ? Math.Min(first, dates - Margin - Season) : kind == BreakKind.Drift ? first / 2 : first, size));
            }
        }

        return found;

        double Uniform() => (SplitMix64.Mix(state += SplitMix64.Step) >> 11) / (double)(1L << 53);
    }

    /// <summary>The offset at a date.</summary>
    /// <param name="date">From 0.</param>
    /// <param name="dates">In the record.</param>
    public double At(int date, int dates) => date < First || (Kind == BreakKind.Episode && date >= First + Season) ? 0
        : Kind == BreakKind.Drift ? Size * (date - First + 1) / (dates - First) : Size;

    /// <summary>The same observations with the faults.</summary>
    public static ObservationTable In(ObservationTable table, IReadOnlyDictionary<string, HiddenBreak> faults, int date, int dates) =>
        new ObservationTable(table.Observations.Select(o => faults.TryGetValue(o.Station!, out var fault) ? o with { Anomaly = o.Anomaly + fault.At(date, dates) } : o)).At(table.AnalysisTime);
}
