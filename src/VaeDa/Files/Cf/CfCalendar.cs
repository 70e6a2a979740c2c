namespace VaeDa.Files.Cf;

/// <summary>A calendar of the CF conventions (section 4.4.1): which dates it has, and how many days lie between them.</summary>
internal sealed class CfCalendar
{
    private static readonly CfCalendar Gregorian = new("proleptic_gregorian", years => 365 * years + FloorDivide(years, 4) - FloorDivide(years, 100) + FloorDivide(years, 400));

    // Its 1 January of year 1 is two days before the Gregorian one.
    private static readonly CfCalendar Julian = new("julian", years => 365 * years + FloorDivide(years, 4) - 2);

    // The mixed calendar: before the reform a date is a Julian one, as in the 'hours since 1-1-1' of older files.
    private static readonly CfCalendar Mixed = new("standard", years => years < ReformYear ? Julian._daysOf(years) : Gregorian._daysOf(years));

    private static readonly CfCalendar NoLeap = new("noleap", years => 365 * years);
    private static readonly CfCalendar AllLeap = new("all_leap", years => 366 * years);
    private static readonly CfCalendar Days360 = new("360_day", years => 360 * years, daysOfMonth: 30);

    private const int ReformYear = 1582;
    private static readonly long Reform = Gregorian.DayOf(ReformYear, 10, 15);

    private readonly Func<long, long> _daysOf;
    private readonly int? _daysOfMonth;

    /// <param name="name">As CF has it.</param>
    /// <param name="daysOf">Days from 1 January of year 1 over so many years; negative numbers go back.</param>
    /// <param name="daysOfMonth">Where all months have as many.</param>
    private CfCalendar(string name, Func<long, long> daysOf, int? daysOfMonth = null) => (Name, _daysOf, _daysOfMonth) = (name, daysOf, daysOfMonth);

    /// <summary>The one without a reform, which <see cref="DateTime"/> has.</summary>
    public static CfCalendar Proleptic => Gregorian;

    public string Name { get; }

    /// <summary>Whether its years have 360 days, so that its dates are no dates of other calendars.</summary>
    public bool HasMonthsOf30Days => _daysOfMonth is not null;

    /// <param name="name">As in a file; null or empty for the standard one.</param>
    /// <exception cref="InvalidInputException">There is no such calendar, or it has no dates.</exception>
    public static CfCalendar Named(string? name) => name?.Trim('\0', ' ').ToLowerInvariant() switch
    {
        null or "" or "standard" or "gregorian" => Mixed,
        "proleptic_gregorian" => Gregorian,
        "julian" => Julian,
        "noleap" or "no_leap" or "365_day" => NoLeap,
        "all_leap" or "366_day" => AllLeap,
        "360_day" or "360" => Days360,
        "none" => throw new InvalidInputException("calendar 'none': its times are no dates, as of a run at one fixed time of the year; fields with dates are needed"),
        var other => throw new InvalidInputException($"calendar '{other}' is not read; standard, proleptic_gregorian, julian, noleap, all_leap or 360_day is needed"),
    };

    public bool Has(int year, int month, int day) => month is >= 1 and <= 12 && day >= 1 && day <= (_daysOfMonth ?? LengthOf(year, month));

    /// <summary>Days from 1 January of year 1, Gregorian where the calendar is, to a date that it <see cref="Has"/>; any year.</summary>
    public long DayOf(int year, int month, int day)
    {
        if (this == Mixed)
        {
            return ((year, month, day).CompareTo((ReformYear, 10, 15)) < 0 ? Julian : Gregorian).DayOf(year, month, day);
        }

        var before = 0;
        for (var m = 1; m < month; m++)
        {
            before += LengthOf(year, m);
        }

        return _daysOf(year - 1L) + before + day - 1;
    }

    /// <summary>The date of a day, as <see cref="DayOf"/> counts them.</summary>
    public (int Year, int Month, int Day) DateOf(long day)
    {
        if (this == Mixed)
        {
            return (day < Reform ? Julian : Gregorian).DateOf(day);
        }

        var year = (int)(day / 366);
        while (_daysOf(year) <= day)
        {
            year++;
        }

        while (_daysOf(year - 1L) > day)
        {
            year--;
        }

        var (month, left) = (1, (int)(day - _daysOf(year - 1L)));
        while (left >= LengthOf(year, month))
        {
            left -= LengthOf(year, month++);
        }

        return (year, month, left + 1);
    }

    /// <summary>Days from the first of a month to that of the next.</summary>
    public int DaysIn(int year, int month) => (int)((month == 12 ? DayOf(year + 1, 1, 1) : DayOf(year, month + 1, 1)) - DayOf(year, month, 1));

    private int LengthOf(int year, int month) => _daysOfMonth ?? DateTime.DaysInMonth(_daysOf(year) - _daysOf(year - 1L) == 366 ? 2000 : 2001, month);

    private static long FloorDivide(long a, long b) => (a - (a % b + b) % b) / b;
}
