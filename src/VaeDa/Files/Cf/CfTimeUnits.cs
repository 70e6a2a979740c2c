using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeDa.Files.Cf;

/// <summary>
/// The meaning of a time coordinate in a calendar (CF conventions, section 4.4): a count as <c>days since 1979-01-01</c>, or a date
/// written as a number, CDO's <c>day as %Y%m%d.%f</c>. Months are those of the calendar, a fraction is that of the
/// month, and a year is 12 months: as CDO has them, not UDUNITS' 30.44 days.
/// </summary>
internal sealed partial class CfTimeUnits
{
    // Of months: 0.9999999 is a rounded 1.
    private const double Whole = 1e-6;
    private const long LastDay = 10_000_000;

    private readonly string _text;
    private readonly CfCalendar _calendar;
    private readonly CfReferenceTime? _reference; // null for dates written as numbers
    private readonly double _secondsPerUnit; // 0 for months and years
    private readonly int _months; // of a unit; 0 for other units
    private readonly int _digits; // of month and day, in dates written as numbers

    private CfTimeUnits(string text, CfCalendar calendar, CfReferenceTime? reference, double secondsPerUnit, int months, int digits) =>
        (_text, _calendar, _reference, _secondsPerUnit, _months, _digits) = (text, calendar, reference, secondsPerUnit, months, digits);

    public CfCalendar Calendar => _calendar;

    /// <summary>The offset of the time zone that the times are written in, and that is taken off; zero for UTC.</summary>
    public TimeSpan Zone => _reference?.Zone ?? TimeSpan.Zero;

    /// <summary>About how many seconds the last digit before the point stands for.</summary>
    public double SecondsPerUnit => _secondsPerUnit > 0 ? _secondsPerUnit : CalendarTime.SecondsPerDay * (_months > 0 ? 30.0 * _months : 1);

    /// <param name="units">As <c>hours since 1900-01-01 00:00:00.0</c>.</param>
    /// <param name="calendar">Null for the standard one.</param>
    /// <exception cref="InvalidInputException">The units or the calendar are not among those known.</exception>
    public static CfTimeUnits Parse(string units, string? calendar)
    {
        ArgumentNullException.ThrowIfNull(units);
        var (text, dates) = (units.Trim('\0', ' ', '\t', '\n', '\r'), CfCalendar.Named(calendar));
        if (DatePattern().Match(text) is { Success: true } date)
        {
            return new CfTimeUnits(text, dates, null, 0, 0, 2 * (date.Groups["month"].Length / 2 + date.Groups["day"].Length / 2));
        }

        var since = CountPattern().Match(text);
        if (!since.Success || SizeOf(since.Groups["unit"].Value.ToLowerInvariant()) is not { } size)
        {
            throw new InvalidInputException($"time units '{text}' are not known; 'days since 1979-01-01' or the like (microseconds to weeks, months or years) or 'day as %Y%m%d.%f' is needed");
        }

        CfReferenceTime? reference;
        try
        {
            reference = CfReferenceTime.Parse(since.Groups["reference"].Value, dates);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"time units '{text}': {e.Message}", e);
        }

