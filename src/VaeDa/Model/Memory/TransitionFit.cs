using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Memory;

/// <summary>
/// M from pairs of states that are one step apart, by their likelihood under s' ~ N(M s, I − M Mᵀ): begun with ridge regression in the coordinates in
/// which the training states have the covariance I, C₀^(−½) C₁ (C₀ + λ)⁻¹ C₀^(½), climbed from there on the training pairs
/// (<see cref="TransitionLikelihood"/>), and drawn towards what each number tells of itself alone, (1 − w) M + w diag(r). λ, π and w are
/// those of the highest likelihood of pairs held out.
/// </summary>
/// <remarks>
/// Encoded states are not quite as large as the prior has states, some numbers less and some more: they are means of posteriors, and larger on
/// fields held out than on training fields. So each number is first made as large as the prior has it.
/// </remarks>
internal sealed class TransitionFit
{
    private const int FewestPairs = 20;

    // What I − M Mᵀ keeps of each direction's variance at least: a forecast is never certain.
    private const double LeastNoise = 1e-3;

    // Of the mean gain in likelihood over no memory, above which there is one.
    private const double StandardErrors = 3;

    // Directions that training states do not have at all would be made as large as others.
    private const double LeastVariance = 1e-6;

    private static readonly double[] Ridges = [.. Enumerable.Range(0, 10).Select(i => 3e-4 * Math.Pow(10, i / 2.0))]; // 0.0003…10
    private static readonly double[] Penalties = [.. Enumerable.Range(0, 8).Select(i => 0.1 * Math.Pow(10, i / 2.0))]; // 0.1…300
    private static readonly double[] Shares = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1];

    private TransitionFit(Tensor transition, double penalty, double share, double oneStepError) =>
        (Transition, Penalty, DiagonalShare, OneStepError) = (transition, penalty, share, oneStepError);

    /// <summary>M, (d, d), double precision; the caller's own.</summary>
    public Tensor Transition { get; }

    /// <summary>π.</summary>
    public double Penalty { get; }

    /// <summary>w, 0…1.</summary>
    public double DiagonalShare { get; }

    /// <summary>What M leaves of the variance of the states held out.</summary>
    public double OneStepError { get; }

    /// <param name="first">States, (P, d), double precision.</param>
    /// <param name="second">Those that follow them, (P, d).</param>
    /// <param name="heldOutFirst">(Q, d)</param>
    /// <param name="heldOutSecond">(Q, d)</param>
    /// <param name="cancellation">Checked now and then.</param>
    /// <returns>Null where the states held out do not show that one tells anything of the next, or there are too few.</returns>
    public static TransitionFit? Of(Tensor first, Tensor second, Tensor heldOutFirst, Tensor heldOutSecond, CancellationToken cancellation = default)
    {
        if (first.shape[0] < FewestPairs || heldOutFirst.shape[0] < FewestPairs || first.shape[1] == 0)
        {
            return null;
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        var (s, next) = AsLargeAsThePrior(first, second); // (P, d) each
        var (from, to) = AsLargeAsThePrior(heldOutFirst, heldOutSecond); // (Q, d) each
        var (regression, diagonal) = Regression(s, next);
        var start = Ridges.Select(ridge => MostLikely(Possible(regression(ridge)), diagonal, from, to)).MaxBy(of => of.Mean)!;
        using var likelihood = new TransitionLikelihood(s, next);
        var (climbed, best) = (start.Transition, (Candidate?)null);
        foreach (var penalty in Penalties)
        {
            climbed = likelihood.Maximum(climbed, penalty, cancellation); // (d, d)
            var candidate = MostLikely(Possible(climbed), diagonal, from, to) with { Penalty = penalty };
            if (candidate.Mean <= best?.Mean)
            {
                break;
            }

            best = candidate;
        }

        var gain = best!.LogLikelihood - LogLikelihood(zeros_like(diagonal), from, to); // (Q)
        if ((gain.mean() <= StandardErrors * gain.std() / Math.Sqrt(gain.shape[0])).item<bool>())
        {
            return null;
        }

        var left = (to - from.matmul(best.Transition.transpose(0, 1))).square().sum() / to.square().sum(); // ()
        return new TransitionFit(best.Transition.MoveToOuterDisposeScope(), best.Penalty, best.Share, left.item<double>());
    }

    /// <summary>Of (1 − w) M + w diag(r), the one that suits the states held out best.</summary>
    private static Candidate MostLikely(Tensor transition, Tensor diagonal, Tensor from, Tensor to)
    {
        var all = Array.ConvertAll(Shares, share =>
        {
            using var scope = NewDisposeScope();
            var drawn = (1 - share) * transition + share * diagonal; // (d, d)
            var likelihood = LogLikelihood(drawn, from, to); // (Q)
            return new Candidate(drawn.MoveToOuterDisposeScope(), 0, share, likelihood.MoveToOuterDisposeScope(), likelihood.mean().item<double>());
        });
        return all.MaxBy(of => of.Mean)!;
    }

    /// <summary>States of which each number has the mean square 1, as the prior has it.</summary>
    private static (Tensor First, Tensor Second) AsLargeAsThePrior(Tensor first, Tensor second)
    {
        var size = (0.5 * (first.square().mean([0]) + second.square().mean([0]))).sqrt().clamp_min(1e-12); // (d)
        return (first / size, second / size); // (P, d) each
    }

    /// <returns>M by λ, and diag(r); (d, d) each.</returns>
    private static (Func<double, Tensor> Of, Tensor Diagonal) Regression(Tensor first, Tensor second)
    {
        var pairs = first.shape[0];
        var c0 = (first.transpose(0, 1).matmul(first) + second.transpose(0, 1).matmul(second)) / (2 * pairs); // (d, d)
        var c1 = second.transpose(0, 1).matmul(first) / pairs; // (d, d)
        var scale = c0.diagonal().mean().item<double>();
        var (values, vectors) = linalg.eigh(c0); // (d), (d, d)
        values = values.clamp_min(LeastVariance * scale);
        var left = (vectors / values.sqrt()).matmul(vectors.transpose(0, 1)).matmul(c1).matmul(vectors); // (d, d)
        return (
            ridge => (left * (values.sqrt() / (values + ridge * scale))).matmul(vectors.transpose(0, 1)), // (d, d)
            diag(c1.diagonal() / c0.diagonal().clamp_min(LeastVariance * scale))); // (d, d)
    }

    /// <summary>The same with its singular values below 1, so that there is noise in every direction.</summary>
    private static Tensor Possible(Tensor transition)
    {
        using var scope = NewDisposeScope();
        var noise = (1 - LeastNoise) * eye(transition.shape[0], dtype: float64) - transition.matmul(transition.transpose(0, 1)); // (d, d)
        if (linalg.cholesky_ex(noise).info.item<int>() == 0)
        {
            return transition.alias().MoveToOuterDisposeScope();
        }

        var (u, s, v) = linalg.svd(transition, fullMatrices: false);
        return (u * s.clamp_max(Math.Sqrt(1 - 2 * LeastNoise))).matmul(v).MoveToOuterDisposeScope(); // (d, d)
    }

    /// <returns>Of each pair, without what all have in common, (Q).</returns>
    private static Tensor LogLikelihood(Tensor transition, Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        var factor = linalg.cholesky(eye(transition.shape[0], dtype: float64) - transition.matmul(transition.transpose(0, 1))); // (d, d)
        var difference = second - first.matmul(transition.transpose(0, 1)); // (Q, d)
        var squares = linalg.solve_triangular(factor, difference.transpose(0, 1), upper: false).square().sum([0]); // (Q)
        return (-factor.diagonal().log().sum() - 0.5 * squares).MoveToOuterDisposeScope(); // (Q)
    }

    /// <param name="Transition">M, (d, d).</param>
    /// <param name="Penalty">π.</param>
    /// <param name="Share">w.</param>
    /// <param name="LogLikelihood">Of the pairs held out, (Q).</param>
    /// <param name="Mean">Of these.</param>
    private sealed record Candidate(Tensor Transition, double Penalty, double Share, Tensor LogLikelihood, double Mean);
}
