using VaeDa.Archives.Batches;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>
/// The reference system's objective: 10⁶ times the mean squared error over cells (not area-weighted; missing cells have
/// weight 0), plus a one-sample estimate of KL(q(z|x) ‖ N(0, I)), log q(z|x) − log p(z).
/// </summary>
internal sealed class ScaledSquaredErrorLoss : ILoss
{
    private const double Scale = 1e6;

    public LossTerms Of(FieldBatch batch, Tensor generated, Tensor mean, Tensor logVariance, Tensor z, Tensor decoderLogVariance, bool training)
    {
        var weights = batch.Weights.expand_as(generated); // (B, V, H, W)
        var squares = (batch.Fields - generated).square(); // (B, V, H, W)
        var reconstruction = batch.IsComplete
            ? Scale * squares.sum() / squares.numel()
            : Scale * (squares * (weights > 0).to(squares.dtype)).sum() / (weights > 0).sum();
        var divergence = 0.5 * (z.square() - (z - mean).square() / logVariance.exp() - logVariance).sum() / z.shape[0];
        var total = reconstruction + divergence;
        // In place: the gradient of a sum does not ask for what was summed.
        using var noGrad = no_grad();
        var squaredError = squares.mul_(weights).sum([0, 2, 3]) / weights.sum([0, 2, 3]).clamp_min(1e-12); // (V)
        return new LossTerms(total, reconstruction, divergence, squaredError);
    }
}
