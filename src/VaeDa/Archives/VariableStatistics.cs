namespace VaeDa.Archives;

/// <summary>The statistics of one variable's anomalies, over all times of an archive, in the units of the anomalies.</summary>
public sealed record VariableStatistics
{
    /// <summary>The short name of the variable.</summary>
    public required string Variable { get; init; }

    /// <summary>The units of the values in the source files, which may differ from those of the anomalies: °C for K.</summary>
    public required string SourceUnits { get; init; }

    /// <summary>The mean, weighted by the areas of the cells.</summary>
    public required double Mean { get; init; }

    /// <summary>The root of the mean square about 0, weighted by the areas of the cells.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>The smallest anomaly.</summary>
    public required double Minimum { get; init; }

    /// <summary>The largest anomaly.</summary>
    public required double Maximum { get; init; }

    /// <summary>The share of the cells without a value, over all fields, 0 to 1.</summary>
    public required double MissingFraction { get; init; }

    /// <summary>
    /// The largest error of an anomaly: half of a step of its 16 bits, and what float32 leaves of the values and their mean in the cells that
    /// vary; and half of a step of the mean's, where the climatology is another archive's that has it packed.
    /// </summary>
    public required double PackingError { get; init; }
}
