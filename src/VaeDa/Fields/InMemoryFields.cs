using VaeDa.Fields.Grids;

namespace VaeDa.Fields;

/// <summary>Fields held in memory, each (V, H, W).</summary>
public sealed class InMemoryFields(Grid grid, IReadOnlyList<Variable> variables, IReadOnlyList<float[]> fields, IReadOnlyList<DateTime>? times = null) : IFieldSet
{
    public Grid Grid => grid;

    public IReadOnlyList<Variable> Variables => variables;

    public int Count => fields.Count;

    /// <summary>One field itself, (V, H, W), to be changed in place.</summary>
    public float[] this[int index] => fields[index];

    public DateTime TimeOf(int index) => times is null ? DateTime.UnixEpoch.AddDays(index) : times[index];

    public void Read(int index, Span<float> destination) => fields[index].CopyTo(destination);
}
