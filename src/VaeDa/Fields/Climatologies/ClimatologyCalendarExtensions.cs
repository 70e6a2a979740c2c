namespace VaeDa.Fields.Climatologies;

internal static class ClimatologyCalendarExtensions
{
    public static int Steps(this ClimatologyCalendar calendar) => calendar == ClimatologyCalendar.Daily ? 365 : 12;

    /// <summary>The step that a time belongs to, from 0.</summary>
    public static int StepOf(this ClimatologyCalendar calendar, DateTime time)
    {
        if (calendar == ClimatologyCalendar.Monthly)
        {
            return time.Month - 1;
        }

        var isAfterLeapDay = DateTime.IsLeapYear(time.Year) && (time.Month > 2 || time is { Month: 2, Day: 29 });
        return time.DayOfYear - 1 - (isAfterLeapDay ? 1 : 0);
    }
}
