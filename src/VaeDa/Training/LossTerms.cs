using static TorchSharp.torch;

namespace VaeDa.Training;

/// <summary>What a batch costs.</summary>
/// <param name="Total">Scalar, to be minimised, on the graph.</param>
/// <param name="Reconstruction">Scalar; the part that the decoder's misfit makes.</param>
/// <param name="Divergence">Scalar; the part that the divergence from the prior makes.</param>
/// <param name="SquaredError">(V): area-weighted mean squared error of the batch, normalised units squared; not on the graph.</param>
internal sealed record LossTerms(Tensor Total, Tensor Reconstruction, Tensor Divergence, Tensor SquaredError);
