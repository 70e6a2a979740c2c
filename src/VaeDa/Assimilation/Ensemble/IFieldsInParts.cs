namespace VaeDa.Assimilation.Ensemble;

/// <summary>A list of M fields of N = V·H·W values each, of which a part can be read without the rest.</summary>
public interface IFieldsInParts : IReadOnlyList<float[]>
{
    /// <summary>Reads a part of one field, in the units of the variables.</summary>
    /// <param name="member">The number of the field, from 0 to M − 1.</param>
    /// <param name="first">The index in the field, from 0 to N − 1, of the first value that is read.</param>
    /// <param name="values">Receives the values; its length says how many are read.</param>
    void Read(int member, int first, Span<float> values);
}
