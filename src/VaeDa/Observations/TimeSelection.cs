using System.Globalization;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>Takes the observations of one analysis from a table that may hold those of many.</summary>
public static class TimeSelection
{
    /// <summary>The observations of one step of a model: of a day or of a month, by what the model's fields are.</summary>
    /// <param name="table">The observations, with or without times.</param>
    /// <param name="time">A year, month, day, hour or minute as the user wrote it (2000-07-15T12:00); null for a table of one step.</param>
    /// <param name="card">The model's card, which says its step; null for a day.</param>
    /// <param name="window">
    /// In place of the step, the observations of so many hours or days (<c>12h</c>, <c>3d</c>), half of them before and half after the time: about
    /// an hour or minute that was written, about the middle of a day or longer period. Null for the step.
    /// </param>
    /// <returns>
    /// The rows of that time, which is their <see cref="ObservationTable.AnalysisTime"/> too (of rows of several times, the beginning of the
    /// step, or the time written with a window); all rows where the table has no times and none is asked for. A station's values at several times
    /// are one observation, their mean. Rows without a time among others that have one are flagged.
    /// </returns>
    /// <exception cref="InvalidInputException">
    /// No row is of that time, it is not a time, a window is none or has no time to be about, or the rows are of several steps of the model.
    /// </exception>
    public static ObservationTable Of(ObservationTable table, string? time, ModelCard? card = null, string? window = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        var step = AnalysisStep.Of(card);
        if (time is null)
        {
            return window is not null ? throw new InvalidInputException($"a window of {window} has to be about a time; choose one") { Setting = nameof(ObservationTable.Time) }
                : table.Observations.Any(o => o is { Flag: null, Time: not null }) ? OfOneStep(WithoutTimeless(table), step, null)
                : table.At(table.AnalysisTime);
        }

        var named = TimePeriod.Parse(time);
        var period = window is null ? named : TimeWindow.About(named, window);
        var rows = Enumerable.Range(0, table.Count).Where(i => table.Time[i] is { } t && period.Contains(t)).ToList();
        if (rows.Count == 0)
        {
            var times = table.Time.Distinct().ToList();
            throw new InvalidInputException(times is [null] or []
                ? $"{table.Source}: the observations have no times, so none is of {period.Text}"
                : $"{table.Source}: no observation of {period.Text}; there are some from {Text(times.Min())} to {Text(times.Max())}");
        }

        rows.AddRange(Enumerable.Range(0, table.Count).Where(i => table.Observations[i] is { Flag: null, Time: null }));
        var chosen = WithoutTimeless(table.Select(rows.Order()).Within(period.Contains));
        return window is null ? OfOneStep(chosen, step, time) : Averaged(chosen.At(named.Start), period.Text);
    }

    /// <summary>The rows as a model of that step takes them: a station's values of one step are one observation.</summary>
    internal static ObservationTable InSteps(ObservationTable table, AnalysisStep step)
    {
        if (!table.Observations.Any(o => o is { Flag: null, Time: not null }))
        {
            return table;
        }

        table = WithoutTimeless(table);
        Observation[] all = [.. table.Observations];
        var (averaged, into) = (0, 0);
        foreach (var rows in Enumerable.Range(0, all.Length).Where(i => all[i].Flag is null).GroupBy(i => step.Of(all[i].Time!.Value)).Select(g => g.ToArray()).Where(g => g.Length > 1))
        {
            var found = Repeats.Averaged(table.Select(rows), atAnyTime: true);
            averaged += found.Averaged;
            into += found.Into;
            foreach (var (j, row) in found.Rows.Index())
            {
                all[rows[j]] = row;
            }
        }

        return averaged == 0 ? table : table.With(all, InStepsNote(averaged, into, step));
    }

    /// <summary>Of values of the same step, in words.</summary>
    internal static string InStepsNote(long averaged, long into, AnalysisStep step) =>
        $"{averaged + into} values are of stations (or places) with several in one of the model's {step.Plural}: they are averaged to {into}, one observation each";

    /// <summary>Of rows without a time, in words.</summary>
    internal static string TimelessNote(long without) => $"{without} rows have no time, as others have: they are left out";

    /// <summary>Rows of one time are of that time, rows of several of their step.</summary>
    internal static ObservationTable At(ObservationTable table, AnalysisStep step) =>
        table.At(Times(table) switch { [] => null, [var only] => only, [var first, ..] => step.Of(first) });

    internal static string Text(DateTime? time) => time?.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) ?? "no time";

    private static ObservationTable OfOneStep(ObservationTable table, AnalysisStep step, string? time)
    {
        var steps = Times(table).Select(step.Of).Distinct().Order().ToList();
        if (steps.Count > 1)
        {
            throw new InvalidInputException(time is null
                ? $"{table.Source}: observations of {steps.Count} times, from {Text(Times(table)[0])} to {Text(Times(table)[^1])}; choose one"
                : $"{table.Source}: {time} has observations of {steps.Count} {step.Plural}, from {step.Text(steps[0])} to {step.Text(steps[^1])}, and an analysis is of one; choose one, such as {step.Text(steps[steps.Count / 2])}")
            {
                Setting = nameof(ObservationTable.Time),
            };
        }

        return Averaged(At(table, step), time ?? step.Text(steps[0]));
    }

    private static ObservationTable Averaged(ObservationTable table, string of)
    {
        var (rows, averaged, into) = Repeats.Averaged(table, atAnyTime: true);
        return averaged == 0 ? table : table.With(rows, $"{into} stations (or places) have {averaged + into} values at several times of {of}: they are averaged, one observation each");
    }

    /// <summary>Of rows that have a value. Which step one without a time belongs to, nobody knows.</summary>
    private static ObservationTable WithoutTimeless(ObservationTable table)
    {
        var without = table.Observations.Count(o => o is { Flag: null, Time: null });
        return without == 0 ? table
            : table.With(table.Observations.Select(o => o is { Flag: null, Time: null } ? o with { Flag = RowFlag.NoTime } : o), TimelessNote(without));
    }

    private static List<DateTime> Times(ObservationTable table) => [.. table.Observations.Where(o => o.Flag is null || RowFlag.IsRepeat(o.Flag)).Select(o => o.Time).OfType<DateTime>().Distinct().Order()];
}
