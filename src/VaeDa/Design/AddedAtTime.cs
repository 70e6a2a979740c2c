using static TorchSharp.torch;

namespace VaeDa.Design;

/// <summary>
/// The errors of analyses at one time of the year as instruments are added to a network, and taken away again: an observation at c changes
/// the covariance of the errors by one matrix of rank one, C ← C ∓ u uᵀ, and with it all that is known of each candidate.
/// </summary>
/// <remarks>
/// What a new instrument's place has of the remainder that its four cells do not tell is taken as its own, and counts as error.
/// </remarks>
internal sealed class AddedAtTime : IDisposable
{
    private readonly Candidates _candidates;
    private readonly Tensor _covariance; // (N, N), single precision
    private readonly Tensor _states; // (N, k + m), (I − Γ H) S, single precision
    private readonly Tensor _own; // (N)
    private readonly Tensor _weights; // (N)
    private readonly Tensor _noise; // (P), variance of the error and of what is the place's own
    private readonly Tensor _variances; // (P), of the candidates
    private readonly Tensor _squares; // (P), mean over the area of the squared covariances with it
    private readonly double _sampleSize;
    private double _increments; // E |a|², of the states in standard deviations

    /// <param name="prior">At the nodes and stations; of no use any more after it.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="candidates">At them.</param>
    public AddedAtTime(ErrorsAtPlaces prior, DesignNodes nodes, Candidates candidates)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (n, all) = (prior.Nodes, prior.States.shape[0]);
        _candidates = candidates;
        _own = prior.Own.clone().DetachFromDisposeScope();
        _weights = tensor(nodes.Weights).DetachFromDisposeScope();
        _sampleSize = prior.SampleSize;
        var shared = candidates.Variances(prior.Remainder.narrow(0, 0, n).narrow(1, 0, n)); // (P)
        _noise = ((candidates.Of(prior.Sigma).square() - shared).clamp_min_(0) + candidates.Errors.square()).DetachFromDisposeScope();
        var covariance = prior.Remainder.addmm_(prior.States, prior.States.transpose(0, 1)); // (N + n, N + n)
        var (atNodes, states) = (covariance.narrow(0, 0, n).narrow(1, 0, n), prior.States.narrow(0, 0, n)); // (N, N), (N, k + m)
        if (all > n)
        {
            var k = covariance.narrow(0, n, all - n).narrow(1, n, all - n).clone(); // (n, n)
            k.diagonal().add_(prior.Errors.square());
            var factor = linalg.cholesky(k); // (n, n)
            var half = linalg.solve_triangular(factor, covariance.narrow(0, n, all - n).narrow(1, 0, n), upper: false); // (n, N)
            var ofStations = linalg.solve_triangular(factor, prior.States.narrow(0, n, all - n), upper: false); // (n, k + m)
            atNodes = atNodes.addmm_(half.transpose(0, 1), half, 1, -1); // (N, N)
            states = states - half.transpose(0, 1).matmul(ofStations); // (N, k + m)
            _increments = ofStations.square().sum().item<double>();
        }

        _covariance = atNodes.to(float32).contiguous().DetachFromDisposeScope();
        _states = states.to(float32).contiguous().DetachFromDisposeScope();
        _variances = candidates.Variances(_covariance).DetachFromDisposeScope();
        var counted = tensor(nodes.Weights.Index().Where(w => w.Item > 0).Select(w => (long)w.Index).ToArray()); // (t)
        var weighted = _covariance.index_select(0, counted).mul_(_weights.index_select(0, counted).sqrt().to(float32).unsqueeze(1)); // (t, N)
        _squares = candidates.Variances(weighted.transpose(0, 1).matmul(weighted)).DetachFromDisposeScope();
    }

    /// <summary>By how much each candidate would lower the mean variance, (P).</summary>
    public Tensor Gains() => _squares / (_variances + _noise);

    /// <summary>What an observation at each candidate would tell of the fields, in nats, (P).</summary>
    public Tensor Information() => 0.5 * (_variances / _noise).log1p();

    /// <summary>The variance of the errors at the nodes, (N): of the posterior, and of covariances that are known from few fields.</summary>
    public Tensor Variances()
    {
        using var scope = NewDisposeScope();
        return (_covariance.diagonal().to(float64) + _own + _increments / _sampleSize * _states.square().sum([1]).to(float64)).MoveToOuterDisposeScope();
    }

    /// <summary>Observes at a candidate.</summary>
    public void Add(int candidate) => Change(candidate, isAdded: true);

    /// <summary>Observes there no longer.</summary>
    public void Remove(int candidate) => Change(candidate, isAdded: false);

    public void Dispose()
    {
        foreach (var part in new[] { _covariance, _states, _own, _weights, _noise, _variances, _squares })
        {
            part.Dispose();
        }
    }

    private void Change(int candidate, bool isAdded)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (nodes, weights) = _candidates.At(candidate); // (4), (4)
        var (variance, noise) = (_variances[candidate].item<double>(), _noise[candidate].item<double>());
        // Of what is observed, and of what remains of it without the observation.
        var innovation = isAdded ? noise + variance : noise - variance;
        var sign = isAdded ? -1.0 : 1.0;
        var u = _covariance.index_select(0, nodes).to(float64).transpose(0, 1).matmul(weights) / Math.Sqrt(innovation); // (N)
        var states = weights.to(float32).matmul(_states.index_select(0, nodes)); // (k + m)
        var (atCandidates, weighted) = (_candidates.Of(u), _weights * u); // (P), (N)
        var shared = _candidates.Of(_covariance.mv(weighted.to(float32)).to(float64)); // (P)
        _squares.add_(atCandidates * shared, 2 * sign).add_(atCandidates.square(), weighted.dot(u).item<double>());
        _variances.add_(atCandidates.square(), sign).clamp_min_(0);
        var single = u.to(float32); // (N)
        _covariance.addr_(single, single, 1, (float)sign);
        _states.addr_(single, states, 1, (float)(sign / Math.Sqrt(innovation)));
        _increments -= sign * states.square().sum().item<float>() / innovation;
    }
}
