namespace VaeDa.Archives.Preparation;

/// <param name="Stage">What is being done.</param>
/// <param name="Done">Fields done in this stage.</param>
/// <param name="Total">Fields of this stage.</param>
public readonly record struct PreparationProgress(string Stage, int Done, int Total);
