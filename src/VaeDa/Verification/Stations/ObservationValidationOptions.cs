namespace VaeDa.Verification.Stations;

/// <summary>How analyses are scored on real observations.</summary>
public sealed record ObservationValidationOptions
{
    /// <summary>One station in so many is withheld.</summary>
    public int Withhold { get; init; } = 10;

    /// <summary>Most dates that are analysed, evenly spread over those of the files.</summary>
    public int Dates { get; init; } = 30;

    /// <summary>Whether each method's covariances are fitted to the departures of the stations used; else they are as measured on fields.</summary>
    public bool Fit { get; init; } = true;

    /// <summary>Members of the ensembles that are scored beside the closed form; 0: none.</summary>
    public int Members { get; init; }

    /// <summary>σ_obs of observations that bring none, for methods that are not fitted; units of the variable.</summary>
    public double Error { get; init; } = 0.5;

    public long Seed { get; init; } = 1;

    /// <exception cref="InvalidInputException">A value is out of range.</exception>
    public ObservationValidationOptions Validated()
    {
        Check(Withhold >= 2, "--withhold", Withhold, "at least 2: one station in so many is kept from the analyses");
        Check(Dates >= 1, "--dates", Dates, "at least 1");
        Check(Members is 0 or >= 2, "--members", Members, "at least 2, or 0 for the closed form alone");
        return this;
    }

    private static void Check(bool holds, string what, int value, string right)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{what} is {value}; it must be {right}");
        }
    }
}
