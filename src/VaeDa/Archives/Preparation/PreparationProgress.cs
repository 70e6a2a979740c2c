namespace VaeDa.Archives.Preparation;

/// <summary>How far the making of an archive is.</summary>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Done">The number of fields done in this stage.</param>
/// <param name="Total">The number of fields of this stage.</param>
public readonly record struct PreparationProgress(string Stage, int Done, int Total);
