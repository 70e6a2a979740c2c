using VaeDa.Archives.Batches;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>
/// The negative evidence lower bound per cell, with a Gaussian decoder whose variance is its maximum-likelihood value:
/// Rybkin, Daniilidis and Levine (2021), 'Simple and effective VAE training with calibrated decoders', eq. 6–8.
/// </summary>
/// <remarks>
/// −ELBO = Σᵢ wᵢ [½ log 2πσ² + (xᵢ − Dᵢ(z))² / 2σ²] + KL(q(z|x) ‖ N(0, I)), wᵢ the cell's relative area, 0 where the value
/// is missing. Divided by the number of cells, so that its size does not depend on the grid.
/// </remarks>
internal sealed class ElboLoss : ILoss
{
    public LossTerms Of(FieldBatch batch, Tensor generated, Tensor mean, Tensor logVariance, Tensor z, Tensor decoderLogVariance, bool training)
    {
        var batchSize = generated.shape[0];
        var cells = (double)(generated.shape[1] * generated.shape[2] * generated.shape[3]);
        var weights = batch.Weights.expand_as(generated); // (B, V, H, W)
        var weight = weights.sum([0, 2, 3]); // (V)
        var squared = (weights * (batch.Fields - generated).square()).sum([0, 2, 3]); // (V)
        var squaredError = squared / weight.clamp_min(1e-12); // (V)
        var logSigma2 = training ? squaredError.clamp_min(1e-12).log() : decoderLogVariance; // (V)
        var reconstruction = 0.5 * (weight * (logSigma2 + Math.Log(2 * Math.PI)) + squared / logSigma2.exp()).sum() / (batchSize * cells);
        var divergence = 0.5 * (mean.square() + logVariance.exp() - 1 - logVariance).sum() / (batchSize * cells);
        return new LossTerms(reconstruction + divergence, reconstruction, divergence, squaredError.detach());
    }
}
