namespace VaeDa.Plotting.Maps;

/// <summary>Where observations lie, to be drawn over a map: black dots, rings for those of other variables, crosses for those that quality control flagged.</summary>
public sealed record ObservationDots
{
    /// <summary>Degrees north (N).</summary>
    public required IReadOnlyList<double> Latitudes { get; init; }

    /// <summary>Degrees east in any convention (N).</summary>
    public required IReadOnlyList<double> Longitudes { get; init; }

    /// <summary>Which of them quality control flagged (N); null for none.</summary>
    public IReadOnlyList<bool>? Flagged { get; init; }

    /// <summary>Which of them are of another variable than the map's (N), drawn hollow; null for none.</summary>
    public IReadOnlyList<bool>? OfOtherVariables { get; init; }

    /// <summary>N.</summary>
    public int Count => Latitudes.Count;

    internal void Validate()
    {
        if (Longitudes.Count != Count || (Flagged is not null && Flagged.Count != Count) || (OfOtherVariables is not null && OfOtherVariables.Count != Count))
        {
            throw new ArgumentException($"observations need as many longitudes and flags as latitudes: {Count} latitudes, {Longitudes.Count} longitudes, {Flagged?.Count ?? Count} flags, {OfOtherVariables?.Count ?? Count} marks of another variable");
        }
    }
}
