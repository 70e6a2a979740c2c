namespace VaeDa.Fields;

/// <summary>A physical quantity on a grid.</summary>
public sealed record Variable
{
    /// <summary>Short name, as in the file it came from: <c>t2m</c>, <c>msl</c>.</summary>
    public required string Name { get; init; }

    /// <summary>UDUNITS string of the anomaly: <c>K</c>, <c>Pa</c>, <c>m s-1</c>.</summary>
    public required string Units { get; init; }

    /// <summary>CF <c>long_name</c>, where the source had one.</summary>
    public string? LongName { get; init; }
}
