using VaeDa.Fields.Grids;

namespace VaeDa.Fields;

/// <summary>Some of the fields of another set, in the order given. Nothing is copied: fields are read from the other set.</summary>
/// <param name="whole">The set that the fields belong to.</param>
/// <param name="indices">The numbers of the fields in that set, from 0, in the order wanted.</param>
public sealed class FieldSubset(IFieldSet whole, IReadOnlyList<int> indices) : IPackedFields
{
    /// <inheritdoc/>
    public Grid Grid => whole.Grid;

    /// <inheritdoc/>
    public IReadOnlyList<Variable> Variables => whole.Variables;

    bool IPackedFields.ArePacked => whole is IPackedFields { ArePacked: true };

    /// <inheritdoc/>
    public int Count => indices.Count;

    /// <inheritdoc/>
    public DateTime TimeOf(int index) => whole.TimeOf(indices[index]);

    /// <inheritdoc/>
    public void Read(int index, Span<float> destination) => whole.Read(indices[index], destination);

    Int16Packing IPackedFields.PackingOf(int index, int variable) => ((IPackedFields)whole).PackingOf(indices[index], variable);

    void IPackedFields.ReadCodes(int index, Span<short> codes) => ((IPackedFields)whole).ReadCodes(indices[index], codes);
}
