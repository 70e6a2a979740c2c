using VaeDa.Reanalysis.Dates;

namespace VaeDa.Verification.Stations;

/// <summary>How analyses are scored on real observations.</summary>
public sealed record ObservationValidationOptions
{
    /// <summary>One station in so many is withheld, at all dates; at least 2.</summary>
    public int Withhold { get; init; } = 10;

    /// <summary>The largest number of dates that are analysed, evenly spread over those with observations; at least 1.</summary>
    public int Dates { get; init; } = 30;

    /// <summary>
    /// Whether each method's covariances are fitted to the innovations of the stations used; otherwise they are as measured on
    /// fields.
    /// </summary>
    public bool Fit { get; init; } = true;

    /// <summary>The number of members of the ensembles that are scored beside the closed form, at least 2; 0 for none.</summary>
    public int Members { get; init; }

    /// <summary>
    /// The standard deviation of the errors of observations that bring none of their own, where nothing is fitted; in the units
    /// of the variable.
    /// </summary>
    public double Error { get; init; } = 0.5;

    /// <summary>
    /// What dates know of each other in whole analyses of all dates, whose most probable fields predict the withheld stations beside those of each date by itself;
    /// with <see cref="MemoryUse.None"/> there are neither.
    /// </summary>
    public MemoryUse Memory { get; init; } = MemoryUse.None;

    /// <summary>The seed of the ensembles and of the bootstrap.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Checks that each option is in its range.</summary>
    /// <returns>The same options.</returns>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
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
