using VaeDa.Files.Cf;

namespace VaeDa.Archives.Sources;

/// <summary>The times of the fields that files hold, ascending by their dates, and how often they come.</summary>
internal sealed class StoredTimes
{
    // No month is shorter.
    private const long ShortestMonth = 27L * CalendarTime.SecondsPerDay;

    /// <param name="stamps">Ascending by their dates.</param>
    /// <param name="longest">Seconds of the longest period that bounds give; null where some fields have none.</param>
    public StoredTimes(IReadOnlyList<CalendarTime> stamps, long? longest)
    {
        Stamps = stamps;
        Dates = [.. stamps.Select(stamp => stamp.Date)];
        Interval = stamps.Zip(stamps.Skip(1), (a, b) => b.Seconds - a.Seconds).CountBy(seconds => seconds).OrderByDescending(found => found.Value).ThenBy(found => found.Key)
            .Select(found => (long?)found.Key).FirstOrDefault();
        var pairs = Dates.Zip(Dates.Skip(1)).ToList();
        var areMonths = pairs.TrueForAll(pair => (pair.First.Year, pair.First.Month) != (pair.Second.Year, pair.Second.Month));
        Frequency = areMonths && (longest is { } known ? known >= ShortestMonth : pairs.Count > 0) ? Frequency.Monthly
            : pairs.TrueForAll(pair => pair.First != pair.Second) ? Frequency.Daily
            : Frequency.Subdaily;
        // Daily fields may be so few that each month has one.
        MayBeMonthly = Frequency == Frequency.Monthly || (longest is null && stamps.Count == 1);
        MayBeDaily = Frequency == Frequency.Daily || (Frequency == Frequency.Monthly && longest is null && pairs.Count < 3);
    }

    public IReadOnlyList<CalendarTime> Stamps { get; }

    public IReadOnlyList<(int Year, int Month, int Day)> Dates { get; }

    public Frequency Frequency { get; }

    /// <summary>Whether there may be a field of each day, a few of which are there.</summary>
    public bool MayBeDaily { get; }

    /// <summary>Whether there may be a field of each month.</summary>
    public bool MayBeMonthly { get; }

    /// <summary>Seconds from one field to the next, as they mostly are; null for a single field.</summary>
    public long? Interval { get; }

    /// <summary>How many fields a whole day has.</summary>
    /// <exception cref="InvalidInputException">They do not come at intervals that divide a day.</exception>
    public int FieldsOfDay(string variable) => Frequency != Frequency.Subdaily ? 1
        : Interval is > 0 and < CalendarTime.SecondsPerDay && CalendarTime.SecondsPerDay % Interval == 0 ? (int)(CalendarTime.SecondsPerDay / Interval.Value)
        : throw new InvalidInputException($"'{variable}' comes every {WordsOf(Interval ?? 0)}, mostly, which does not divide a day: a day has no mean");

    public static string WordsOf(long seconds) => seconds switch
    {
        3600 => "hour",
        CalendarTime.SecondsPerDay => "day",
        _ when seconds % CalendarTime.SecondsPerDay == 0 => FormattableString.Invariant($"{seconds / CalendarTime.SecondsPerDay} days"),
        _ when seconds % 3600 == 0 => FormattableString.Invariant($"{seconds / 3600} hours"),
        _ when seconds % 60 == 0 => FormattableString.Invariant($"{seconds / 60} minutes"),
        _ => FormattableString.Invariant($"{seconds} seconds"),
    };
}
