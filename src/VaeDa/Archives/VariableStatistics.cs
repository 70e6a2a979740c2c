namespace VaeDa.Archives;

/// <summary>One variable's anomalies in numbers, over all times of the archive.</summary>
public sealed record VariableStatistics
{
    public required string Variable { get; init; }

    /// <summary>Units of the source's values.</summary>
    public required string SourceUnits { get; init; }

    /// <summary>Weighted by cell area.</summary>
    public required double Mean { get; init; }

    /// <summary>Root of the mean square about 0, weighted by cell area.</summary>
    public required double StandardDeviation { get; init; }

    public required double Minimum { get; init; }

    public required double Maximum { get; init; }

    /// <summary>Share of the cells without a value, over all fields.</summary>
    public required double MissingFraction { get; init; }

    /// <summary>Largest error that packing into 16 bits can make.</summary>
    public required double PackingError { get; init; }
}
