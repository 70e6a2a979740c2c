using VaeDa.Fields.Grids;

namespace VaeDa.Fields;

/// <summary>A numbered set of fields on one grid: an archive, a part of one, or fields in memory.</summary>
public interface IFieldSet
{
    Grid Grid { get; }

    /// <summary>V variables.</summary>
    IReadOnlyList<Variable> Variables { get; }

    /// <summary>Number of fields, T.</summary>
    int Count { get; }

    DateTime TimeOf(int index);

    /// <summary>Reads one field, (V, H, W) row-major, in the variables' units, NaN where there is no value. Thread-safe.</summary>
    void Read(int index, Span<float> destination);
}
