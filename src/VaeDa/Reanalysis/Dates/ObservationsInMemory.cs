using VaeDa.Observations;

namespace VaeDa.Reanalysis.Dates;

/// <summary>Observations that are all in memory, by date.</summary>
public sealed class ObservationsInMemory : IObservationSequence
{
    private readonly IReadOnlyList<ObservationTable> _tables;

    /// <summary>Takes tables, one for each date.</summary>
    /// <param name="tables">The tables, in the order of time, each with a time of its analysis.</param>
    /// <exception cref="InvalidInputException">A table has no time.</exception>
    public ObservationsInMemory(IReadOnlyList<ObservationTable> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        _tables = tables;
        Times = [.. tables.Select(t => t.AnalysisTime ?? throw new InvalidInputException($"{t.Source}: {t.Count} observations have no time, and belong to no date"))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<DateTime> Times { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ObservationTable> Read(int first, int count) => [.. _tables.Skip(first).Take(count)];
}
