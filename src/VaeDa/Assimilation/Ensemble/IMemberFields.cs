namespace VaeDa.Assimilation.Ensemble;

/// <summary>
/// Takes the M fields of an ensemble, of N = V·H·W values each, while an analysis makes them part by part: first of each member
/// its generated field, and then of each part of the grid all members at once. To those who read, it is a list of whole fields.
/// </summary>
public interface IMemberFields : IFieldsInParts
{
    /// <summary>Writes a part of one field, in the units of the variables; a part that was written before is replaced.</summary>
    /// <param name="member">The number of the field, from 0 to M − 1.</param>
    /// <param name="first">The index in the field, from 0 to N − 1, of the first value that is written.</param>
    /// <param name="values">The values, NaN where the model has none.</param>
    void Write(int member, int first, ReadOnlySpan<float> values);
}
