using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>H D made linear about a state: H D(z') ≈ H D(z) + G (z' − z).</summary>
/// <param name="Z">z, (1, k), double precision.</param>
/// <param name="Jacobian">G = ∂(H D)/∂z at z or near it, (n, k).</param>
/// <param name="Equivalents">H D(z), (1, n).</param>
internal sealed record Linearisation(Tensor Z, Tensor Jacobian, Tensor Equivalents)
{
    /// <summary>What the linear generator makes of another state.</summary>
    /// <param name="z">(1, k)</param>
    /// <returns>(1, n)</returns>
    public Tensor At(Tensor z) => Equivalents + (z - Z).matmul(Jacobian.transpose(0, 1)); // (1, n)

    /// <summary>d = y − H D(z) + G (z − μ): y less what the linear generator makes of the prior's mean.</summary>
    /// <param name="y">(1, n)</param>
    /// <param name="mean">μ, (1, k).</param>
    /// <returns>(1, n)</returns>
    public Tensor Innovation(Tensor y, Tensor mean) => y - Equivalents + (Z - mean).matmul(Jacobian.transpose(0, 1)); // (1, n)
}
