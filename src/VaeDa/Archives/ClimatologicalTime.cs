using VaeDa.Fields.Climatologies;

namespace VaeDa.Archives;

/// <summary>
/// The records of a climatology's file in time (CF conventions, section 7.4): each day of a leap year, or each month, about the middle of
/// the years that it is of. Programs look days up by month and day, so 29 February has a record of its own, equal to the 28th's.
/// </summary>
/// <param name="climatology">What the climatology was computed from.</param>
internal sealed class ClimatologicalTime(ClimatologyDescription climatology)
{
    // Record. Fields of 28 and 29 February are averaged together.
    private const int LeapDay = 59;

    private readonly int _year = LeapYearNear((climatology.First.Year + climatology.Last.Year) / 2);

    private bool IsDaily => climatology.Calendar == ClimatologyCalendar.Daily;

    public int Count => IsDaily ? 366 : 12;

    /// <summary>A time of the record, UTC.</summary>
    /// <param name="record">From 0.</param>
    public DateTime TimeOf(int record)
    {
        var (start, end) = PartOf(record, _year);
        return start + (end - start) / 2;
    }

    /// <summary>The record's step of the climatology's calendar, from 0.</summary>
    /// <param name="record">From 0.</param>
    public int StepOf(int record) => climatology.Calendar.StepOf(TimeOf(record));

    /// <summary>From the beginning of the first of its days or months that were averaged to the end of the last.</summary>
    /// <param name="record">From 0.</param>
    public (DateTime Start, DateTime End) BoundsOf(int record)
    {
        var (first, last) = (climatology.First.ToDateTime(default, DateTimeKind.Utc), climatology.Last.ToDateTime(default, DateTimeKind.Utc));
        var from = PartOf(record, first.Year).End > first ? first.Year : first.Year + 1;
        var to = PartOf(record, last.Year).Start <= last ? last.Year : last.Year - 1;
        // Days of no year of the climatology have their mean from the days about them.
        (from, to) = from <= to ? (from, to) : (first.Year, last.Year);
        return (PartOf(IsDaily && record == LeapDay ? LeapDay - 1 : record, from).Start, PartOf(IsDaily && record == LeapDay - 1 ? LeapDay : record, to).End);
    }

    /// <summary>The record's part of a year, which for 29 February is the 28th where there is no other.</summary>
    private (DateTime Start, DateTime End) PartOf(int record, int year)
    {
        var date = IsDaily ? new DateTime(2000, 1, 1).AddDays(record) : new DateTime(2000, record + 1, 1);
        var start = new DateTime(year, date.Month, Math.Min(date.Day, DateTime.DaysInMonth(year, date.Month)), 0, 0, 0, DateTimeKind.Utc);
        return (start, IsDaily ? start.AddDays(1) : start.AddMonths(1));
    }

    private static int LeapYearNear(int year) => Enumerable.Range(0, 9).Select(i => year + (i % 2 == 0 ? i / 2 : -(i + 1) / 2)).First(y => y is >= 1 and <= 9999 && DateTime.IsLeapYear(y));
}
