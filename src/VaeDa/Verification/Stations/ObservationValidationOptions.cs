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
        Check(Withhold >= 2, nameof(Withhold), $"one station in {Withhold} is withheld", "one in 2 or more: the others are analysed");
        Check(Dates >= 1, nameof(Dates), $"the number of dates is {Dates}", "at least 1");
        Check(Members is 0 or >= 2, nameof(Members), $"the number of members is {Members}", "at least 2, or 0 for the closed form alone");
        return this;
    }

    private static void Check(bool holds, string setting, FormattableString what, string right)
    {
        if (!holds)
        {
            throw new InvalidInputException($"{FormattableString.Invariant(what)}; it must be {right}") { Setting = setting };
        }
    }
}
