using VaeDa.Archives.Batches;
using static TorchSharp.torch;

namespace VaeDa.Model.Autoencoders;

/// <summary>A map between fields and a latent space: the VAE, or the EOFs that are its linear rival.</summary>
public interface IAutoencoder : IDisposable
{
    /// <summary>The dimension of the latent space, k.</summary>
    int LatentSize { get; }

    /// <summary>
    /// The derivatives ∂D/∂z of the generator's linear part, shape (k, N) with N = V·H·W, in normalised units: all of it for a
    /// linear generator, a first guess for one with a linear path beside its network, null for one without.
    /// </summary>
    Tensor? LinearPatterns { get; }

    /// <summary>The encoder: the posterior of the latents given fields, q(z|x), Gaussian with a diagonal covariance.</summary>
    /// <param name="x">The fields, shape (B, V, H, W), in normalised units; where a value is missing, that of no anomaly.</param>
    /// <returns>The mean and the logarithm of the variance of q(z|x), shape (B, k) each; the caller's own.</returns>
    (Tensor Mean, Tensor LogVariance) Encode(Tensor x);

    /// <summary>The generator, D(z): fields from latent states.</summary>
    /// <param name="z">The latent states, shape (B, k).</param>
    /// <returns>The fields, shape (B, V, H, W), in normalised units; the caller's own.</returns>
    Tensor Decode(Tensor z);

    /// <summary>
    /// A batch's fields as the encoder is to read them: what is missing, if the autoencoder can tell it from the rest of the field, in
    /// the place of no anomaly. Fields without gaps stay as they are.
    /// </summary>
    /// <param name="batch">Not disposed here.</param>
    /// <returns>(B, V, H, W); the caller's own.</returns>
    internal Tensor Filled(FieldBatch batch) => batch.Fields.alias();

    /// <summary>D at some cells only, for less than the whole field costs; null where it would not be less.</summary>
    /// <param name="cells">Of the H × W, each once.</param>
    internal ICellDecoder? At(IReadOnlyList<int> cells) => null;

    /// <summary>The derivatives of sums over a few cells each, for less than differences cost; null where it would not be less.</summary>
    /// <param name="indices">Into V·H·W, (n·m).</param>
    /// <param name="weights">(n·m)</param>
    /// <param name="m">Cells in each sum.</param>
    internal ILocalJacobian? JacobianOf(IReadOnlyList<long> indices, IReadOnlyList<float> weights, int m) => null;
}
