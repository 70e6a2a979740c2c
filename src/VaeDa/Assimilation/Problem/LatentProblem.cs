using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Problem;

/// <summary>
/// J(z) = ½ (z − μ)ᵀ B⁻¹ (z − μ) + ½ (y − H D(z))ᵀ R⁻¹ (y − H D(z)), for many states at once, each with its own μ and y.
/// </summary>
internal sealed class LatentProblem : IDisposable
{
    private readonly GenerativeModel _model;
    private readonly ObservationOperator _h;
    private readonly int _chunkSize;
    private readonly ObservedGenerator _generator;
    private readonly bool _isOther; // of the same generator, which another disposes

    /// <param name="model">Not disposed here.</param>
    /// <param name="h">H.</param>
    /// <param name="y">Observations, (1, n), double precision; the new object's own.</param>
    /// <param name="r">Not disposed here.</param>
    /// <param name="chunkSize">States to decode together, where so many fit.</param>
    public LatentProblem(GenerativeModel model, ObservationOperator h, Tensor y, ObservationErrorCovariance r, int chunkSize)
    {
        (_model, _h, _chunkSize, R) = (model, h, chunkSize, r);
        _generator = new ObservedGenerator(model, h, chunkSize);
        Observations = y.DetachFromDisposeScope();
        Mean = model.Prior.LatentMean.to(float64).unsqueeze(0).DetachFromDisposeScope();
        Variance = model.Prior.LatentVariance.to(float64).unsqueeze(0).DetachFromDisposeScope();
    }

    private LatentProblem(LatentProblem other, ObservationErrorCovariance r)
    {
        (_model, _h, _chunkSize, _generator, _isOther) = (other._model, other._h, other._chunkSize, other._generator, true);
        (Observations, Mean, Variance, R) = (other.Observations, other.Mean, other.Variance, r);
    }

    /// <summary>μ, (1, k).</summary>
    public Tensor Mean { get; }

    /// <summary>Diagonal of B, (1, k).</summary>
    public Tensor Variance { get; }

    /// <summary>y, (1, n).</summary>
    public Tensor Observations { get; }

    /// <summary>R.</summary>
    public ObservationErrorCovariance R { get; }

    /// <summary>States decoded so far.</summary>
    public int GeneratorCalls => _generator.Calls;

    /// <summary>Vector–Jacobian products so far, in states.</summary>
    public int BackwardCalls => _generator.BackwardCalls;

    /// <summary>The same with another R; of use while this one lives.</summary>
    public LatentProblem With(ObservationErrorCovariance r) => ReferenceEquals(r, R) ? this : new LatentProblem(this, r);

