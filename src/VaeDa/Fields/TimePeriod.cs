using System.Globalization;

namespace VaeDa.Fields;

/// <summary>A time as people write it: a year, month, day, hour, minute or second, UTC. It means all of that period.</summary>
/// <param name="Text">The time as it was written.</param>
/// <param name="Start">The first instant of the period, UTC.</param>
/// <param name="End">The first instant after the period, UTC.</param>
public sealed record TimePeriod(string Text, DateTime Start, DateTime End)
{
    private static readonly (string Format, Func<DateTime, DateTime> End)[] Forms =
    [
        ("yyyy", t => t.AddYears(1)),
        ("yyyy-MM", t => t.AddMonths(1)),
        ("yyyy-MM-dd", t => t.AddDays(1)),
        ("yyyy-MM-dd'T'HH", t => t.AddHours(1)),
        ("yyyy-MM-dd'T'HH:mm", t => t.AddMinutes(1)),
        ("yyyy-MM-dd'T'HH:mm:ss", t => t.AddSeconds(1)),
    ];

    /// <summary>Reads a time as people write it.</summary>
    /// <param name="text">
    /// <c>2000</c>, <c>2000-01</c>, <c>2000-01-15</c>, <c>2000-01-15T06</c>, <c>2000-01-15T06:00</c> or <c>2000-01-15T06:00:00</c>, UTC; a space
    /// may stand for the T, and a Z may follow.
    /// </param>
    /// <returns>The whole year, month, day, hour, minute or second.</returns>
    /// <exception cref="InvalidInputException">The text is no such time.</exception>
    public static TimePeriod Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var (format, end) in Forms)
        {
            const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;
            if (DateTime.TryParseExact(text.TrimEnd('Z').Replace(' ', 'T'), format, CultureInfo.InvariantCulture, Universal, out var start))
            {
                return new TimePeriod(text, start, end(start));
            }
        }

        throw new InvalidInputException($"'{text}' is not a time such as 2000-01-15, 2000-01 or 2000-01-15T06:00");
    }

    /// <summary>Whether an instant is in the period.</summary>
    /// <param name="time">The instant, UTC.</param>
    /// <returns>True from <see cref="Start"/> on, up to but not at <see cref="End"/>.</returns>
    public bool Contains(DateTime time) => time >= Start && time < End;

    /// <summary>Finds the one time that is in the period.</summary>
    /// <param name="times">The times to search, ascending, UTC.</param>
    /// <returns>The index of that time, from 0.</returns>
    /// <exception cref="InvalidInputException">There is none, or more than one.</exception>
    public int IndexIn(IReadOnlyList<DateTime> times) => IndicesIn(times) switch
    {
        [var index] => index,
        [var first, var second, ..] => throw new InvalidInputException($"{Text} has more than one time; name one, such as {Show(times[first])} or {Show(times[second])}"),
        _ => throw new InvalidOperationException("no time of a period was found, nor missed"),
    };

    /// <summary>Finds all times that are in the period.</summary>
    /// <param name="times">The times to search, ascending, UTC.</param>
    /// <returns>The indices of those times, from 0, ascending; at least one.</returns>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public IReadOnlyList<int> IndicesIn(IReadOnlyList<DateTime> times)
    {
        int[] found = [.. Enumerable.Range(0, times.Count).Where(i => Contains(times[i]))];
        return found.Length > 0 ? found
            : throw new InvalidInputException(times.Count == 0
                ? $"there is no time {Text}; there are no times at all"
                : $"there is no time {Text}; the times are {Show(times[0])}…{Show(times[^1])}");
    }

    private static string Show(DateTime time) => time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture);
}
