namespace VaeDa.Fields;

/// <summary>Fields that may be stored as 16-bit codes, and can then be had as such.</summary>
internal interface IPackedFields : IFieldSet
{
    /// <summary>Whether all of them are.</summary>
    bool ArePacked { get; }

    /// <summary>What the codes of one variable of one field stand for.</summary>
    Int16Packing PackingOf(int index, int variable);

    /// <summary>Reads one field as it is stored, (V, H, W), <see cref="Int16Packing.FillValue"/> where there is no value. Thread-safe.</summary>
    void ReadCodes(int index, Span<short> codes);
}
