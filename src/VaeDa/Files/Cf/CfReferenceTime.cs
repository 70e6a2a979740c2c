using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeDa.Files.Cf;

/// <summary>The instant that a time coordinate counts from: what follows <c>since</c> in its units.</summary>
/// <param name="Time">UTC.</param>
/// <param name="Zone">The offset that was written and has been taken off; zero for UTC.</param>
internal sealed partial record CfReferenceTime(CalendarTime Time, TimeSpan Zone)
{
    /// <param name="text">As <c>1979-01-01T06:00Z</c>, <c>1-1-1 00:00:0.0</c>, <c>1979</c> or <c>1979-01-01 00:00 +05:30</c>.</param>
    /// <param name="calendar">That the date is one of.</param>
    /// <returns>Null for a text that is no date.</returns>
    /// <exception cref="InvalidInputException">The date, the time of the day or the zone does not exist.</exception>
    public static CfReferenceTime? Parse(string text, CfCalendar calendar)
    {
        var match = Pattern().Match(text.Trim());
        if (!match.Success)
        {
            return null;
        }

        int Part(string name, int absent = 0) => match.Groups[name] is { Success: true, Value: var digits } ? int.Parse(digits, CultureInfo.InvariantCulture) : absent;
        var (year, month, day) = (Part("year"), Part("month", 1), Part("day", 1));
        var (hour, minute) = (Part("hour"), Part("minute"));
        var second = match.Groups["second"] is { Success: true, Value: var written } ? double.Parse(written, CultureInfo.InvariantCulture) : 0;
        if (!calendar.Has(year, month, day))
        {
            throw new InvalidInputException($"'{text}' is a date that calendar '{calendar.Name}' does not have");
        }

        // 24:00 is the end of the day.
        var ofDay = hour * 3600 + minute * 60 + second;
        if (minute > 59 || second >= 60 || ofDay > CalendarTime.SecondsPerDay)
        {
            throw new InvalidInputException($"'{text}' is a time of the day that does not exist");
        }

        var (zoneHour, zoneMinute) = (Part("zoneHour"), Part("zoneMinute"));
        var zone = new TimeSpan(zoneHour, zoneMinute, 0) * (match.Groups["sign"].Value == "-" ? -1 : 1);
        if (zoneHour > 14 || zoneMinute > 59 || (zone != TimeSpan.Zero && !match.Groups["sign"].Success))
        {
            throw new InvalidInputException($"'{text}' ends with a time zone that is not known; one such as Z or +05:30 is needed");
        }

        var seconds = calendar.DayOf(year, month, day) * CalendarTime.SecondsPerDay + (long)Math.Round(ofDay, MidpointRounding.ToEven) - (long)zone.TotalSeconds;
        return new CfReferenceTime(new CalendarTime(calendar, seconds), zone);
    }

    [GeneratedRegex(
        @"^(?:(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})|(?<year>-?\d{1,4})(?:-(?<month>\d{1,2})(?:-(?<day>\d{1,2}))?)?)" +
        @"(?:(?:\s*T\s*|\s+)(?<hour>\d{1,2})(?::(?<minute>\d{1,2})(?::(?<second>\d{1,2}(?:\.\d*)?))?)?)?" +
        @"(?:\s*(?:Z|UTC|GMT)|(?:\s*(?<sign>[+-])|\s+)(?<zoneHour>\d{1,2})(?::?(?<zoneMinute>\d{2}))?)?$",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
