namespace VaeDa.Archives.Sources;

/// <summary>An open file's fields of one variable.</summary>
internal interface IFieldReader : IDisposable
{
    /// <param name="index">Number of the field in the file.</param>
    /// <param name="field">(H, W) in the grid's order, NaN where missing.</param>
    void Read(int index, Span<float> field);
}
