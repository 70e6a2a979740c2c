namespace VaeDa.Fields;

/// <summary>
/// What takes anomalies in physical units to the numbers of order 1 that a network works with, and back, variable by variable:
/// normalised = anomaly / scale + offset.
/// </summary>
public sealed record Normalisation
{
    /// <summary>What an anomaly is divided by: one positive number for each variable (V), in its units.</summary>
    public required IReadOnlyList<double> Scale { get; init; }

    /// <summary>What is added then: one number for each variable (V), dimensionless.</summary>
    public required IReadOnlyList<double> Offset { get; init; }
}
