using static TorchSharp.torch;

namespace VaeDa.Model.Autoencoders;

/// <summary>The derivatives of n sums over a generator's cells.</summary>
internal interface ILocalJacobian : IDisposable
{
    /// <param name="z">(1, k)</param>
    /// <returns>(n, k), normalised units.</returns>
    Tensor At(Tensor z);
}
