namespace VaeDa.Assimilation.Ensemble;

/// <summary>How well the Markov chains of Hamiltonian Monte Carlo have mixed.</summary>
public sealed record SamplerDiagnostics
{
    /// <summary>The value of <see cref="RHat"/> above which the chains have not found the same posterior.</summary>
    public const double LargestRHat = 1.05;

    /// <summary>The number of chains, each from its own starting point.</summary>
    public required int Chains { get; init; }

    /// <summary>The number of states drawn by each chain after the warm-up.</summary>
    public required int DrawsPerChain { get; init; }

    /// <summary>The number of leapfrog steps from one draw to the next.</summary>
    public required int LeapfrogSteps { get; init; }

    /// <summary>The mean length of a leapfrog step, in standard deviations of the Gaussian about the most probable state.</summary>
    public required double StepLength { get; init; }

    /// <summary>The mean probability that a proposed state was accepted, 0…1.</summary>
    public required double Acceptance { get; init; }

    /// <summary>
    /// Split R̂ (Gelman et al. 2013, Bayesian Data Analysis, 3rd ed., section 11.4), the largest of any latent's mean or variance: 1 for
    /// chains that agree.
    /// </summary>
    public required double RHat { get; init; }

    /// <summary>How many independent states the draws of all chains are worth, the smallest of any latent's mean or variance.</summary>
    public required double EffectiveSize { get; init; }
}
