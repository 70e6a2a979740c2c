using VaeDa.Archives.Batches;
using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>A training objective.</summary>
internal interface ILoss
{
    /// <param name="batch">Fields and weights, (B, V, H, W).</param>
    /// <param name="generated">(B, V, H, W), the generator's output at <paramref name="z"/>.</param>
    /// <param name="mean">(B, k), of q(z|x).</param>
    /// <param name="logVariance">(B, k), of q(z|x).</param>
    /// <param name="z">(B, k), one sample of q(z|x).</param>
    /// <param name="decoderLogVariance">(V), as held in the model: used when scoring, where the batch must not choose its own.</param>
    /// <param name="training">Whether the decoder's variance is set to its optimum for this batch.</param>
    LossTerms Of(FieldBatch batch, Tensor generated, Tensor mean, Tensor logVariance, Tensor z, Tensor decoderLogVariance, bool training);
}
