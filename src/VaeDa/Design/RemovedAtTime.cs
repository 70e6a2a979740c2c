using static TorchSharp.torch;

namespace VaeDa.Design;

/// <summary>
/// The errors of analyses at one time of the year as stations are taken from a network: without station i the covariance of the errors is
/// larger by t tᵀ / [K⁻¹]ᵢᵢ, t the i-th column of C Hᵀ K⁻¹.
/// </summary>
internal sealed class RemovedAtTime : IDisposable
{
    private readonly Tensor _variances; // (N), of the posterior and of the nugget
    private readonly Tensor _states; // (N, k + m), (I − Γ H) S
    private readonly Tensor _gain; // (N, n), C Hᵀ K⁻¹
    private readonly Tensor _precision; // (n, n), K⁻¹
    private readonly Tensor _weighted; // (n, k + m), K⁻¹ H S
    private readonly Tensor _errors; // (n)
    private readonly Tensor _weights; // (N)
    private readonly double _sampleSize;
    private double _increments; // E |a|²

    /// <param name="prior">At the nodes and stations; of no use any more after it.</param>
    /// <param name="nodes">The nodes.</param>
    public RemovedAtTime(ErrorsAtPlaces prior, DesignNodes nodes)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (n, stations) = (prior.Nodes, prior.Errors.shape[0]);
        (_sampleSize, _errors) = (prior.SampleSize, prior.Errors.clone().DetachFromDisposeScope());
        _weights = tensor(nodes.Weights).DetachFromDisposeScope();
        var (atNodes, atStations) = (prior.States.narrow(0, 0, n), prior.States.narrow(0, n, stations)); // (N, k + m), (n, k + m)
        var covariance = prior.Remainder.addmm_(prior.States, prior.States.transpose(0, 1)); // (N + n, N + n)
        var k = covariance.narrow(0, n, stations).narrow(1, n, stations).clone(); // (n, n)
        k.diagonal().add_(_errors.square());
        _precision = cholesky_inverse(linalg.cholesky(k)).DetachFromDisposeScope();
        var shared = covariance.narrow(0, 0, n).narrow(1, n, stations); // (N, n)
        _gain = shared.matmul(_precision).DetachFromDisposeScope();
        _weighted = _precision.matmul(atStations).DetachFromDisposeScope();
        _states = (atNodes - shared.matmul(_weighted)).DetachFromDisposeScope();
        _variances = (covariance.diagonal().narrow(0, 0, n) - (_gain * shared).sum([1]) + prior.Own).DetachFromDisposeScope();
        _increments = (atStations * _weighted).sum().item<double>();
    }

    /// <summary>By how much the mean variance would be larger without each station, (n).</summary>
    public Tensor Losses() => _weights.matmul(_gain.square()) / _precision.diagonal();

    /// <summary>What each station tells of the fields that the others do not, in nats, (n).</summary>
    public Tensor Information() => -0.5 * (_precision.diagonal() * _errors.square()).log();

    /// <summary>The variance of the errors at the nodes, (N): of the posterior, and of covariances that are known from few fields.</summary>
    public Tensor Variances()
    {
        using var scope = NewDisposeScope();
        return (_variances + _increments / _sampleSize * _states.square().sum([1])).MoveToOuterDisposeScope();
    }

    /// <summary>Takes a station away; what else is said of it later has no meaning.</summary>
    public void Remove(int station)
    {
        using var scope = NewDisposeScope();
        var precision = _precision[station, station].item<double>();
        var (column, states) = (_precision[station].clone() / precision, _weighted[station].clone()); // (n), (k + m)
        var gain = _gain.select(1, station).clone(); // (N)
        _variances.add_(gain.square(), 1 / precision);
        _states.add_(gain.outer(states), 1 / precision);
        _increments -= states.square().sum().item<double>() / precision;
        _gain.sub_(gain.outer(column));
        _weighted.sub_(column.outer(states));
        _precision.sub_(precision * column.outer(column));
        // Beyond rounding it is 0 in them; the station's own terms stay apart from it.
        _precision[station, station] = precision;
        _gain.select(1, station).zero_();
    }

    public void Dispose()
    {
        foreach (var part in new[] { _variances, _states, _gain, _precision, _weighted, _errors, _weights })
        {
            part.Dispose();
        }
    }
}
