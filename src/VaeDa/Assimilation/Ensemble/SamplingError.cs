using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>
/// The error of an analysis by its covariances' being estimated from few fields (Sacher and Bartello 2008, Mon. Wea. Rev. 136).
/// With S the prior's latents and patterns in standard deviations, C = S Sᵀ, an estimate from N independent fields is
/// S W Sᵀ, W a Wishart matrix over N; to first order the analysis then errs by (I − Γ H) S (W − I) a, where Γ is the gain and a = Sᵀ Hᵀ K⁻¹ d
/// are the increments in prior standard deviations, and (W − I) a has the covariance |a|² I / N (and a aᵀ / N, one direction of many,
/// which is left out). That is what the analysis makes of a further prior draw, √(|a|² / N) times as large: nothing
/// close to an observation, nothing where little was learnt, most in between.
/// </summary>
/// <param name="Means">Further draws of the latents, (M, k).</param>
/// <param name="OfPatterns">Of the patterns' amplitudes, (M, m).</param>
/// <param name="AtPlaces">The patterns' fields at the observations, (M, n).</param>
internal sealed record SamplingError(Tensor Means, Tensor OfPatterns, Tensor AtPlaces)
{
    /// <param name="problem">At its minimum.</param>
    /// <param name="residual">At the same observations.</param>
    /// <param name="best">Whose increments count.</param>
    /// <param name="effectiveSampleSize">N.</param>
    /// <param name="members">M.</param>
    /// <param name="noise">Of the draws.</param>
    public static SamplingError Draw(LatentProblem problem, ResidualCovariance residual, MostProbableState best, double effectiveSampleSize, int members, Noise noise)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var amplitudes = residual.Amplitudes(problem.R.Solve(problem.Observations - problem.Equivalents(best.Z))); // (1, m)
        var squared = 2 * best.PriorCost + amplitudes.square().sum().item<double>(); // |a|²
        var deviation = Math.Sqrt(squared / effectiveSampleSize);
        var means = deviation * problem.Variance.sqrt() * noise.For(DrawOf.SamplingOfLatents).Normal(members, problem.Variance.shape[1]); // (M, k)
        var ofPatterns = deviation * noise.For(DrawOf.SamplingOfPatterns).Normal(members, amplitudes.shape[1]); // (M, m)
        return new SamplingError(means.MoveToOuterDisposeScope(), ofPatterns.MoveToOuterDisposeScope(), residual.AtPlaces(ofPatterns).MoveToOuterDisposeScope());
    }

    /// <summary>What they move states of the posterior by, where the generator is linear.</summary>
    /// <returns>(M, k)</returns>
    public Tensor Shift(LatentProblem problem, MostProbableState best)
    {
        using var scope = NewDisposeScope();
        var pull = Means / problem.Variance - problem.R.Solve(AtPlaces).matmul(best.Jacobian); // (M, k)
        return pull.matmul(cholesky_inverse(linalg.cholesky(best.Curvature))).MoveToOuterDisposeScope(); // (M, k)
    }
}
