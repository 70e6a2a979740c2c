using VaeDa.Fields.Grids;

namespace VaeDa.Fields;

/// <summary>Fields held in memory.</summary>
/// <param name="grid">The grid of the fields.</param>
/// <param name="variables">The variables, V, in the order that they have in a field.</param>
/// <param name="fields">The fields, T of them, each (V, H, W) row-major, in the units of the variables; NaN where there is no value. They are kept, not copied.</param>
/// <param name="times">The time of each field, T of them, UTC; null for one a day from 1 January 1970 on.</param>
public sealed class InMemoryFields(Grid grid, IReadOnlyList<Variable> variables, IReadOnlyList<float[]> fields, IReadOnlyList<DateTime>? times = null) : IFieldSet
{
    /// <inheritdoc/>
    public Grid Grid => grid;

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Variables => variables;

    /// <inheritdoc/>
    public int Count => fields.Count;

    /// <summary>One field itself, (V, H, W), not a copy: it may be changed in place.</summary>
    /// <param name="index">The number of the field, from 0.</param>
    public float[] this[int index] => fields[index];

    /// <inheritdoc/>
    public DateTime TimeOf(int index) => times is null ? DateTime.UnixEpoch.AddDays(index) : times[index];

    /// <inheritdoc/>
    public void Read(int index, Span<float> destination) => fields[index].CopyTo(destination);
}
