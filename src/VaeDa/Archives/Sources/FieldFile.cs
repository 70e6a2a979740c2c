using VaeDa.Fields;
using VaeDa.Fields.Grids;

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

    /// <summary>In file order.</summary>
    public required IReadOnlyList<DateTime> Times { get; init; }

    public abstract IFieldReader Open();
}
