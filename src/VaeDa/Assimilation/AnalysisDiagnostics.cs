using VaeDa.Assimilation.Ensemble;

namespace VaeDa.Assimilation;

/// <summary>How a search went.</summary>
public sealed record AnalysisDiagnostics
{
    public required string Method { get; init; }

    /// <summary>n, observations assimilated.</summary>
    public required int Observations { get; init; }

    /// <summary>What they were averaged to; null where each was taken by itself.</summary>
    public AveragedObservations? Averaged { get; init; }

    /// <summary>Rows that could not be used.</summary>
    public required int Rejected { get; init; }

    /// <summary>Outliers: rejected by quality control.</summary>
    public required int Flagged { get; init; }

    public required int Members { get; init; }

    /// <summary>J at the most probable state.</summary>
    public required double Cost { get; init; }

    /// <summary>½ (z − μ)ᵀ B⁻¹ (z − μ) there.</summary>
    public required double PriorCost { get; init; }

    /// <summary>2 J / n, n of the averages if observations were averaged: about 1 when the errors are what they are said to be.</summary>
    public required double ChiSquare { get; init; }

    public required int Iterations { get; init; }

    public required bool Converged { get; init; }

    /// <summary>Members whose own search ended short of its tolerance, a tenth of a posterior standard deviation.</summary>
    public required int UnconvergedMembers { get; init; }

    /// <summary>Of Markov chains; null where the members are none.</summary>
    public SamplerDiagnostics? Sampler { get; init; }

    /// <summary>States decoded by the generator.</summary>
    public required int GeneratorCalls { get; init; }

    /// <summary>States whose gradient was taken.</summary>
    public required int BackwardCalls { get; init; }

    /// <summary>Of the search: most probable state and members, their fields not yet decoded.</summary>
    public required double SearchSeconds { get; init; }

    /// <summary>For each observed variable; null if errors were not estimated.</summary>
    public IReadOnlyList<ErrorFactor>? ErrorFactors { get; init; }
}
