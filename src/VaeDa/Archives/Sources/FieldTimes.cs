using VaeDa.Files.Cf;

namespace VaeDa.Archives.Sources;

/// <summary>The fields of a variable as an archive has them, each one that is stored or the mean of several, with their dates in the archive.</summary>
/// <param name="Fields">Ascending in time: the first of the stored fields that it is the mean of, and how many follow on.</param>
/// <param name="Frequency">How often they come.</param>
/// <param name="Notices">What was done with the times, in words, where it is otherwise than in the files.</param>
internal sealed record FieldTimes(IReadOnlyList<(DateTime Time, int First, int Count)> Fields, Frequency Frequency, IReadOnlyList<string> Notices)
{
    /// <summary>Each field as it is stored.</summary>
    /// <param name="stored">Of the files.</param>
    public static FieldTimes AsStored(StoredTimes stored) => Dated(stored, stored.Frequency, [.. stored.Stamps.Select((stamp, i) => (stamp, i, 1))], []);

    /// <summary>Fields at a step.</summary>
    /// <param name="stored">Of the files.</param>
    /// <param name="step">Days and months are means of what comes more often; hours are the fields as stored, every so many.</param>
    /// <param name="variable">For messages.</param>
    /// <exception cref="InvalidInputException">The fields do not come so often, or no day or month is whole.</exception>
    public static FieldTimes At(StoredTimes stored, TimeStep step, string variable) => step.Frequency switch
    {
        Frequency.Daily when stored.MayBeDaily => Dated(stored, Frequency.Daily, [.. stored.Stamps.Select((stamp, i) => (stamp, i, 1))], []),
        Frequency.Monthly when stored.MayBeMonthly => Dated(stored, Frequency.Monthly, [.. stored.Stamps.Select((stamp, i) => (stamp, i, 1))], []),
        Frequency.Daily when stored.Frequency == Frequency.Subdaily => Means(stored, step.Frequency, variable),
        Frequency.Monthly => Means(stored, step.Frequency, variable),
        Frequency.Subdaily when stored.Frequency == Frequency.Subdaily => Every(stored, step.Hours!.Value, variable),
        _ => throw new InvalidInputException($"'{variable}' comes {(stored.Frequency == Frequency.Monthly ? "once a month" : "once a day")}: it has no field for a step of {step}") { Setting = "Step" },
    };

    private static FieldTimes Every(StoredTimes stored, int hours, string variable)
    {
        var step = hours * 3600L;
        if (stored.Interval is not { } interval || step % interval != 0)
        {
            throw new InvalidInputException($"'{variable}' comes every {StoredTimes.WordsOf(stored.Interval ?? 0)}: it has no field for a step of {hours} hours") { Setting = "Step" };
        }

        var phase = stored.Stamps.Min(stamp => stamp.SecondOfDay % step);
        var kept = stored.Stamps.Select((stamp, i) => (stamp, i, 1)).Where(field => field.stamp.SecondOfDay % step == phase).ToList();
        var left = stored.Stamps.Count - kept.Count;
        return Dated(stored, Frequency.Subdaily, kept, left == 0 ? [] : [$"every {hours} hours a field is taken, {left} between them are not"]);
    }

    private static FieldTimes Means(StoredTimes stored, Frequency frequency, string variable)
    {
        var ofDay = stored.FieldsOfDay(variable);
        var interval = CalendarTime.SecondsPerDay / ofDay;
        if (stored.Interval != interval)
        {
            throw new InvalidInputException($"'{variable}' comes every {StoredTimes.WordsOf(stored.Interval ?? 0)}: a month has no mean") { Setting = "Step" };
        }

        var (whole, broken) = (new List<(CalendarTime, int, int)>(), new List<CalendarTime>());
        for (var (first, next) = (0, 0); first < stored.Stamps.Count; first = next)
        {
            var (year, month, day) = stored.Dates[first];
            while (next < stored.Stamps.Count && stored.Dates[next] is var date && (date.Year, date.Month) == (year, month) && (frequency == Frequency.Monthly || date.Day == day))
            {
                next++;
            }

            var calendar = stored.Stamps[first].Calendar;
            var days = frequency == Frequency.Monthly ? calendar.DaysIn(year, month) : 1;
            var (start, count) = (calendar.DayOf(year, month, frequency == Frequency.Monthly ? 1 : day), next - first);
            if (count == days * ofDay && stored.Stamps[next - 1].Seconds - stored.Stamps[first].Seconds == (count - 1L) * interval)
            {
                whole.Add((new CalendarTime(calendar, start * CalendarTime.SecondsPerDay + days * (CalendarTime.SecondsPerDay / 2)), first, count));
            }
            else
            {
                broken.Add(stored.Stamps[first]);
            }
        }

        var unit = frequency == Frequency.Monthly ? "month" : "day";
        if (whole.Count == 0)
        {
            throw new InvalidInputException($"'{variable}' comes every {StoredTimes.WordsOf(interval)}, and no {unit} has all of its fields") { Setting = "Step" };
        }

        var notices = new List<string> { $"fields come every {StoredTimes.WordsOf(interval)}: each {unit}'s mean is taken" };
        if (broken.Count > 0)
        {
            notices.Add($"{broken.Count} {unit}{(broken.Count == 1 ? " is" : "s are")} left out, as not all of {(broken.Count == 1 ? "its" : "their")} fields are there, from {broken[0]} on");
        }

        return Dated(stored, frequency, whole, notices);
    }

    /// <summary>Gives fields their dates in the archive, which has those of the Gregorian calendar.</summary>
    private static FieldTimes Dated(StoredTimes stored, Frequency frequency, List<(CalendarTime Stamp, int First, int Count)> fields, List<string> notices)
    {
        var (dated, without) = (new List<(DateTime, int, int)>(fields.Count), new List<CalendarTime>());
        foreach (var (stamp, first, count) in fields)
        {
            var time = frequency == Frequency.Monthly ? stamp.InSameMonth() : stamp.Calendar.HasMonthsOf30Days ? stamp.AtSamePlaceInYear() : stamp.SameDate();
            if (time is { } date)
            {
                dated.Add((date, first, count));
            }
            else
            {
                without.Add(stamp);
            }
        }

        if (frequency != Frequency.Monthly && stored.Stamps is [{ Calendar: { HasMonthsOf30Days: true, Name: var name } }, ..])
        {
            notices.Add($"calendar {name}: each of the year's 360 days is put at the same place in a year of 365, so that 6 February, 19 April, 2 July, 12 September and 25 November have no field");
        }

        if (without.Count > 0)
        {
            notices.Add($"calendar {without[0].Calendar.Name}: {without.Count} field{(without.Count == 1 ? " is" : "s are")} left out, of dates that the archive's Gregorian calendar does not have, from {without[0]} on");
        }

        return new FieldTimes(dated, frequency, notices);
    }
}
