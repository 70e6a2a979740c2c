using System.Globalization;
using VaeDa.Fields;

namespace VaeDa.Observations;

/// <summary>Takes the observations of one time from a table that may hold several.</summary>
public static class TimeSelection
{
    /// <summary>The observations of one time.</summary>
    /// <param name="table">The observations, with or without times.</param>
    /// <param name="time">A year, month, day, hour or minute as the user wrote it (2000-07-15T12:00); null for a table of one time.</param>
    /// <returns>
    /// The rows of that time, which is their <see cref="ObservationTable.AnalysisTime"/> too (of a longer period, the time of
    /// the first row); all rows where the table has no times and none is asked for.
    /// </returns>
    /// <exception cref="InvalidInputException">No row is of that time, it is not a time, or there are several times and none was chosen.</exception>
    public static ObservationTable Of(ObservationTable table, string? time)
    {
        ArgumentNullException.ThrowIfNull(table);
        if (time is null)
        {
            return table.At(table.AnalysisTime);
        }

        var period = TimePeriod.Parse(time);
        var rows = Enumerable.Range(0, table.Count).Where(i => table.Time[i] is { } t && period.Contains(t)).ToList();
        if (rows.Count > 0)
        {
            return table.Select(rows).At(table.Time[rows[0]]);
        }

        var times = table.Time.Distinct().ToList();
        throw new InvalidInputException(times is [null] or []
            ? $"{table.Source}: the observations have no times, so none is of {time}"
            : $"{table.Source}: no observation of {time}; there are some from {Text(times.Min())} to {Text(times.Max())}");
    }

    internal static string Text(DateTime? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "no time";
}
