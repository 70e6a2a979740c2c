namespace VaeDa.Files;

/// <param name="Line">Line or row number in the source, from 1.</param>
/// <param name="Cells">One for each column, but for faulty rows of CSV.</param>
internal sealed record TextRow(int Line, string[] Cells)
{
    /// <summary>What the source itself says against the row's value; null if nothing.</summary>
    public string? Doubt { get; init; }
}
