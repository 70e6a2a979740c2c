using TorchSharp;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>
/// J(z) = ½ (z − μ)ᵀ B⁻¹ (z − μ) + ½ (y − H D(z))ᵀ R⁻¹ (y − H D(z)), for many states at once, each with its own μ and y.
/// </summary>
internal sealed class LatentProblem(GenerativeModel model, ObservationOperator h, Tensor y, ObservationErrorCovariance r, int chunkSize) : IDisposable
{
    private readonly ObservedGenerator _generator = new(model, h, chunkSize);

    /// <summary>μ, (1, k).</summary>
    public Tensor Mean { get; } = model.Prior.LatentMean.to(float64).unsqueeze(0).DetachFromDisposeScope();

    /// <summary>Diagonal of B, (1, k).</summary>
    public Tensor Variance { get; } = model.Prior.LatentVariance.to(float64).unsqueeze(0).DetachFromDisposeScope();

    /// <summary>(1, n)</summary>
    public Tensor Observations => y;

    public ObservationErrorCovariance R => r;

    /// <summary>States decoded so far.</summary>
    public int GeneratorCalls => _generator.Calls;

    /// <summary>Vector–Jacobian products so far, in states.</summary>
    public int BackwardCalls => _generator.BackwardCalls;

    /// <summary>H D(z), differentiable, of its own; the caller's to dispose.</summary>
    public ObservedGenerator Observed() => new(model, h, chunkSize);

    /// <summary>H D(z).</summary>
    /// <param name="z">(S, k)</param>
    /// <returns>(S, n)</returns>
    public Tensor Equivalents(Tensor z) => _generator.Equivalents(z);

    /// <summary>H of whole fields that are there already.</summary>
    /// <param name="fields">(S, N), on the model's device.</param>
    /// <returns>(S, n)</returns>
    public Tensor Observe(Tensor fields)
    {
        using var scope = NewDisposeScope();
        return h.Apply(fields).cpu().to(float64).MoveToOuterDisposeScope(); // (S, n)
    }

    /// <summary>J of each state.</summary>
    /// <param name="z">(S, k)</param>
    /// <param name="mean">(S or 1, k)</param>
    /// <param name="observations">(S or 1, n)</param>
    /// <returns>(S)</returns>
    public Tensor Cost(Tensor z, Tensor mean, Tensor observations)
    {
        using var scope = NewDisposeScope();
        return CostOf(z, mean, observations - Equivalents(z)).MoveToOuterDisposeScope();
    }

    /// <summary>J and its gradient for each state, by one pass through the generator and one back.</summary>
    /// <param name="z">(S, k)</param>
    /// <param name="mean">(S or 1, k)</param>
    /// <param name="observations">(S or 1, n)</param>
    /// <returns>(S), (S, k) and the departures (S, n).</returns>
    public (Tensor Cost, Tensor Gradient, Tensor Departures) CostAndGradient(Tensor z, Tensor mean, Tensor observations)
    {
        using var scope = NewDisposeScope();
        var observed = observations.expand(z.shape[0], -1); // (S, n)
        var (departures, pulls) = (new List<Tensor>(), new List<Tensor>());
        for (var first = 0L; first < z.shape[0]; first += _generator.ChunkSize)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(_generator.ChunkSize, z.shape[0] - first);
            var part = observed.narrow(0, first, count); // (s, n)
            var (equivalents, pull) = _generator.PullBack(z.narrow(0, first, count), e => r.Solve(part - e)); // (s, n), (s, k)
            departures.Add((part - equivalents).MoveToOuterDisposeScope());
            pulls.Add(pull.MoveToOuterDisposeScope());
        }

        var d = cat(departures); // (S, n)
        var gradient = (z - mean) / Variance - cat(pulls); // (S, k)
        return (CostOf(z, mean, d).MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope(), d.MoveToOuterDisposeScope());
    }

    /// <inheritdoc cref="ObservedGenerator.Jacobian"/>
    public Tensor Jacobian(Tensor z) => _generator.Jacobian(z); // (n, k)

    /// <inheritdoc cref="ObservedGenerator.Differences"/>
    public Tensor Differences(Tensor z) => _generator.Differences(z); // (n, k)

    /// <inheritdoc cref="ObservedGenerator.LinearJacobian"/>
    public Tensor? LinearJacobian() => _generator.LinearJacobian(); // (n, k)

    /// <summary>A = B⁻¹ + Jᵀ R⁻¹ J, (k, k): the cost's curvature, the inverse of the posterior covariance.</summary>
    public Tensor Curvature(Tensor jacobian)
    {
        using var scope = NewDisposeScope();
        var solved = r.Solve(jacobian.transpose(0, 1)); // (k, n)
        return (solved.matmul(jacobian) + diag(1 / Variance.squeeze(0))).MoveToOuterDisposeScope(); // (k, k)
    }

    public void Dispose()
    {
        Mean.Dispose();
        Variance.Dispose();
        _generator.Dispose();
        y.Dispose();
        r.Dispose();
    }

    private Tensor CostOf(Tensor z, Tensor mean, Tensor d) =>
        0.5 * ((z - mean).square() / Variance).sum(1) + 0.5 * (d * r.Solve(d)).sum(1); // (S)
}
