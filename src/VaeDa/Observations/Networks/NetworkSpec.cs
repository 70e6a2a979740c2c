namespace VaeDa.Observations.Networks;

/// <summary>What network <see cref="NetworkGenerator"/> is to make.</summary>
public sealed record NetworkSpec
{
    /// <summary>The number of places in all, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>The seed that the places follow from.</summary>
    public required int Seed { get; init; }

    /// <summary>The share of the places that are on land, 0…1; the others are at sea.</summary>
    public required double LandFraction { get; init; }

    /// <summary>
    /// The share of the places that lie anywhere, uniformly by area, in place of about the regions and lanes, 0…1: the
    /// stations of the back country and the drifting buoys.
    /// </summary>
    public double ScatteredFraction { get; init; }

    /// <summary>
    /// The power to which the weights of regions and ship lanes are raised, 0…10: above 1, those with the most places have even
    /// more of them.
    /// </summary>
    public double Concentration { get; init; } = 1;

    /// <summary>The highest latitude of a place, north or south, in degrees, above 0 and at most 90.</summary>
    public double HighestLatitude { get; init; } = 90;

    /// <summary>The least distance between two places, in km along the great circle, 0 or more and below 10,000.</summary>
    public double LeastDistance { get; init; } = 10;

    /// <summary>
    /// The specs of the bundled networks by name, <c>sparse</c>, <c>mid</c> and <c>dense</c>: about as many places, and about where,
    /// as in the 1850s, in 1916 and in 2009.
    /// </summary>
    public static IReadOnlyDictionary<string, NetworkSpec> Bundled { get; } = new Dictionary<string, NetworkSpec>
    {
        ["sparse"] = new() { Count = 100, Seed = 1850, LandFraction = 0.7, Concentration = 1.5, HighestLatitude = 66, LeastDistance = 100 },
        ["mid"] = new() { Count = 1000, Seed = 1916, LandFraction = 0.65, ScatteredFraction = 0.15, HighestLatitude = 75, LeastDistance = 50 },
        ["dense"] = new() { Count = 3000, Seed = 2009, LandFraction = 0.6, ScatteredFraction = 0.4, Concentration = 0.7, LeastDistance = 30 },
    };

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    internal NetworkSpec Validated()
    {
        Require(Count >= 1, $"{Count} places are asked for; at least 1 is needed");
        Require(LandFraction is >= 0 and <= 1, $"land fraction {LandFraction} is outside 0…1");
        Require(ScatteredFraction is >= 0 and <= 1, $"scattered fraction {ScatteredFraction} is outside 0…1");
        Require(Concentration is >= 0 and <= 10, $"concentration {Concentration} is outside 0…10");
        Require(HighestLatitude is > 0 and <= 90, $"highest latitude {HighestLatitude} is outside 0…90");
        Require(LeastDistance is >= 0 and < 10_000, $"least distance {LeastDistance} km is outside 0…10000");
        return this;
    }

    private static void Require(bool holds, FormattableString problem)
    {
        if (!holds)
        {
            throw new InvalidInputException($"network: {FormattableString.Invariant(problem)}");
        }
    }
}
