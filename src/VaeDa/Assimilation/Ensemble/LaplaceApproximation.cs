using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>
/// The Gaussian about the most probable state whose covariance is the inverse of the cost's curvature there (Tierney and
/// Kadane 1986), N(z*, A⁻¹), and its whitened coordinates u: z = z* + L⁻ᵀ u, A = L Lᵀ. The posterior itself where the
/// generator is linear.
/// </summary>
internal sealed class LaplaceApproximation : IDisposable
{
    private readonly Tensor _centre; // (1, k)
    private readonly Tensor _inverseFactor; // (k, k), L⁻¹

    /// <summary>With a Jacobian of its own: the search's may be of a state on the way.</summary>
    public LaplaceApproximation(LatentProblem problem, MostProbableState best)
    {
        using var scope = NewDisposeScope();
        var factor = linalg.cholesky(problem.Curvature(problem.Jacobian(best.Z))); // (k, k), L
        _inverseFactor = linalg.solve_triangular(factor, eye(factor.shape[0], dtype: float64), upper: false).DetachFromDisposeScope();
        _centre = best.Z.clone().DetachFromDisposeScope();
    }

    /// <param name="u">Whitened, (S, k).</param>
    /// <returns>z, (S, k)</returns>
    public Tensor State(Tensor u)
    {
        using var scope = NewDisposeScope();
        return (_centre + u.matmul(_inverseFactor)).MoveToOuterDisposeScope(); // (S, k)
    }

    /// <param name="gradient">With respect to z, (S, k).</param>
    /// <returns>With respect to u, (S, k): L⁻¹ ∂J/∂z.</returns>
    public Tensor Whiten(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        return gradient.matmul(_inverseFactor.transpose(0, 1)).MoveToOuterDisposeScope(); // (S, k)
    }

    /// <returns>Independent states, (M, k).</returns>
    public Tensor Draw(int members, Noise noise)
    {
        using var scope = NewDisposeScope();
        return State(noise.For(DrawOf.Laplace).Normal(members, _centre.shape[1])).MoveToOuterDisposeScope(); // (M, k)
    }

    public void Dispose()
    {
        _centre.Dispose();
        _inverseFactor.Dispose();
    }
}
