namespace VaeDa.Results;

/// <summary>What made an analysis.</summary>
public sealed record AnalysisProvenance
{
    /// <summary>The command line.</summary>
    public required string Command { get; init; }

    /// <summary>File of the model.</summary>
    public required string Model { get; init; }

    public required string ModelHash { get; init; }

    /// <summary>File of the observations.</summary>
    public required string Observations { get; init; }

    /// <summary>Of the analysis, UTC; null where the observations have none.</summary>
    public required DateTime? Time { get; init; }

    public required long Seed { get; init; }

    public required IReadOnlyDictionary<string, string> Versions { get; init; }
}
