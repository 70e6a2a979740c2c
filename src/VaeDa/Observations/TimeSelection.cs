using System.Globalization;
using VaeDa.Fields;

namespace VaeDa.Observations;

/// <summary>The observations of one time, of a table that may hold several.</summary>
public static class TimeSelection
{
    /// <param name="table">With or without times.</param>
    /// <param name="time">A year, month, day, hour or minute as the user wrote it (2000-07-15T12:00); null for a table of one time.</param>
    /// <returns>The rows of that time; all rows where the table has no times and none is asked for.</returns>
    /// <exception cref="InvalidInputException">No row is of that time, or there are several times and none was chosen.</exception>
    public static ObservationTable Of(ObservationTable table, string? time)
    {
        ArgumentNullException.ThrowIfNull(table);
        var times = table.Time.Distinct().ToList();
        if (time is null)
        {
            return times.Count <= 1
                ? table
                : throw new InvalidInputException($"{table.Source}: observations of {times.Count} times, from {Text(times.Min())} to {Text(times.Max())}; choose one with --time");
        }

        var period = TimePeriod.Parse(time);
        var rows = Enumerable.Range(0, table.Count).Where(i => table.Time[i] is { } t && period.Contains(t)).ToList();
        return rows.Count > 0
            ? table.Select(rows)
            : throw new InvalidInputException(times is [null] or []
                ? $"{table.Source}: the observations have no times, so none is of {time}"
                : $"{table.Source}: no observation of {time}; there are some from {Text(times.Min())} to {Text(times.Max())}");
    }

    private static string Text(DateTime? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "no time";
}
