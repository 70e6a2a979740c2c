namespace VaeDa.Observations.Networks;

/// <summary>What network to make; the rule is <see cref="NetworkGenerator"/>'s.</summary>
public sealed record NetworkSpec
{
    /// <summary>Places in all, at least 1.</summary>
    public required int Count { get; init; }

    public required int Seed { get; init; }

    /// <summary>Share of the places that are on land, 0…1; the others are at sea.</summary>
    public required double LandFraction { get; init; }

    /// <summary>
    /// Share of the places that lie anywhere, uniformly by area, in place of about the regions and lanes, 0…1: the
    /// stations of the back country and the drifting buoys.
    /// </summary>
    public double ScatteredFraction { get; init; }

    /// <summary>Power to which the weights of regions and lanes are raised: above 1, the foremost have more yet.</summary>
    public double Concentration { get; init; } = 1;

    /// <summary>No place is nearer to a pole than this, degrees.</summary>
    public double HighestLatitude { get; init; } = 90;

    /// <summary>No two places are nearer than this, km.</summary>
    public double LeastDistance { get; init; } = 10;

    /// <summary>The bundled networks: about as many places, and about where, as in the 1850s, in 1916 and in 2009.</summary>
    public static IReadOnlyDictionary<string, NetworkSpec> Bundled { get; } = new Dictionary<string, NetworkSpec>
    {
        ["sparse"] = new() { Count = 100, Seed = 1850, LandFraction = 0.7, Concentration = 1.5, HighestLatitude = 66, LeastDistance = 100 },
        ["mid"] = new() { Count = 1000, Seed = 1916, LandFraction = 0.65, ScatteredFraction = 0.15, HighestLatitude = 75, LeastDistance = 50 },
        ["dense"] = new() { Count = 3000, Seed = 2009, LandFraction = 0.6, ScatteredFraction = 0.4, Concentration = 0.7, LeastDistance = 30 },
    };

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public NetworkSpec Validated()
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
