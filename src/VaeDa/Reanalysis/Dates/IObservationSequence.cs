using VaeDa.Observations;

namespace VaeDa.Reanalysis.Dates;

/// <summary>Observations by date: what each analysis of a reanalysis is of.</summary>
public interface IObservationSequence
{
    /// <summary>The times of the analyses, ascending, UTC: those that there are observations for.</summary>
    IReadOnlyList<DateTime> Times { get; }

    /// <summary>The observations of some of them.</summary>
    /// <param name="first">The number of the first time, from 0.</param>
    /// <param name="count">How many.</param>
    /// <returns>A table for each time, which is its analysis's.</returns>
    IReadOnlyList<ObservationTable> Read(int first, int count);
}
