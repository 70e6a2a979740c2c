namespace VaeDa.Assimilation.Residual;

/// <summary>Successive cells of one variable.</summary>
/// <param name="Variable">Its number.</param>
/// <param name="First">Of the variable's H·W.</param>
/// <param name="Count">Of cells.</param>
/// <param name="At">The same cell's place in the field, of the V·H·W.</param>
internal readonly record struct CellRange(int Variable, int First, int Count, int At);
