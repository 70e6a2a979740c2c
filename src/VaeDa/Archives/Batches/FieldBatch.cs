using static TorchSharp.torch;

namespace VaeDa.Archives.Batches;

/// <summary>Normalised fields, with the weight of missing cells 0.</summary>
/// <param name="Fields">(B, V, H, W), normalised; missing cells hold the normalised value of a zero anomaly.</param>
/// <param name="Weights">(B, V, H, W) or (1, V, H, W): cell area, mean 1 over the grid, times 0 where the value is missing.</param>
internal sealed record FieldBatch(Tensor Fields, Tensor Weights) : IDisposable
{
    /// <summary>Whether every cell of the fields has a value.</summary>
    public bool IsComplete { get; init; }

    /// <summary>What an encoder reads, (B, V', H', W'), normalised: the fields themselves, or those of another data set at the same times.</summary>
    public Tensor Inputs { get; init; } = Fields;

    /// <summary>Weights of the inputs, as <see cref="Weights"/> are of the fields.</summary>
    public Tensor InputWeights { get; init; } = Weights;

    public void Dispose()
    {
        Fields.Dispose();
        Weights.Dispose();
        if (!ReferenceEquals(Inputs, Fields))
        {
            Inputs.Dispose();
            InputWeights.Dispose();
        }
    }
}
