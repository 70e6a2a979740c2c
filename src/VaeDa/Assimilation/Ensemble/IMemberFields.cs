namespace VaeDa.Assimilation.Ensemble;

/// <summary>
/// M fields of N, filled in parts: of each member its generated field, and then of each part of the grid all members at once.
/// A list of whole fields to those who read.
/// </summary>
public interface IMemberFields : IFieldsInParts
{
    /// <param name="first">Where in the field.</param>
    void Write(int member, int first, ReadOnlySpan<float> values);
}
