using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>The states of several Markov chains after their warm-up, and how well they have mixed.</summary>
/// <param name="Draws">(T, C, k): draws, chains, latents.</param>
/// <param name="RHat">Largest split R̂ of any latent's mean or variance.</param>
/// <param name="EffectiveSize">Smallest effective sample size of any latent's mean or variance.</param>
/// <param name="Acceptance">Mean probability that a proposed state was accepted.</param>
/// <param name="StepLength">ε, in standard deviations of the Laplace approximation.</param>
/// <param name="LeapfrogSteps">In each trajectory.</param>
internal sealed record MarkovChains(Tensor Draws, double RHat, double EffectiveSize, double Acceptance, double StepLength, int LeapfrogSteps)
{
    public static MarkovChains Of(Tensor draws, double acceptance, double stepLength, int leapfrogSteps)
    {
        using var scope = NewDisposeScope();
        // A chain can have the right mean long before it has the right width.
        var squares = (draws - draws.mean([0, 1])).square(); // (T, C, k)
        var rHat = maximum(SplitRHat(draws), SplitRHat(squares)); // (k)
        var size = minimum(SplitEffectiveSize(draws), SplitEffectiveSize(squares)); // (k)
        return new MarkovChains(draws, rHat.max().item<double>(), size.min().item<double>(), acceptance, stepLength, leapfrogSteps);
    }

    public SamplerDiagnostics Diagnostics => new()
    {
        Chains = (int)Draws.shape[1],
        DrawsPerChain = (int)Draws.shape[0],
        LeapfrogSteps = LeapfrogSteps,
        StepLength = StepLength,
        Acceptance = Acceptance,
        RHat = RHat,
        EffectiveSize = EffectiveSize,
    };

    /// <summary>Evenly spread over time and chains.</summary>
    /// <param name="members">At most T · C.</param>
    /// <returns>(M, k)</returns>
    public Tensor Thinned(int members)
    {
        using var scope = NewDisposeScope();
        var (t, c) = (Draws.shape[0], Draws.shape[1]);
        var rows = Enumerable.Range(0, members).Select(i => (2L * i + 1) * t / (2L * members) * c + i % c).ToArray();
        return Draws.flatten(0, 1).index_select(0, tensor(rows)).MoveToOuterDisposeScope(); // (M, k)
    }

    /// <summary>Split R̂ (Gelman et al. 2013, §11.4): each chain's halves count as chains of their own.</summary>
    /// <param name="draws">(T, C, q)</param>
    /// <returns>(q): 1 when the variance between chains is what the variance within them lets expect.</returns>
    internal static Tensor SplitRHat(Tensor draws)
    {
        using var scope = NewDisposeScope();
        var split = Split(draws); // (T', C', q)
        var (within, total) = Variances(split); // (q), (q)
        return (total / within).sqrt().MoveToOuterDisposeScope();
    }

    /// <summary>Effective sample size over all chains (Vehtari et al. 2021, eq. 10), with Geyer's (1992) initial monotone sequence.</summary>
    /// <param name="draws">(T, C, q)</param>
    /// <returns>(q)</returns>
    internal static Tensor SplitEffectiveSize(Tensor draws)
    {
        using var scope = NewDisposeScope();
        var split = Split(draws); // (T', C', q)
        var n = split.shape[0];
        var (within, total) = Variances(split); // (q), (q)
        var centred = split - split.mean([0], keepdim: true); // (T', C', q)
        var sum = zeros_like(within); // (q), of ρ over the pairs of lags so far
        var pair = full_like(within, double.PositiveInfinity); // (q)
        for (var lag = 0; lag + 1 < n; lag += 2)
        {
            // Never above the pair before it, and 0 from the first that is negative on.
            pair = minimum(pair, (Correlation(lag) + Correlation(lag + 1)).clamp_min(0)); // (q)
            if (pair.max().item<double>() == 0)
            {
                break;
            }

            sum = sum + pair; // (q)
        }

        var draw = (double)n * split.shape[1];
        // No more than the paper's bound for chains whose draws alternate.
        var time = (2 * sum - 1).clamp_min(1 / Math.Log10(draw)); // (q)
        return (draw / time).MoveToOuterDisposeScope();

        Tensor Correlation(int lag)
        {
            var product = centred.narrow(0, 0, n - lag) * centred.narrow(0, lag, n - lag); // (T' − lag, C', q)
            var covariance = product.sum([0]).mean([0]) / (n - 1); // (q)
            return 1 - (within - covariance) / total; // (q)
        }
    }

    private static Tensor Split(Tensor draws)
    {
        var half = draws.shape[0] / 2;
        return cat([draws.narrow(0, 0, half), draws.narrow(0, draws.shape[0] - half, half)], 1); // (T / 2, 2 C, q)
    }

    private static (Tensor Within, Tensor Total) Variances(Tensor split)
    {
        var n = split.shape[0];
        var within = split.@var(0).mean([0]); // (q)
        var between = split.mean([0]).@var(0); // (q)
        return (within, within * ((n - 1.0) / n) + between);
    }
}