        return reference is not null
            ? new CfTimeUnits(text, dates, reference, size.Seconds, size.Months, 0)
            : throw new InvalidInputException($"time units '{text}' count from no date that is known; one such as 1979-01-01 00:00:00 is needed");
    }

    /// <returns>UTC, to the whole second; where the Gregorian calendar does not have the date, the last of its month.</returns>
    /// <exception cref="InvalidInputException">The value is missing, or its date is outside the years 1 to 9999.</exception>
    public DateTime Decode(double value) => Read(value).InSameMonth();

    /// <returns>UTC in the file's calendar, to the whole second.</returns>
    /// <inheritdoc cref="Decode"/>
    public CalendarTime Read(double value)
    {
        var time = !double.IsFinite(value) ? null
            : _reference is null ? OfDate(value)
            : _months > 0 ? OfMonths(_reference.Time, value * _months)
            : OfSeconds(_reference.Time, value * _secondsPerUnit);
        return time is null ? throw new InvalidInputException(FormattableString.Invariant($"time {value} '{_text}' is not a date"))
            : time.Value.Date.Year is >= 1 and <= 9999 ? time.Value
            : throw new InvalidInputException(FormattableString.Invariant($"time {value} '{_text}' is in the year {time.Value.Date.Year}; years 1 to 9999 are read"));
    }

    private static CalendarTime? OfSeconds(CalendarTime origin, double seconds) =>
        Math.Abs(seconds) < (double)LastDay * CalendarTime.SecondsPerDay ? origin with { Seconds = origin.Seconds + (long)Math.Round(seconds) } : null;

    /// <summary>So many months later: whole ones of the calendar, and a fraction of the one that has begun.</summary>
    private static CalendarTime? OfMonths(CalendarTime origin, double months)
    {
        if (!(Math.Abs(months) < 1e6))
        {
            return null;
        }

        var whole = (int)Math.Floor(months + Whole);
        var (start, end) = (Later(whole), Later(whole + 1));
        var fraction = months - whole < Whole ? 0 : months - whole;
        return start with { Seconds = start.Seconds + (long)Math.Round(fraction * (end.Seconds - start.Seconds)) };

        CalendarTime Later(int by)
        {
            var (calendar, (year, month, day)) = (origin.Calendar, origin.Date);
            (year, month) = (year + (int)Math.Floor((month - 1 + by) / 12.0), ((month - 1 + by) % 12 + 12) % 12 + 1);
            return origin with { Seconds = calendar.DayOf(year, month, Math.Min(day, calendar.DaysIn(year, month))) * CalendarTime.SecondsPerDay + origin.SecondOfDay };
        }
    }

    private CalendarTime? OfDate(double value)
    {
        var number = (long)Math.Clamp(Math.Floor(value + 1e-7), -1, 99999999);
        var (year, month, day) = _digits switch
        {
            4 => ((int)(number / 10000), (int)(number / 100 % 100), (int)(number % 100)),
            2 => ((int)(number / 100), (int)(number % 100), 1),
            _ => ((int)number, 1, 1),
        };
        if (year is < 1 or > 9999 || !_calendar.Has(year, month, day))
        {
            return null;
        }

        var (start, fraction) = (new CalendarTime(_calendar, _calendar.DayOf(year, month, day) * CalendarTime.SecondsPerDay), Math.Max(0, value - number));
        return _digits switch { 4 => OfSeconds(start, fraction * CalendarTime.SecondsPerDay), 2 => OfMonths(start, fraction), _ => OfMonths(start, 12 * fraction) };
    }

    private static (double Seconds, int Months)? SizeOf(string unit) => unit switch
    {
        "ns" or "nsec" or "nsecs" or "nanosecond" or "nanoseconds" => (1e-9, 0),
        "us" or "usec" or "usecs" or "microsec" or "microsecs" or "microsecond" or "microseconds" => (1e-6, 0),
        "ms" or "msec" or "msecs" or "millisec" or "millisecs" or "millisecond" or "milliseconds" => (1e-3, 0),
        "s" or "sec" or "secs" or "second" or "seconds" => (1, 0),
        "min" or "mins" or "minute" or "minutes" => (60, 0),
        "h" or "hr" or "hrs" or "hour" or "hours" => (3600, 0),
        "d" or "day" or "days" => (CalendarTime.SecondsPerDay, 0),
        "week" or "weeks" => (7 * CalendarTime.SecondsPerDay, 0),
        "fortnight" or "fortnights" => (14 * CalendarTime.SecondsPerDay, 0),
        "mon" or "mons" or "month" or "months" => (0, 1),
        "yr" or "yrs" or "year" or "years" => (0, 12),
        _ => null,
    };

    [GeneratedRegex(@"^(?<unit>[a-z]+)\s+since\s+(?<reference>.+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex CountPattern();

    [GeneratedRegex(@"^(?:day\s+as\s+%Y(?<month>%m)(?<day>%d)|month\s+as\s+%Y(?<month>%m)|year\s+as\s+%Y)(?:\.%f)?$", RegexOptions.CultureInvariant)]
    private static partial Regex DatePattern();
}
