using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// Quality control of one date of a sequence: as of a date by itself, but that the background is what all other dates say of the state, N(m, C⁻¹).
/// With Σ the covariance of the state given all observations, C = Σ⁻¹ − Gᵀ R⁻¹ G, and the innovations y − H D(m) have the covariance
/// K = G C⁻¹ Gᵀ + R, whose inverse is R⁻¹ − R⁻¹ G Σ Gᵀ R⁻¹.
/// </summary>
internal static class ControlInSequence
{
    // Of the threshold: nearer to it, what the date by itself made of an observation stays.
    private const double Tolerance = 0.05;

    // Thresholds from what the other dates say, beyond which observations that vouch for each other are looked at.
    private const double Outlandish = 2;

    /// <param name="problem">Of the date, with R of the observations that are believed.</param>
    /// <param name="of">The same.</param>
    /// <param name="residual">At the observations.</param>
    /// <param name="jacobian">∂(H D)/∂z, (n, k).</param>
    /// <param name="state">The most probable one, (1, d).</param>
    /// <param name="covariance">Σ, (d, d).</param>
    /// <param name="beyond">The threshold, in standard deviations.</param>
    /// <param name="closing">Whether it is settled which observations to believe.</param>
    /// <returns>What is found of each, and Gᵀ R⁻¹ G, (d, d), as believed so far.</returns>
    public static (CheckedObservations Check, Tensor Information) Of(DatedProblem problem, LatentProblem of, ResidualCovariance residual, Tensor jacobian, Tensor state, Tensor covariance, double beyond, bool closing)
    {
        using var scope = NewDisposeScope();
        var (g, departures) = (problem.Derivatives(jacobian), problem.Departures(state)); // (n, d), (1, n)
        var (solved, weights) = (of.R.Solve(g.transpose(0, 1)), of.R.Solve(departures)); // (d, n), (1, n)
        var information = solved.matmul(g); // (d, d)
        var background = cholesky_inverse(linalg.cholesky(cholesky_inverse(linalg.cholesky(covariance)) - information)); // (d, d), C⁻¹
        var half = g.matmul(linalg.cholesky(background)); // (n, d)
        var innovation = departures + half.matmul(half.transpose(0, 1).matmul(weights.transpose(0, 1))).transpose(0, 1); // (1, n)
        var check = Undisputed() ?? Full();
        return (check, information.MoveToOuterDisposeScope());

        // All are believed, and nothing speaks against it: no matrix of all observations is needed.
        CheckedObservations? Undisputed()
        {
            if (of.R.Accepted.Contains(false))
            {
                return null;
            }

            var reduced = solved.transpose(0, 1).matmul(linalg.cholesky(covariance)); // (n, d)
            var precisions = of.R.Precisions() - reduced.square().sum(1); // (n)
            var spreads = precisions.rsqrt(); // (n)
            var found = weights.squeeze(0) / precisions; // (n)
            var far = innovation.squeeze(0).square() / (of.R.Variances + half.square().sum(1)); // (n)
            return closing || ((found / spreads).abs().max().item<double>() <= beyond * (1 + Tolerance) && far.max().item<double>() <= Math.Pow(Outlandish * beyond, 2))
                ? new CheckedObservations([.. of.R.Accepted], found.data<double>().ToArray(), spreads.data<double>().ToArray())
                : null;
        }

        CheckedObservations Full()
        {
            using var all = new ObservationErrorCovariance(of.R.Sigma.clone(), residual.RemainderBetweenPlaces(), keepsResidual: false);
            var k = InnovationCovariance.About(all, half, ones([1, half.shape[1]], float64));
            return closing ? QualityControl.Departures(k, innovation, of.R.Accepted) : QualityControl.Check(k, innovation, beyond, of.R.Accepted, Tolerance);
        }
    }
}
