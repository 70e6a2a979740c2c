using VaeDa.Assimilation.Control;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Reanalysis;

/// <summary>How a reanalysis, or one run's share of it, went.</summary>
/// <param name="Dates">Dates with observations.</param>
/// <param name="Done">Of these, how many have an analysis.</param>
/// <param name="Failures">The others, in the order of time, each with the reason.</param>
/// <param name="Without">Steps between the first and the last date that have no observations, and so no analysis.</param>
/// <param name="Unobserved">Steps without observations that have an analysis nevertheless, by what the model remembers.</param>
/// <param name="ChiSquare">The mean over the dates done of chi-square per observation.</param>
/// <param name="Spread">By variable, the root mean square over area and dates of the ensemble's spread; NaN without an ensemble.</param>
/// <param name="Worst">The dates with the largest chi-square per observation, the largest first.</param>
/// <param name="Flagged">The stations, or places, whose observations were left out as outliers most often, with how often and of how many.</param>
public sealed record ReanalysisSummary(
    int Dates,
    int Done,
    IReadOnlyList<DateFailure> Failures,
    int Without,
    int Unobserved,
    double ChiSquare,
    IReadOnlyDictionary<string, double> Spread,
    IReadOnlyList<DateFit> Worst,
    IReadOnlyList<FlaggedStation> Flagged)
{
    /// <summary>The number of stations with a break, a drift or an offset.</summary>
    public int Changing { get; init; }

    /// <summary>How all analyses together compare with the observations that were kept out of them, of each variable that has any; empty where none were.</summary>
    public IReadOnlyList<WithheldScore> Withheld { get; init; } = [];

    /// <summary>Stations whose observations were to be corrected, and that have none.</summary>
    public IReadOnlyList<string> AdjustedInVain { get; init; } = [];

    /// <summary>What is most certain of these, by the offset in standard deviations of its error; the others are in the table of stations.</summary>
    public IReadOnlyList<StationBreak> Breaks { get; init; } = [];

    /// <summary>
    /// The stations that were worth most over all dates, of each variable the first five: by the error that would be larger without them or, where that is not known, by their influence.
    /// </summary>
    public IReadOnlyList<StationWorth> Worth { get; init; } = [];
}

/// <summary>A date without an analysis.</summary>
/// <param name="Time">The date, UTC.</param>
/// <param name="Reason">Why there is none.</param>
public sealed record DateFailure(DateTime Time, string Reason);

/// <summary>How well a date's analysis fits its observations.</summary>
/// <param name="Time">The date, UTC.</param>
/// <param name="ChiSquare">Chi-square per observation; about 1 where all is as it is believed to be.</param>
public sealed record DateFit(DateTime Time, double ChiSquare);

/// <summary>A station some of whose observations were left out as outliers.</summary>
/// <param name="Station">Its name, or its place where it has none.</param>
/// <param name="Outliers">How many of its observations were.</param>
/// <param name="Observations">How many it has.</param>
public sealed record FlaggedStation(string Station, int Outliers, int Observations);
