using VaeDa.Fields.Grids;

namespace VaeDa.Fields;

/// <summary>Some of the fields of another set, in the order given.</summary>
public sealed class FieldSubset(IFieldSet whole, IReadOnlyList<int> indices) : IPackedFields
{
    public Grid Grid => whole.Grid;

    public IReadOnlyList<Variable> Variables => whole.Variables;

    public bool ArePacked => whole is IPackedFields { ArePacked: true };

    public int Count => indices.Count;

    public DateTime TimeOf(int index) => whole.TimeOf(indices[index]);

    public void Read(int index, Span<float> destination) => whole.Read(indices[index], destination);

    public Int16Packing PackingOf(int index, int variable) => ((IPackedFields)whole).PackingOf(indices[index], variable);

    public void ReadCodes(int index, Span<short> codes) => ((IPackedFields)whole).ReadCodes(indices[index], codes);
}
