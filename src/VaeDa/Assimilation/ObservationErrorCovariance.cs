using TorchSharp;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// R(w) = diag(σ_obs² / w) + H C_r Hᵀ, factored. The weights w are Huber's: with the generator's residual Gaussian and the
/// observations' errors ε of Huber's density, minimising over the residual and over w (½ Σ [w t² + c² (1/w − 1)] has its
/// minimum ρ(t) at w = min(1, c / |t|), t = ε / σ_obs) leaves ½ dᵀ R(w)⁻¹ d + ½ c² Σ (1/w − 1).
/// </summary>
internal sealed class ObservationErrorCovariance : IDisposable
{
    private const double SmallestChange = 0.01;
    private readonly Tensor _sigma; // (n)
    private readonly Tensor _residual; // (n, n), H C_r Hᵀ
    private readonly double _threshold;
    private Tensor _weights; // (n)
    private Tensor _factor; // (n, n), lower triangular

    /// <param name="sigma">σ_obs, (n), double precision.</param>
    /// <param name="residual">H C_r Hᵀ, (n, n), double precision.</param>
    /// <param name="threshold">c, in standard deviations of the observation error.</param>
    public ObservationErrorCovariance(Tensor sigma, Tensor residual, double threshold)
    {
        (_sigma, _residual, _threshold) = (sigma, residual, threshold);
        _weights = ones_like(sigma).DetachFromDisposeScope();
        _factor = Factor();
    }

    /// <summary>w, (n): 1 for an observation that is believed, less the further it is from the rest.</summary>
    public Tensor Weights => _weights;

    /// <summary>½ c² Σ (1/w − 1): what the outliers cost beyond the quadratic form.</summary>
    public double Penalty => double.IsInfinity(_threshold) ? 0 : 0.5 * _threshold * _threshold * (1 / _weights - 1).sum().item<double>();

    /// <summary>R⁻¹ d for each row.</summary>
    /// <param name="d">(S, n)</param>
    /// <returns>(S, n)</returns>
    public Tensor Solve(Tensor d)
    {
        using var scope = NewDisposeScope();
        return d.transpose(0, 1).cholesky_solve(_factor).transpose(0, 1).MoveToOuterDisposeScope(); // (S, n)
    }

    /// <summary>Sets w to its best for a departure d, and factors R anew, if any weight would change by more than a hundredth.</summary>
    /// <param name="d">(1, n)</param>
    /// <returns>Whether it did.</returns>
    public bool Reweight(Tensor d)
    {
        if (double.IsInfinity(_threshold))
        {
            return false;
        }

        using var scope = NewDisposeScope();
        // The part of the departure that is the observation's own: R_obs R⁻¹ d.
        var own = _sigma.square() / _weights * Solve(d).squeeze(0); // (n)
        var weights = (_threshold * _sigma / own.abs().clamp_min(1e-12)).clamp_max(1); // (n)
        if ((weights - _weights).abs().max().item<double>() <= SmallestChange)
        {
            return false;
        }

        _weights.Dispose();
        _factor.Dispose();
        _weights = weights.DetachFromDisposeScope();
        _factor = Factor();
        return true;
    }

    /// <summary>Draws of the observations' own errors, with the inflated variance of those that are not believed.</summary>
    /// <returns>(M, n)</returns>
    public Tensor DrawOwnErrors(int members, Generator generator)
    {
        using var scope = NewDisposeScope();
        return (randn([members, _sigma.shape[0]], float64, generator: generator) * _sigma / _weights.sqrt()).MoveToOuterDisposeScope(); // (M, n)
    }

    public void Dispose()
    {
        _sigma.Dispose();
        _residual.Dispose();
        _weights.Dispose();
        _factor.Dispose();
    }

    private Tensor Factor()
    {
        using var scope = NewDisposeScope();
        return linalg.cholesky(_residual + diag(_sigma.square() / _weights)).DetachFromDisposeScope(); // (n, n)
    }
}
