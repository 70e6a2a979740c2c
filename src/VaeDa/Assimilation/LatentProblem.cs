using TorchSharp;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// J(z) = ½ (z − μ)ᵀ B⁻¹ (z − μ) + ½ (y − H D(z))ᵀ R⁻¹ (y − H D(z)), for many states at once, each with its own μ and y:
/// latents and departures in double precision on the CPU, the generator in single precision on its own device.
/// </summary>
internal sealed class LatentProblem(GenerativeModel model, ObservationOperator h, Tensor y, ObservationErrorCovariance r, int chunkSize) : IDisposable
{
    // A twentieth of a standard deviation: small beside the generator's curvature, large beside float32's rounding.
    private const double DifferenceStep = 0.05;

    // No more than these fit together: fields are large.
    private const int FewStates = 4;
    private const int StatesBetween = 8;

    private readonly int _chunkSize = model.StatesTogether(chunkSize);
    private readonly ObservedGenerator _generator = new(model, h);
    private long _statesSince; // memory was given back

    /// <summary>μ, (1, k).</summary>
    public Tensor Mean { get; } = model.Calibration.LatentMean.to(float64).unsqueeze(0).DetachFromDisposeScope();

    /// <summary>Diagonal of B, (1, k).</summary>
    public Tensor Variance { get; } = model.Calibration.LatentVariance.to(float64).unsqueeze(0).DetachFromDisposeScope();

    /// <summary>(1, n)</summary>
    public Tensor Observations => y;

    public ObservationErrorCovariance R => r;

    /// <summary>States decoded so far.</summary>
    public int GeneratorCalls { get; private set; }

    /// <summary>Vector–Jacobian products so far, in states.</summary>
    public int BackwardCalls { get; private set; }

    /// <summary>H D(z), differentiable, of its own; the caller's to dispose.</summary>
    public ObservedGenerator Observed() => new(model, h);

    /// <summary>H D(z).</summary>
    /// <param name="z">(S, k)</param>
    /// <returns>(S, n)</returns>
    public Tensor Equivalents(Tensor z)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = z.split(_chunkSize).Select(part =>
        {
            using var inner = NewDisposeScope();
            var equivalents = _generator.Equivalents(part.to(float32).to(model.Device)).cpu().to(float64).MoveToOuterDisposeScope(); // (s, n)
            GiveMemoryBackAfter(part.shape[0]);
            return equivalents;
        });
        GeneratorCalls += (int)z.shape[0];
        return cat(parts.ToList()).MoveToOuterDisposeScope(); // (S, n)
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
        for (var first = 0L; first < z.shape[0]; first += _chunkSize)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(_chunkSize, z.shape[0] - first);
            using var grad = enable_grad();
            var state = z.narrow(0, first, count).to(float32).to(model.Device).detach().requires_grad_(true); // (s, k)
            var equivalents = _generator.Equivalents(state); // (s, n)
            var departure = observed.narrow(0, first, count) - equivalents.detach().cpu().to(float64); // (s, n)
            equivalents.backward([r.Solve(departure).to(float32).to(model.Device)]); // (s, n) into (s, k)
            departures.Add(departure.MoveToOuterDisposeScope());
            pulls.Add(state.grad!.cpu().to(float64).MoveToOuterDisposeScope());
            GiveMemoryBackAfter(count);
        }

        GeneratorCalls += (int)z.shape[0];
        BackwardCalls += (int)z.shape[0];
        var d = cat(departures); // (S, n)
        var gradient = (z - mean) / Variance - cat(pulls); // (S, k)
        return (CostOf(z, mean, d).MoveToOuterDisposeScope(), gradient.MoveToOuterDisposeScope(), d.MoveToOuterDisposeScope());
    }

    /// <summary>The Jacobian of H D at one state: exact where the generator has a cheap way, else by differences.</summary>
    /// <param name="z">(1, k)</param>
    /// <returns>(n, k)</returns>
    public Tensor Jacobian(Tensor z)
    {
        using var scope = NewDisposeScope();
        if (_generator.Jacobian(z.to(float32).to(model.Device)) is { } exact)
        {
            // What passes through the observations' cells once, and back once.
            GeneratorCalls++;
            BackwardCalls++;
            return exact.cpu().to(float64).MoveToOuterDisposeScope(); // (n, k)
        }

        return Differences(z).MoveToOuterDisposeScope(); // (n, k)
    }

    /// <summary>The Jacobian of H D at one state, by forward differences, a few columns at a time.</summary>
    /// <param name="z">(1, k)</param>
    /// <returns>(n, k)</returns>
    public Tensor Differences(Tensor z)
    {
        using var scope = NewDisposeScope();
        var step = DifferenceStep * Variance.sqrt(); // (1, k)
        var states = cat([z, z + diag(step.squeeze(0))]); // (1 + k, k)
        var equivalents = Equivalents(states); // (1 + k, n)
        var columns = (equivalents.narrow(0, 1, z.shape[1]) - equivalents.narrow(0, 0, 1)) / step.transpose(0, 1); // (k, n)
        return columns.transpose(0, 1).MoveToOuterDisposeScope(); // (n, k)
    }

    /// <summary>H times the generator's linear part, (n, k): a first guess of the Jacobian that costs no call of the generator.</summary>
    public Tensor? LinearJacobian()
    {
        using var scope = NewDisposeScope();
        var jacobian = _generator.LinearJacobian()?.cpu().to(float64); // (n, k)
        // The cells lie scattered over the linear path, so that most of it was read.
        model.GiveMemoryBack();
        return jacobian?.MoveToOuterDisposeScope(); // (n, k)
    }

    /// <summary>A = B⁻¹ + Jᵀ R⁻¹ J, (k, k): the cost's curvature, the inverse of the posterior covariance.</summary>
    public Tensor Curvature(Tensor jacobian)
    {
        using var scope = NewDisposeScope();
        var solved = r.Solve(jacobian.transpose(0, 1)); // (k, n)
        return (solved.matmul(jacobian) + diag(1 / Variance.squeeze(0))).MoveToOuterDisposeScope(); // (k, k)
    }

    /// <summary>Large fields go a few at a time, and what each leaves free is in pieces: more of them with each.</summary>
    private void GiveMemoryBackAfter(long states)
    {
        if (_chunkSize <= FewStates && (_statesSince += states) >= StatesBetween)
        {
            _statesSince = 0;
            model.GiveMemoryBack();
        }
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
