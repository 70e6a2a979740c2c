namespace VaeDa.Plotting.Maps;

/// <summary>Where observations lie, to be drawn over a map: black dots, rings for those of other variables, crosses for those that were left out.</summary>
public sealed record ObservationDots
{
    /// <summary>Degrees north (N).</summary>
    public required IReadOnlyList<double> Latitudes { get; init; }

    /// <summary>Degrees east in any convention (N).</summary>
    public required IReadOnlyList<double> Longitudes { get; init; }

    /// <summary>Which of them were left out (N); null for none.</summary>
    public IReadOnlyList<bool>? Flagged { get; init; }

    /// <summary>Which of them are of another variable than the map's (N), drawn hollow; null for none.</summary>
    public IReadOnlyList<bool>? OfOtherVariables { get; init; }

    /// <summary>Their values in the map's units (N), NaN where there is none; null where they are not known.</summary>
    public IReadOnlyList<double>? Values { get; init; }

    /// <summary>Observation − analysis in the map's units (N), NaN where there is none; null where they are not known.</summary>
    public IReadOnlyList<double>? Departures { get; init; }

    /// <summary>Their influence on their own analysed values (N), NaN where there is none; null where it is not known.</summary>
    public IReadOnlyList<double>? Influences { get; init; }

    /// <summary>By how much the variance of the analysis's error would be larger without them (N), in the map's units squared, NaN where that is not known; null where it is of none.</summary>
    public IReadOnlyList<double>? Gains { get; init; }

    /// <summary>Places of those that were kept out, to check the analysis by them: degrees north and east.</summary>
    public IReadOnlyList<(double Latitude, double Longitude)> Withheld { get; init; } = [];

    /// <summary>What the dots' colours tell; null: nothing, all of them are drawn, and there is no legend.</summary>
    internal ObservationColouring? Colouring { get; init; }

    /// <summary>From the map's units to those that are shown.</summary>
    internal double Factor { get; init; } = 1;

    /// <summary>N.</summary>
    public int Count => Latitudes.Count;

    internal void Validate()
    {
        if (new[] { Values, Departures, Influences, Gains }.FirstOrDefault(of => of is not null && of.Count != Count) is { } uneven)
        {
            throw new ArgumentException($"{Count} observations need as many values, departures, influences and gains; there are {uneven.Count}");
        }

        if (Longitudes.Count != Count || (Flagged is not null && Flagged.Count != Count) || (OfOtherVariables is not null && OfOtherVariables.Count != Count))
        {
            throw new ArgumentException($"observations need as many longitudes and flags as latitudes: {Count} latitudes, {Longitudes.Count} longitudes, {Flagged?.Count ?? Count} flags, {OfOtherVariables?.Count ?? Count} marks of another variable");
        }
    }
}
