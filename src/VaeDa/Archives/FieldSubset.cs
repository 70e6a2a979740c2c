using VaeDa.Fields;

namespace VaeDa.Archives;

/// <summary>Some of the fields of another set, in the order given.</summary>
public sealed class FieldSubset(IFieldSet whole, IReadOnlyList<int> indices) : IFieldSet
{
    public Grid Grid => whole.Grid;

    public IReadOnlyList<Variable> Variables => whole.Variables;

    public int Count => indices.Count;

    public DateTime TimeOf(int index) => whole.TimeOf(indices[index]);

    public void Read(int index, Span<float> destination) => whole.Read(indices[index], destination);
}
