using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>
/// K = G B Gᵀ + R about a state, as its inverse (Woodbury): what quality control needs of it, whatever the innovations are.
/// </summary>
/// <param name="Inverse">R⁻¹, (n, n); K⁻¹ itself where nothing is reduced.</param>
/// <param name="Reduced">T: K⁻¹ = R⁻¹ − T Tᵀ, (n, k).</param>
/// <param name="Variances">Diagonal of K, (n).</param>
/// <param name="Precisions">Diagonal of K⁻¹, (n).</param>
/// <param name="Partners">Those that K⁻¹ ties each observation most closely to, (n, p).</param>
/// <param name="Ties">K⁻¹ between each and its partners, (n, p).</param>
internal sealed record InnovationCovariance(Tensor Inverse, Tensor Reduced, Tensor Variances, Tensor Precisions, Tensor Partners, Tensor Ties)
{
    private const int MostPartners = 8;
    private const int RowsInChunk = 256;

    /// <param name="r">R of all observations.</param>
    /// <param name="jacobian">G, (n, k).</param>
    /// <param name="variance">Diagonal of B, (1, k).</param>
    public static InnovationCovariance About(ObservationErrorCovariance r, Tensor jacobian, Tensor variance)
    {
        using var scope = NewDisposeScope();
        var solved = r.Inverse.matmul(jacobian); // (n, k)
        var a = jacobian.transpose(0, 1).matmul(solved) + diag(1 / variance.squeeze(0)); // (k, k)
        var reduced = linalg.solve_triangular(linalg.cholesky(a), solved.transpose(0, 1), upper: false).transpose(0, 1).contiguous(); // (n, k)
        var variances = r.Variances + (jacobian.square() * variance).sum(1); // (n)
        return Of(r.Inverse, reduced, variances, reduced.matmul(reduced.transpose(0, 1)).neg_().add_(r.Inverse)).MoveToOuterDisposeScope();
    }

    /// <summary>Of a K that is given as it stands.</summary>
    /// <param name="k">(n, n), double precision.</param>
    public static InnovationCovariance Of(Tensor k)
    {
        using var scope = NewDisposeScope();
        var inverse = cholesky_inverse(linalg.cholesky(k)); // (n, n)
        var covariance = Of(inverse, zeros([k.shape[0], 0], float64), k.diagonal().clone(), inverse.clone());
        inverse.MoveToOuterDisposeScope();
        return covariance.MoveToOuterDisposeScope();
    }

    /// <summary>Beyond the dispose scope that it was made in; R⁻¹ stays whose it is.</summary>
    public InnovationCovariance MoveToOuterDisposeScope()
    {
        foreach (var part in new[] { Reduced, Variances, Precisions, Partners, Ties })
        {
            part.MoveToOuterDisposeScope();
        }

        return this;
    }

    /// <param name="inverse">R⁻¹, (n, n).</param>
    /// <param name="reduced">T, (n, k).</param>
    /// <param name="variances">Diagonal of K, (n).</param>
    /// <param name="k">K⁻¹, (n, n); changed here.</param>
    private static InnovationCovariance Of(Tensor inverse, Tensor reduced, Tensor variances, Tensor k)
    {
        var precisions = inverse.diagonal() - reduced.square().sum([1]); // (n)
        k.diagonal().fill_(0);
        var (count, scale) = ((int)Math.Min(MostPartners, k.shape[0] - 1), precisions.rsqrt());
        // Some rows at a time: all would be n² numbers more.
        var partners = cat([.. k.split(RowsInChunk).Select(Largest)]); // (n, p)
        return new InnovationCovariance(inverse, reduced, variances, precisions, partners, k.gather(1, partners)); // (n, p)

        Tensor Largest(Tensor rows) // (b, n)
        {
            using var ties = rows.abs();
            ties.mul_(scale);
            return ties.topk(count, 1).indexes; // (b, p)
        }
    }
}
