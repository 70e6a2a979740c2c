namespace VaeDa.Fields.Climatologies;

/// <summary>The steps of a climatology's year: months, or days of a 365-day year, each with several times of the day where fields come more often.</summary>
/// <param name="Calendar">Months or days.</param>
/// <param name="PerDay">Times of the day, at equal intervals from 00:00 on; 1 for months and days.</param>
internal readonly record struct ClimatologySteps(ClimatologyCalendar Calendar, int PerDay = 1)
{
    private const int SecondsPerDay = 86400;

    /// <summary>Days or months of the year.</summary>
    public int InYear => Calendar == ClimatologyCalendar.Daily ? 365 : 12;

    /// <summary>All steps, by day and within it by time of the day.</summary>
    public int Count => InYear * PerDay;

    public static implicit operator ClimatologySteps(ClimatologyCalendar calendar) => new(calendar);

    /// <summary>The step that a time belongs to, from 0.</summary>
    public int StepOf(DateTime time)
    {
        if (Calendar == ClimatologyCalendar.Monthly)
        {
            return time.Month - 1;
        }

        var isAfterLeapDay = DateTime.IsLeapYear(time.Year) && (time.Month > 2 || time is { Month: 2, Day: 29 });
        return (time.DayOfYear - 1 - (isAfterLeapDay ? 1 : 0)) * PerDay + (int)(time.TimeOfDay.TotalSeconds * PerDay / SecondsPerDay);
    }

    /// <summary>The month of the year that a step is in, 1…12.</summary>
    public int MonthOf(int step) => Calendar == ClimatologyCalendar.Monthly ? step + 1 : new DateTime(2001, 1, 1).AddDays(step / PerDay).Month;
}
