using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeDa.Files.Cf;

/// <summary>
/// The meaning of a time coordinate, <c>days since 1979-01-01</c> in a calendar (CF conventions, section 4.4). Dates of the
/// calendar without leap days are given as the same dates of the Gregorian calendar.
/// </summary>
internal sealed partial class CfTimeUnits
{
    private const double SecondsPerDay = 86400;
    private static readonly DateTime GregorianReform = new(1582, 10, 15);

    private readonly string _text;
    private readonly double _secondsPerUnit;
    private readonly bool _hasLeapDays;
    private readonly long _referenceDay;
    private readonly double _referenceSecond;

    private CfTimeUnits(string text, double secondsPerUnit, bool hasLeapDays, long referenceDay, double referenceSecond)
    {
        _text = text;
        _secondsPerUnit = secondsPerUnit;
        _hasLeapDays = hasLeapDays;
        _referenceDay = referenceDay;
        _referenceSecond = referenceSecond;
    }

    /// <param name="units">As <c>hours since 1900-01-01 00:00:00.0</c>; UTC.</param>
    /// <param name="calendar">Null for the standard one.</param>
    /// <exception cref="InvalidInputException">The units or the calendar are not among those known.</exception>
    public static CfTimeUnits Parse(string units, string? calendar)
    {
        var match = UnitsPattern().Match(units);
        if (!match.Success)
        {
            throw new InvalidInputException($"time units '{units}' are not known; 'days since 1979-01-01' or the like (days, hours, minutes or seconds, UTC) is needed");
        }

        var secondsPerUnit = match.Groups["unit"].Value.ToLowerInvariant() switch
        {
            "s" or "sec" or "secs" or "second" or "seconds" => 1,
            "min" or "mins" or "minute" or "minutes" => 60,
            "d" or "day" or "days" => SecondsPerDay,
            _ => 3600,
        };
        int Part(string name) => match.Groups[name] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : 0;
        var (year, month, day) = (Part("year"), Part("month"), Part("day"));
        var fraction = match.Groups["fraction"] is { Success: true, Length: > 1, Value: var part } ? double.Parse(part, CultureInfo.InvariantCulture) : 0;
        var second = Part("hour") * 3600 + Part("minute") * 60 + Part("second") + fraction;
        if (month is < 1 or > 12 || day < 1 || day > (month == 2 ? 29 : DateTime.DaysInMonth(2001, month)))
        {
            throw new InvalidInputException($"time units '{units}' name a date that does not exist");
        }

        switch (calendar?.ToLowerInvariant())
        {
            case "365_day" or "noleap":
                return new CfTimeUnits(units, secondsPerUnit, hasLeapDays: false, NoLeapDay(year, month, day), second);
            case "proleptic_gregorian":
                return new CfTimeUnits(units, secondsPerUnit, hasLeapDays: true, GregorianDay(year, month, day), second);
            case null or "" or "standard" or "gregorian":
                // The mixed calendar: before the reform a date is a Julian one, as in the 'hours since 1-1-1' of older files.
                var isJulian = (year, month, day).CompareTo((GregorianReform.Year, GregorianReform.Month, GregorianReform.Day)) < 0;
                return new CfTimeUnits(units, secondsPerUnit, hasLeapDays: true, isJulian ? JulianDay(year, month, day) : GregorianDay(year, month, day), second);
            default:
                throw new InvalidInputException($"calendar '{calendar}' is not read; standard, gregorian, proleptic_gregorian, 365_day or noleap is needed");
        }
    }

    /// <returns>UTC, to the whole second.</returns>
    /// <exception cref="InvalidInputException">The value is missing, or its date is outside the years 1 to 9999.</exception>
    public DateTime Decode(double value)
    {
        var seconds = Math.Round(_referenceSecond + value * _secondsPerUnit);
        var days = Math.Floor(seconds / SecondsPerDay);
        if (!(Math.Abs(days) < 1e7))
        {
            throw new InvalidInputException(FormattableString.Invariant($"time {value} '{_text}' is not a date"));
        }

        var day = _referenceDay + (long)days;
        if (!_hasLeapDays)
        {
            var (year, dayOfYear) = (day / 365 + 1, day % 365);
            day = day < 0 || year > 9999 ? -1 : new DateTime(2001, 1, 1).AddDays(dayOfYear) is var date ? GregorianDay((int)year, date.Month, date.Day) : -1;
        }

        return day >= 0 && day <= DateTime.MaxValue.Ticks / TimeSpan.TicksPerDay
            ? new DateTime(day * TimeSpan.TicksPerDay, DateTimeKind.Utc).AddSeconds(seconds - days * SecondsPerDay)
            : throw new InvalidInputException(FormattableString.Invariant($"time {value} '{_text}' is outside the years 1 to 9999"));
    }

    // Days since 0001-01-01 of the proleptic Gregorian calendar. Years are counted from March so that the leap day is the
    // last one; year 0 and the negative ones work too.
    private static long GregorianDay(int year, int month, int day)
    {
        var y = (long)(month <= 2 ? year - 1 : year);
        return 365 * y + FloorDivide(y, 4) - FloorDivide(y, 100) + FloorDivide(y, 400) + DayOfMarchYear(month, day) - 306;
    }

    // The same count for a date of the Julian calendar, whose 1 January of year 1 is two days before the Gregorian one.
    private static long JulianDay(int year, int month, int day)
    {
        var y = (long)(month <= 2 ? year - 1 : year);
        return 365 * y + FloorDivide(y, 4) + DayOfMarchYear(month, day) - 308;
    }

    private static int DayOfMarchYear(int month, int day) => (153 * ((month + 9) % 12) + 2) / 5 + day - 1;

    private static long FloorDivide(long a, long b) => (a - (a % b + b) % b) / b;

    private static long NoLeapDay(int year, int month, int day) =>
        (year - 1) * 365L + new DateTime(2001, month, Math.Min(day, DateTime.DaysInMonth(2001, month))).DayOfYear - 1;

    [GeneratedRegex(
        @"^\s*(?<unit>d|days?|h|hrs?|hours?|mins?|minutes?|s|secs?|seconds?)\s+since\s+(?<year>-?\d{1,4})-(?<month>\d{1,2})-(?<day>\d{1,2})" +
        @"(?:[T\s]+(?<hour>\d{1,2})(?::(?<minute>\d{1,2})(?::(?<second>\d{1,2})(?<fraction>\.\d*)?)?)?)?\s*(?:Z|UTC|GMT|[+-]?0{1,2}(?::?0{2})?)?\s*$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex UnitsPattern();
}
