namespace VaeDa.Files.Cf;

/// <summary>An instant as a file's calendar counts it, to the second. Its date need not be one of other calendars: 30 February of <c>360_day</c>.</summary>
/// <param name="Calendar">Which dates there are.</param>
/// <param name="Seconds">From the beginning of the calendar's day 0.</param>
internal readonly record struct CalendarTime(CfCalendar Calendar, long Seconds)
{
    public const int SecondsPerDay = 86400;

    /// <summary>As <see cref="CfCalendar.DayOf"/> counts it.</summary>
    public long DayNumber => (Seconds - SecondOfDay) / SecondsPerDay;

    public int SecondOfDay => (int)((Seconds % SecondsPerDay + SecondsPerDay) % SecondsPerDay);

    public (int Year, int Month, int Day) Date => Calendar.DateOf(DayNumber);

    public static CalendarTime Of(DateTime time) => new(CfCalendar.Proleptic, time.Ticks / TimeSpan.TicksPerSecond);

    /// <summary>The instant half way to another of the same calendar.</summary>
    public CalendarTime Middle(CalendarTime other) => this with { Seconds = Seconds + (other.Seconds - Seconds) / 2 };

    /// <summary>The same date and time, UTC; null where the Gregorian calendar has no such date, as no 30 February.</summary>
    public DateTime? SameDate() => Date is var (year, month, day) && year is >= 1 and <= 9999 && day <= DateTime.DaysInMonth(year, month)
        ? new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc).AddSeconds(SecondOfDay)
        : null;

    /// <summary>A date of the same year and month, UTC: the same one, or the last of the month where there is no such date.</summary>
    public DateTime InSameMonth() => SameDate() is { } same ? same : new DateTime(Date.Year, Date.Month, DateTime.DaysInMonth(Date.Year, Date.Month), 0, 0, 0, DateTimeKind.Utc).AddSeconds(SecondOfDay);

    /// <summary>
    /// The date at the same place in a year of 365 days, for calendars of 360: every year's day goes to the same date, no two to one, and
    /// 6 February, 19 April, 2 July, 12 September and 25 November have none. So has xarray, in years without a leap day.
    /// </summary>
    public DateTime AtSamePlaceInYear()
    {
        var (year, month, day) = Date;
        var date = new DateTime(2001, 1, 1).AddDays(Math.Round((30 * (month - 1) + day) * 365 / 360.0) - 1);
        return new DateTime(year, date.Month, date.Day, 0, 0, 0, DateTimeKind.Utc).AddSeconds(SecondOfDay);
    }

    public override string ToString()
    {
        var (year, month, day) = Date;
        return FormattableString.Invariant($"{year:0000}-{month:00}-{day:00} {SecondOfDay / 3600:00}:{SecondOfDay / 60 % 60:00}");
    }
}