    /// <summary>H D(z), differentiable, of its own; the caller's to dispose.</summary>
    public ObservedGenerator Observed() => new(_model, _h, _chunkSize);

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
        return _h.Apply(fields).cpu().to(float64).MoveToOuterDisposeScope(); // (S, n)
    }

    /// <summary>J of each state.</summary>
    /// <param name="z">(S, k)</param>
    /// <param name="mean">(S or 1, k)</param>
    /// <param name="observations">(S or 1, n)</param>
    /// <returns>(S)</returns>
    public Tensor Cost(Tensor z, Tensor mean, Tensor observations)
    {
        using var scope = NewDisposeScope();
        var d = observations - Equivalents(z); // (S, n)
        return CostOf(z, mean, d, R.Solve(d)).MoveToOuterDisposeScope();
    }

    /// <summary>J and its gradient for each state, by one pass through the generator and one back.</summary>
    /// <param name="z">(S, k)</param>
    /// <param name="mean">(S or 1, k)</param>
    /// <param name="observations">(S or 1, n)</param>
    /// <returns>(S), (S, k) and the departures (S, n).</returns>
    public (Tensor Cost, Tensor Gradient, Tensor Departures) CostAndGradient(Tensor z, Tensor mean, Tensor observations)
    {
        using var scope = NewDisposeScope();
        var (d, weights, pulls) = Misfit(z, observations); // (S, n), (S, n), (S, k)
        var gradient = (z - mean) / Variance - pulls; // (S, k)
        return (CostOf(z, mean, d, weights).MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope(), d.MoveToOuterDisposeScope());
    }

    /// <summary>What states leave of observations, d = y − H D(z), the weights R⁻¹ d, and where these pull the states, Gᵀ R⁻¹ d.</summary>
    /// <param name="z">(S, k)</param>
    /// <param name="observations">(S or 1, n)</param>
    /// <returns>(S, n), (S, n) and (S, k).</returns>
    public (Tensor Departures, Tensor Weights, Tensor Pull) Misfit(Tensor z, Tensor observations)
    {
        using var scope = NewDisposeScope();
        var observed = observations.expand(z.shape[0], -1); // (S, n)
        var (departures, weights, pulls) = (new List<Tensor>(), new List<Tensor>(), new List<Tensor>());
        for (var first = 0L; first < z.shape[0]; first += _generator.ChunkSize)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(_generator.ChunkSize, z.shape[0] - first);
            var pass = _generator.Forward(z.narrow(0, first, count));
            var departure = observed.narrow(0, first, count) - pass.Equivalents; // (s, n)
            var weight = R.Solve(departure); // (s, n)
            pulls.Add(pass.PullBack(weight).MoveToOuterDisposeScope()); // (s, k)
            departures.Add(departure.MoveToOuterDisposeScope());
            weights.Add(weight.MoveToOuterDisposeScope());
        }

        return (cat(departures).MoveToOuterDisposeScope(), cat(weights).MoveToOuterDisposeScope(), cat(pulls).MoveToOuterDisposeScope());
    }

    /// <summary>H D about its mean, by the generator's linear part where it has one: a first guess, which costs little.</summary>
    public Linearisation FirstGuess() => new(Mean, _generator.LinearJacobian() ?? Jacobian(Mean), Equivalents(Mean));

    /// <inheritdoc cref="ObservedGenerator.Jacobian"/>
    public Tensor Jacobian(Tensor z) => _generator.Jacobian(z); // (n, k)

    /// <inheritdoc cref="ObservedGenerator.Differences"/>
    public Tensor Differences(Tensor z) => _generator.Differences(z); // (n, k)

    /// <summary>A = B⁻¹ + Gᵀ R⁻¹ G, (k, k): the cost's curvature, the inverse of the posterior covariance.</summary>
    public Tensor Curvature(Tensor jacobian)
    {
        using var scope = NewDisposeScope();
        var solved = R.Solve(jacobian.transpose(0, 1)); // (k, n)
        return (solved.matmul(jacobian) + diag(1 / Variance.squeeze(0))).MoveToOuterDisposeScope(); // (k, k)
    }

    /// <summary>The prior's part of J of one state, ½ (z − μ)ᵀ B⁻¹ (z − μ).</summary>
    /// <param name="z">(1, k)</param>
    public double PriorCost(Tensor z)
    {
        using var scope = NewDisposeScope();
        return 0.5 * ((z - Mean).square() / Variance).sum().item<double>();
    }

    public void Dispose()
    {
        if (!_isOther)
        {
            Mean.Dispose();
            Variance.Dispose();
            Observations.Dispose();
            _generator.Dispose();
        }
    }

    /// <param name="z">(S, k)</param>
    /// <param name="mean">(S or 1, k)</param>
    /// <param name="d">Departures, (S, n).</param>
    /// <param name="weights">R⁻¹ d, (S, n).</param>
    /// <returns>(S)</returns>
    private Tensor CostOf(Tensor z, Tensor mean, Tensor d, Tensor weights) =>
        0.5 * ((z - mean).square() / Variance).sum(1) + 0.5 * (d * weights).sum(1); // (S)
}
