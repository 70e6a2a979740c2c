namespace VaeDa.Assimilation.Ensemble;

/// <summary>M fields of N, of which a part can be read without the rest.</summary>
public interface IFieldsInParts : IReadOnlyList<float[]>
{
    /// <param name="first">Where in the field.</param>
    void Read(int member, int first, Span<float> values);
}
