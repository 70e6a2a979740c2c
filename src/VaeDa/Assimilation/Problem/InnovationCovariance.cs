using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>
/// K = G B Gᵀ + R about a state, as its inverse (Woodbury): what quality control needs of it, whatever the innovations are.
/// </summary>
/// <param name="Inverse">R⁻¹, (n, n).</param>
/// <param name="Reduced">T: K⁻¹ = R⁻¹ − T Tᵀ, (n, k).</param>
/// <param name="Precisions">Diagonal of K⁻¹, (n).</param>
/// <param name="Partners">Those that K⁻¹ ties each observation most closely to, (n, p).</param>
/// <param name="Ties">K⁻¹ between each and its partners, (n, p).</param>
internal sealed record InnovationCovariance(Tensor Inverse, Tensor Reduced, Tensor Precisions, Tensor Partners, Tensor Ties)
{
    private const int MostPartners = 8;

    /// <param name="r">R of all observations.</param>
    /// <param name="jacobian">G, (n, k).</param>
    /// <param name="variance">Diagonal of B, (1, k).</param>
    public static InnovationCovariance About(ObservationErrorCovariance r, Tensor jacobian, Tensor variance)
    {
        using var scope = NewDisposeScope();
        var solved = r.Inverse.matmul(jacobian); // (n, k)
        var a = jacobian.transpose(0, 1).matmul(solved) + diag(1 / variance.squeeze(0)); // (k, k)
        var reduced = linalg.solve_triangular(linalg.cholesky(a), solved.transpose(0, 1), upper: false).transpose(0, 1).contiguous(); // (n, k)
        var precisions = r.Inverse.diagonal() - reduced.square().sum([1]); // (n)
        var k = reduced.matmul(reduced.transpose(0, 1)).neg_().add_(r.Inverse); // (n, n), K⁻¹
        k.diagonal().fill_(0);
        var (_, partners) = k.abs().mul_(precisions.rsqrt()).topk((int)Math.Min(MostPartners, k.shape[0] - 1), 1); // (n, p)
        var ties = k.gather(1, partners); // (n, p)
        return new InnovationCovariance(r.Inverse, reduced.MoveToOuterDisposeScope(), precisions.MoveToOuterDisposeScope(), partners.MoveToOuterDisposeScope(), ties.MoveToOuterDisposeScope());
    }
}
