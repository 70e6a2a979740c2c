namespace VaeDa.Archives.Preparation;

/// <summary>What <see cref="ArchivePreparation"/> has made.</summary>
public sealed record PreparationReport
{
    /// <summary>The description of the archive.</summary>
    public required ArchiveDescription Description { get; init; }

    /// <summary>The number of fields in the archive, T.</summary>
    public required int Fields { get; init; }

    /// <summary>The time of the first field, UTC.</summary>
    public required DateTime First { get; init; }

    /// <summary>The time of the last field, UTC.</summary>
    public required DateTime Last { get; init; }

    /// <summary>The number of fields in each part.</summary>
    public required IReadOnlyDictionary<SplitPart, int> Parts { get; init; }

    /// <summary>For each variable, by its short name, the number of its fields that were left out because another variable has none at that time.</summary>
    public required IReadOnlyDictionary<string, int> Dropped { get; init; }

    /// <summary>What was found odd in the files' times and levels, and what was done with them, in words.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The hours between the files' fields where means of days were taken of them without being asked for; null otherwise.</summary>
    public int? AveragedHours { get; init; }

    /// <summary>The cells whose value is the same in every field, of each variable that has any: none where fields are fewer than ten.</summary>
    public IReadOnlyList<ConstantCells> ConstantCells { get; init; } = [];

    /// <summary>The largest or smallest value of a variable where it comes again far from all its others, in cells that have other values at other times.</summary>
    public IReadOnlyList<StrayValue> StrayValues { get; init; } = [];

    /// <summary>Those of <see cref="PreparationOptions.Missing"/> that no field holds.</summary>
    public IReadOnlyList<double> MissingNotFound { get; init; } = [];

    /// <summary>The size of the archive in bytes.</summary>
    public required long Bytes { get; init; }
}
