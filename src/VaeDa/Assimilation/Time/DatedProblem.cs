using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// What one date's observations say of its state s = (u, a): ½ dᵀ R⁻¹ d, d = y − H D(μ + σ u) − Pᵀ a, where a are the amplitudes of the
/// residual's patterns and R is of what these leave.
/// </summary>
/// <param name="problem">With R of the remainder and of the observations that are believed; not disposed here.</param>
/// <param name="residual">At the same observations; not disposed here.</param>
internal sealed class DatedProblem(LatentProblem problem, ResidualCovariance residual) : IDisposable
{
    private readonly Tensor _deviation = problem.Variance.sqrt().DetachFromDisposeScope(); // (1, k)

    /// <summary>y, (1, n).</summary>
    public Tensor Observations => problem.Observations;

    /// <summary>z of the latents' part of states.</summary>
    /// <param name="states">(S, d)</param>
    /// <returns>(S, k)</returns>
    public Tensor Latents(Tensor states) => problem.Mean + _deviation * states.narrow(1, 0, _deviation.shape[1]); // (S, k)

    /// <summary>The patterns' amplitudes of states.</summary>
    /// <param name="states">(S, d)</param>
    /// <returns>(S, m)</returns>
    public Tensor Amplitudes(Tensor states) => states.narrow(1, _deviation.shape[1], states.shape[1] - _deviation.shape[1]); // (S, m)

    /// <summary>The state of latents and amplitudes.</summary>
    /// <param name="z">(S, k)</param>
    /// <param name="amplitudes">(S, m)</param>
    /// <returns>(S, d)</returns>
    public Tensor State(Tensor z, Tensor amplitudes) => cat([(z - problem.Mean) / _deviation, amplitudes], 1); // (S, d)

    /// <summary>The cost of each state, and its gradient.</summary>
    /// <param name="states">(S, d)</param>
    /// <param name="observations">y of each, (S or 1, n).</param>
    /// <returns>(S), (S, d)</returns>
    public (Tensor Cost, Tensor Gradient) CostAndGradient(Tensor states, Tensor observations)
    {
        using var scope = NewDisposeScope();
        var ofPatterns = residual.AtPlaces(Amplitudes(states)); // (S, n)
        var (d, weights, pull) = problem.Misfit(Latents(states), observations - ofPatterns); // (S, n), (S, n), (S, k)
        var gradient = -cat([pull * _deviation, residual.Amplitudes(weights)], 1); // (S, d)
        return ((0.5 * (d * weights).sum(1)).MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope());
    }

    /// <summary>Gᵀ R⁻¹ G with G = ∂(H D + Pᵀ a)/∂s, what the observations add to the precision of the state, (d, d).</summary>
    /// <param name="jacobian">∂(H D)/∂z, (n, k).</param>
    public Tensor Information(Tensor jacobian)
    {
        using var scope = NewDisposeScope();
        var g = Derivatives(jacobian); // (n, d)
        return problem.R.Solve(g.transpose(0, 1)).matmul(g).MoveToOuterDisposeScope(); // (d, d)
    }

    /// <summary>G = ∂(H D + Pᵀ a)/∂s, (n, d).</summary>
    /// <param name="jacobian">∂(H D)/∂z, (n, k).</param>
    public Tensor Derivatives(Tensor jacobian) => cat([jacobian * _deviation, residual.PatternsAtPlaces.transpose(0, 1)], 1); // (n, d)

    /// <summary>y − H D(z) − Pᵀ a, (S, n).</summary>
    /// <param name="states">(S, d)</param>
    public Tensor Departures(Tensor states) => problem.Observations - problem.Equivalents(Latents(states)) - residual.AtPlaces(Amplitudes(states)); // (S, n)

    /// <summary>Gᵀ R⁻¹ v for each row v.</summary>
    /// <param name="jacobian">∂(H D)/∂z, (n, k).</param>
    /// <param name="v">(S, n)</param>
    /// <returns>(S, d)</returns>
    public Tensor Pull(Tensor jacobian, Tensor v)
    {
        using var scope = NewDisposeScope();
        var weights = problem.R.Solve(v); // (S, n)
        return cat([weights.matmul(jacobian) * _deviation, residual.Amplitudes(weights)], 1).MoveToOuterDisposeScope(); // (S, d)
    }

    public void Dispose() => _deviation.Dispose();
}
