using System.Globalization;
using VaeDa.Archives;

namespace VaeDa.Reanalysis.Dates;

/// <summary>
/// A part of the calendar that is analysed and written as one: a month of days, a year of months. Blocks are independent of each
/// other, so that the result does not depend on where a run was interrupted, nor on how blocks were shared out.
/// </summary>
/// <param name="Name">As files are called: <c>1916-03</c>, or <c>1916</c>.</param>
/// <param name="Start">Its first instant, UTC.</param>
/// <param name="End">The first instant after it, UTC.</param>
internal sealed record CalendarBlock(string Name, DateTime Start, DateTime End)
{
    /// <summary>The block that a time is in.</summary>
    /// <param name="time">UTC.</param>
    /// <param name="step">Of the analyses.</param>
    public static CalendarBlock Of(DateTime time, Frequency step)
    {
        var start = new DateTime(time.Year, step == Frequency.Monthly ? 1 : time.Month, 1, 0, 0, 0, DateTimeKind.Utc);
        return step == Frequency.Monthly
            ? new CalendarBlock(start.ToString("yyyy", CultureInfo.InvariantCulture), start, start.AddYears(1))
            : new CalendarBlock(start.ToString("yyyy-MM", CultureInfo.InvariantCulture), start, start.AddMonths(1));
    }
}
