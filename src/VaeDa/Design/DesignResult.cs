using System.Collections.Immutable;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Design;

/// <summary>Stations that are added to a network or removed from it, and the errors of analyses that are expected before and after.</summary>
public sealed record DesignResult
{
    /// <summary>The variable whose error counts; spreads are in its units.</summary>
    public required Variable Variable { get; init; }

    /// <summary>The expected error of an analysis of the existing network, the root of its mean variance over area and times.</summary>
    public required double Before { get; init; }

    /// <summary>The stations, in their order.</summary>
    public required ImmutableArray<DesignStep> Steps { get; init; }

    /// <summary>The network as it is after the last step.</summary>
    public required Network Network { get; init; }

    /// <summary>The stations of the existing network that the model has no value at, by their index there, and why; they are as if they were not there.</summary>
    public required ImmutableArray<RejectedObservation> Unusable { get; init; }

    /// <summary>The number of places that were chosen from.</summary>
    public required int Candidates { get; init; }

    /// <summary>The number of candidates that the model has no value at.</summary>
    public required int CandidatesOutside { get; init; }

    /// <summary>The number of exchanges that were made.</summary>
    public int Exchanges { get; init; }

    /// <summary>The grid of the two fields: the model's, or one of some of its rows and columns.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The expected error before, a root mean square over the times, (H, W); NaN where the variable has no value.</summary>
    public required float[] SpreadBefore { get; init; }

    /// <summary>The expected error after the last step, likewise.</summary>
    public required float[] SpreadAfter { get; init; }
}
