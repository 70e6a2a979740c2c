namespace VaeDa.Fields;

/// <summary>Between physical units and the numbers a network sees: normalised = anomaly / scale + offset.</summary>
public sealed record Normalisation
{
    /// <summary>One a variable (V), in its units; positive.</summary>
    public required IReadOnlyList<double> Scale { get; init; }

    /// <summary>One a variable (V), dimensionless.</summary>
    public required IReadOnlyList<double> Offset { get; init; }
}
