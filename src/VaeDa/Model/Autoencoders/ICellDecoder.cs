using static TorchSharp.torch;

namespace VaeDa.Model.Autoencoders;

/// <summary>A generator at c of the grid's cells.</summary>
internal interface ICellDecoder : IDisposable
{
    /// <param name="z">(B, k)</param>
    /// <returns>(B, V, c), normalised; what <see cref="IAutoencoder.Decode"/> gives there, to rounding.</returns>
    Tensor Decode(Tensor z);
}
