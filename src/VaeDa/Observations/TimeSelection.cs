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
    /// the first row); all rows where the table has no times and none is asked for. A station's values at several times of a day are
    /// one observation, their mean.
    /// </returns>
    /// <exception cref="InvalidInputException">
    /// No row is of that time, it is not a time, there are several times and none was chosen, or a station has values on several days of it.
    /// </exception>
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
            return OfOneDay(table.Select(rows).Within(period.Contains).At(table.Time[rows[0]]), time);
        }

        var times = table.Time.Distinct().ToList();
        throw new InvalidInputException(times is [null] or []
            ? $"{table.Source}: the observations have no times, so none is of {time}"
            : $"{table.Source}: no observation of {time}; there are some from {Text(times.Min())} to {Text(times.Max())}");
    }

    private static ObservationTable OfOneDay(ObservationTable table, string time)
    {
        var usable = Enumerable.Range(0, table.Count).Where(row => table.Observations[row].Flag is null).ToList();
        if (usable.GroupBy(row => (WithheldStations.NameOf(table, row), table.Variable[row])).Any(g => g.DistinctBy(row => table.Time[row]!.Value.Date).Skip(1).Any()))
        {
            throw new InvalidInputException($"{table.Source}: {time} has observations of {usable.DistinctBy(row => table.Time[row]!.Value.Date).Count()} days, from {Text(table.Time.Min())} to {Text(table.Time.Max())}, some stations' on several; choose one") { Setting = nameof(ObservationTable.Time) };
        }

        var (rows, averaged, into) = Repeats.Averaged(table, atAnyTime: true);
        return averaged == 0 ? table : table.With(rows, $"{into} stations (or places) have {averaged + into} values at several times of {time}: they are averaged, one observation each");
    }

    internal static string Text(DateTime? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "no time";
}
