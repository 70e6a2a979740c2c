namespace VaeDa.Archives.Preparation;

/// <summary>What was made of what.</summary>
public sealed record PreparationReport
{
    public required ArchiveDescription Description { get; init; }

    public required int Fields { get; init; }

    public required DateTime First { get; init; }

    public required DateTime Last { get; init; }

    /// <summary>Number of fields in each part.</summary>
    public required IReadOnlyDictionary<SplitPart, int> Parts { get; init; }

    /// <summary>For each variable, its fields that were left out because another variable has none at that time.</summary>
    public required IReadOnlyDictionary<string, int> Dropped { get; init; }

    /// <summary>Size of the archive in bytes.</summary>
    public required long Bytes { get; init; }
}
