namespace VaeDa.Model;

/// <summary>Cells a convolution steps in each direction.</summary>
public readonly record struct Stride(int Rows, int Columns);
