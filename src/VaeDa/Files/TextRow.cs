namespace VaeDa.Files;

/// <param name="Line">Line or row number in the source, from 1.</param>
/// <param name="Cells">One for each column.</param>
internal sealed record TextRow(int Line, string[] Cells);
