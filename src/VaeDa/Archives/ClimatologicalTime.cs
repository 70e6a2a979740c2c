using VaeDa.Fields;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Archives;

/// <summary>
/// The records of a climatology's file in time (CF conventions, section 7.4): each day of a leap year, each of its times of the day where
/// fields come several times a day, or each month, about the middle of the years that it is of. Programs look days up by month and day,
/// and hours by their hour, so 29 February has records of its own, equal to the 28th's, and hours are those of the fields.
/// </summary>
internal sealed class ClimatologicalTime
{
    // Record of days. Fields of 28 and 29 February are averaged together.
    private const int LeapDay = 59;

    private readonly int _year;
    private readonly TimeSpan _interval; // between times of the day
    private readonly TimeSpan _firstOfDay;
    private readonly bool _areInstants;

    /// <param name="climatology">What it was computed from.</param>
    /// <param name="timeOfField">The time of the day of any of its fields.</param>
    /// <param name="variables">Of the fields.</param>
    public ClimatologicalTime(ClimatologyDescription climatology, TimeSpan timeOfField = default, IReadOnlyList<Variable>? variables = null)
    {
        Climatology = climatology;
        _year = LeapYearNear((climatology.First.Year + climatology.Last.Year) / 2);
        _interval = TimeSpan.FromDays(1) / climatology.TimesOfDay;
        _firstOfDay = new TimeSpan(timeOfField.Ticks % _interval.Ticks);
        _areInstants = climatology.TimesOfDay > 1 && !FieldPeriods.AreMeans(variables ?? [], _interval, timeOfField);
    }

    public ClimatologyDescription Climatology { get; }

    private bool IsDaily => Climatology.Calendar == ClimatologyCalendar.Daily;

    private int PerDay => Climatology.TimesOfDay;

    public int Count => (IsDaily ? 366 : 12) * PerDay;

    /// <summary>A time of the record, UTC: of fields of instants that of the field, of others the middle.</summary>
    /// <param name="record">From 0.</param>
    public DateTime TimeOf(int record)
    {
        var (start, end) = PartOf(record, _year);
        return start + (end - start) / 2;
    }

    /// <summary>The record's step of the climatology, from 0.</summary>
    /// <param name="record">From 0.</param>
    public int StepOf(int record) => Climatology.Steps.StepOf(TimeOf(record));

    /// <summary>The record of a step, which passes over 29 February.</summary>
    /// <param name="step">Of the climatology, from 0.</param>
    /// <param name="timesOfDay">Of the climatology.</param>
    public static int RecordOf(int step, int timesOfDay) => step < LeapDay * timesOfDay ? step : step + timesOfDay;

    /// <summary>From the beginning of the first of its days, times of the day or months that were averaged to the end of the last.</summary>
    /// <param name="record">From 0.</param>
    public (DateTime Start, DateTime End) BoundsOf(int record)
    {
        var (first, last) = (Climatology.First.ToDateTime(default, DateTimeKind.Utc), Climatology.Last.ToDateTime(default, DateTimeKind.Utc));
        var from = WholeOf(record, first.Year).End > first ? first.Year : first.Year + 1;
        var to = WholeOf(record, last.Year).Start <= last ? last.Year : last.Year - 1;
        // Days of no year of the climatology have their mean from the days about them.
        (from, to) = from <= to ? (from, to) : (first.Year, last.Year);
        return (PartOf(IsDaily && record / PerDay == LeapDay ? record - PerDay : record, from).Start, PartOf(IsDaily && record / PerDay == LeapDay - 1 ? record + PerDay : record, to).End);
    }

    /// <summary>The record's part of a year.</summary>
    private (DateTime Start, DateTime End) PartOf(int record, int year)
    {
        var whole = WholeOf(record, year);
        if (PerDay == 1)
        {
            return whole;
        }

        var start = whole.Start + record % PerDay * _interval;
        return _areInstants ? (start + _firstOfDay, start + _firstOfDay) : (start, start + _interval);
    }

    /// <summary>The day or month that the record's part is in, which for 29 February is the 28th where there is no other.</summary>
    private (DateTime Start, DateTime End) WholeOf(int record, int year)
    {
        var date = IsDaily ? new DateTime(2000, 1, 1).AddDays(record / PerDay) : new DateTime(2000, record + 1, 1);
        var start = new DateTime(year, date.Month, Math.Min(date.Day, DateTime.DaysInMonth(year, date.Month)), 0, 0, 0, DateTimeKind.Utc);
        return (start, IsDaily ? start.AddDays(1) : start.AddMonths(1));
    }

    private static int LeapYearNear(int year) => Enumerable.Range(0, 9).Select(i => year + (i % 2 == 0 ? i / 2 : -(i + 1) / 2)).First(y => y is >= 1 and <= 9999 && DateTime.IsLeapYear(y));
}
