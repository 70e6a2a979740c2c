using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;

namespace VaeDa.Archives.Sources;

/// <summary>One variable in one file: what its header says. The file is not held open.</summary>
internal abstract class FieldFile
{
    public required string Path { get; init; }

    /// <summary>The variable, with the units of its stored values.</summary>
    public required Variable Variable { get; init; }

    /// <summary>The file's attribute <c>history</c>; null for none.</summary>
    public string? History { get; init; }

    /// <summary>The file's attribute <c>institution</c>; null for none.</summary>
    public string? Institution { get; init; }

    /// <summary>The file's attribute <c>source</c>, what made its fields; null for none.</summary>
    public string? Source { get; init; }

    public required Grid Grid { get; init; }

    /// <summary>The variable as the user named it; null where none was named.</summary>
    public string? Asked { get; init; }

    /// <summary>In file order, by the file's calendar.</summary>
    public required IReadOnlyList<CalendarTime> Times { get; init; }

    /// <summary>Seconds of the longest period that a field is the mean of; null where the file does not say.</summary>
    public long? LongestPeriod { get; init; }

    /// <summary>What was found odd in the times, in words, and what was done.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    public abstract IFieldReader Open();
}
