using static TorchSharp.torch;

namespace VaeDa.Model.Autoencoders;

/// <summary>A map between fields and a latent space: the VAE, or the EOFs that are its linear rival.</summary>
public interface IAutoencoder : IDisposable
{
    /// <summary>k.</summary>
    int LatentSize { get; }

    /// <summary>
    /// ∂D/∂z of the generator's linear part, (k, N), normalised units: all of it for a linear generator, a first guess for one
    /// with a linear path, null for one without.
    /// </summary>
    Tensor? LinearPatterns { get; }

    /// <param name="x">(B, V, H, W), normalised.</param>
    /// <returns>Mean and log-variance of q(z|x), (B, k) each.</returns>
    (Tensor Mean, Tensor LogVariance) Encode(Tensor x);

    /// <param name="z">(B, k)</param>
    /// <returns>(B, V, H, W), normalised.</returns>
    Tensor Decode(Tensor z);

    /// <summary>D at some cells only, for less than the whole field costs; null where it would not be less.</summary>
    /// <param name="cells">Of the H × W, each once.</param>
    ICellDecoder? At(IReadOnlyList<int> cells) => null;

    /// <summary>The derivatives of sums over a few cells each, for less than differences cost; null where it would not be less.</summary>
    /// <param name="indices">Into V·H·W, (n·m).</param>
    /// <param name="weights">(n·m)</param>
    /// <param name="m">Cells in each sum.</param>
    ILocalJacobian? JacobianOf(IReadOnlyList<long> indices, IReadOnlyList<float> weights, int m) => null;
}
