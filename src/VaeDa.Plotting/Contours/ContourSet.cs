namespace VaeDa.Plotting.Contours;

/// <summary>Contours over a map.</summary>
public sealed record ContourSet
{
    /// <summary>In the map's units, above 0.</summary>
    public required double Interval { get; init; }

    /// <summary>Standard deviation, in cells, of the Gaussian that the fields are smoothed with; 0 for none.</summary>
    public double Smoothing { get; init; }

    /// <summary>The later over the earlier.</summary>
    public required IReadOnlyList<ContourLayer> Layers { get; init; }
}
