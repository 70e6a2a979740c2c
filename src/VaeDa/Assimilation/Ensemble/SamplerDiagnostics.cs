namespace VaeDa.Assimilation.Ensemble;

/// <summary>How well Markov chains have mixed.</summary>
public sealed record SamplerDiagnostics
{
    /// <summary>R̂ beyond which the chains have not found the same posterior.</summary>
    public const double LargestRHat = 1.05;

    public required int Chains { get; init; }

    /// <summary>After the warm-up.</summary>
    public required int DrawsPerChain { get; init; }

    public required int LeapfrogSteps { get; init; }

    /// <summary>In standard deviations of the Gaussian about the most probable state.</summary>
    public required double StepLength { get; init; }

    /// <summary>Mean probability that a proposed state was accepted.</summary>
    public required double Acceptance { get; init; }

    /// <summary>Split R̂ (Gelman et al. 2013), the largest of any latent's mean or variance.</summary>
    public required double RHat { get; init; }

    /// <summary>The smallest of any latent's mean or variance.</summary>
    public required double EffectiveSize { get; init; }
}
