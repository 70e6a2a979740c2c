using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Ensemble;

namespace VaeDa.Assimilation;

/// <summary>How an analysis was found, and how well it fits the observations.</summary>
public sealed record AnalysisDiagnostics
{
    /// <summary>The name of the method, as <see cref="AssimilationMethodExtensions.Name"/> gives it.</summary>
    public required string Method { get; init; }

    /// <summary>The number of observations that were assimilated.</summary>
    public required int Observations { get; init; }

    /// <summary>What the observations were averaged to; null where each was assimilated by itself.</summary>
    public AveragedObservations? Averaged { get; init; }

    /// <summary>
    /// The number of rows that could not be used although they have a value: outside the grid, where the model has no value, of an
    /// unknown variable, or not to be read, for example.
    /// </summary>
    public required int Rejected { get; init; }

    /// <summary>
    /// The number of rows of the analysis's time without a value to be used: empty, a code for a missing value, or flagged by their source.
    /// </summary>
    public int Missing { get; init; }

    /// <summary>The outliers that depart by most standard deviations, five at most, the worst first.</summary>
    public IReadOnlyList<FlaggedObservation> WorstFlagged { get; init; } = [];

    /// <summary>The number of outliers: observations that quality control rejected.</summary>
    public required int Flagged { get; init; }

    /// <summary>How the analysis compares with the observations that were kept out of it, of each variable that has any; empty where none were.</summary>
    public IReadOnlyList<WithheldScore> Withheld { get; init; } = [];

    /// <summary>The number of ensemble members, M; 0 without an ensemble.</summary>
    public required int Members { get; init; }

    /// <summary>The cost J at the most probable state: that of the prior and that of the observations together.</summary>
    public required double Cost { get; init; }

    /// <summary>The part of the prior in the cost, ½ (z − μ)ᵀ B⁻¹ (z − μ).</summary>
    public required double PriorCost { get; init; }

    /// <summary>
    /// The chi-square per observation, 2 J / n, where n counts the averages if observations were averaged: about 1 when all errors
    /// are what they are said to be.
    /// </summary>
    public required double ChiSquare { get; init; }

    /// <summary>The number of steps in the last search for the most probable state.</summary>
    public required int Iterations { get; init; }

    /// <summary>
    /// Whether that search ended at a minimum, and quality control there agrees with the one that it started from; if not, the
    /// analysis is not to be trusted.
    /// </summary>
    public required bool Converged { get; init; }

    /// <summary>The number of members whose own search ended short of its tolerance, a tenth of a posterior standard deviation.</summary>
    public required int UnconvergedMembers { get; init; }

    /// <summary>How well the Markov chains have mixed; null unless the method is <see cref="AssimilationMethod.Hmc"/>.</summary>
    public SamplerDiagnostics? Sampler { get; init; }

    /// <summary>The number of states that the generator decoded.</summary>
    public required int GeneratorCalls { get; init; }

    /// <summary>The number of states at which the generator's gradient was computed.</summary>
    public required int BackwardCalls { get; init; }

    /// <summary>The time in seconds that the most probable state and the members took to find; not the time to decode their fields.</summary>
    public required double SearchSeconds { get; init; }

    /// <summary>
    /// Reasons not to take the analysis for a result, a sentence each with a likely cause: most observations cannot be used or are outliers, or the
    /// chi-square is absurd. Empty when there are none; whether the search has converged is <see cref="Converged"/>.
    /// </summary>
    public IReadOnlyList<string> Doubts { get; init; } = [];

    /// <summary>What is odd about the observations and need not be wrong, a sentence; null if there is nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>The factor on the stated errors of each observed variable; null if errors were not estimated.</summary>
    public IReadOnlyList<ErrorFactor>? ErrorFactors { get; init; }
}
