using System.Globalization;
using VaeDa.Files.Cf;

namespace VaeDa.Tests.Files.Cf;

public class CfTimeUnitsTests
{
    [Theory]
    [InlineData("hours since 1900-01-01 00:00:00.0", "gregorian", 876588, "2000-01-01 12:00:00")]
    [InlineData("days since 1800-01-01", null, 29233, "1880-01-15 00:00:00")]
    [InlineData("seconds since 1970-01-01", "proleptic_gregorian", 951782400, "2000-02-29 00:00:00")]
    [InlineData("minutes since 1979-01-01T06:00Z", "standard", 90, "1979-01-01 07:30:00")]
    [InlineData("Days since 2000-1-1 0:0:0.5 UTC", "standard", 1, "2000-01-02 00:00:00")]
    [InlineData("days since 2000-02-28 12:00:00", "365_day", 1, "2000-03-01 12:00:00")]
    [InlineData("days since 1983-01-01 00:00:00", "noleap", 365 * 17 + 59.5, "2000-03-01 12:00:00")]
    // Known pairs: the first day of the Gregorian calendar, and 1948 and 2000 as NCEP's older files count them.
    [InlineData("days since 1582-10-15", "standard", 0, "1582-10-15 00:00:00")]
    [InlineData("hours since 1-1-1 00:00:0.0", "standard", 17067072, "1948-01-01 00:00:00")]
    [InlineData("days since 0001-01-01", "proleptic_gregorian", 730119, "2000-01-01 00:00:00")]
    [InlineData("days since 0000-03-01", "proleptic_gregorian", 306, "0001-01-01 00:00:00")]
    // Padded and short.
    [InlineData("  days   since  1979-1-1   0:0:0  \0\0", "  standard \0", 31, "1979-02-01 00:00:00")]
    [InlineData("days since 1979", "", 1, "1979-01-02 00:00:00")]
    [InlineData("days since 1979-02", null, 1, "1979-02-02 00:00:00")]
    [InlineData("days since 19790201", null, 1, "1979-02-02 00:00:00")]
    [InlineData("days since 1979-01-01 24:00", null, 1, "1979-01-03 00:00:00")]
    [InlineData("seconds since 1979-01-01T00:00:00.000000000Z", null, 60, "1979-01-01 00:01:00")]
    // Zones are taken off.
    [InlineData("hours since 1979-01-01 00:00 +05:30", null, 6, "1979-01-01 00:30:00")]
    [InlineData("hours since 1979-01-01 00:00:00 -6:00", null, 6, "1979-01-01 12:00:00")]
    [InlineData("hours since 1979-01-01 00:00:00.0 0:00", null, 6, "1979-01-01 06:00:00")]
    [InlineData("hours since 1979-01-01 00:00:00 -0330", "noleap", 0, "1979-01-01 03:30:00")]
    // Other units.
    [InlineData("nanoseconds since 1970-01-01", null, 1e18, "2001-09-09 01:46:40")]
    [InlineData("microseconds since 1970-01-01", null, 1e15, "2001-09-09 01:46:40")]
    [InlineData("ms since 1970-01-01", null, 1e12, "2001-09-09 01:46:40")]
    [InlineData("weeks since 2000-01-01", null, 2, "2000-01-15 00:00:00")]
    [InlineData("fortnights since 2000-01-01", null, 2, "2000-01-29 00:00:00")]
    // Months and years of the calendar, with a fraction of the one that has begun.
    [InlineData("months since 1960-01-01", null, 241, "1980-02-01 00:00:00")]
    [InlineData("months since 1960-01-01", null, 241.5, "1980-02-15 12:00:00")]
    [InlineData("months since 1960-01-01", null, -0.5, "1959-12-16 12:00:00")]
    [InlineData("months since 1979-01-31", null, 1, "1979-02-28 00:00:00")]
    [InlineData("months since 1960-01-01", "360_day", 0.5, "1960-01-16 00:00:00")]
    [InlineData("months since 1979-01-01", null, 11.9999999, "1980-01-01 00:00:00")]
    [InlineData("years since 1850-07-01", null, 150, "2000-07-01 00:00:00")]
    [InlineData("years since 1850-01-01", null, 150.5, "2000-07-01 00:00:00")]
    // As cdo showtimestamp has it.
    [InlineData("years since 1990-01-01", null, 1.2, "1991-03-13 09:36:00")]
    [InlineData("years since 1990-01-01", null, 1 / 12.0, "1990-02-01 00:00:00")]
    [InlineData("months since 1990-01-01", null, 2.25, "1990-03-08 18:00:00")]
    // CDO's dates as numbers.
    [InlineData("day as %Y%m%d.%f", null, 19790228.25, "1979-02-28 06:00:00")]
    [InlineData("month as %Y%m.%f", null, 197902, "1979-02-01 00:00:00")]
    [InlineData("month as %Y%m.%f", null, 197902.5, "1979-02-15 00:00:00")]
    [InlineData("year as %Y.%f", null, 1979.5, "1979-07-01 00:00:00")]
    // Calendars: the same date.
    [InlineData("days since 1500-02-28", "julian", 1, "1500-02-28 00:00:00")]
    [InlineData("days since 1500-02-28", "julian", 2, "1500-03-01 00:00:00")]
    [InlineData("days since 1421-01-01", "standard", 30, "1421-01-31 00:00:00")]
    [InlineData("days since 2001-01-01", "366_day", 60, "2001-03-01 00:00:00")]
    [InlineData("days since 2001-01-01", "360_day", 60, "2001-03-01 00:00:00")]
    [InlineData("days since 2001-01-01", "360_day", 720, "2003-01-01 00:00:00")]
    public void A_value_is_its_date_in_the_units_calendar(string units, string? calendar, double value, string expected) =>
        Assert.Equal(expected, CfTimeUnits.Parse(units, calendar).Decode(value).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("days since 2000-01-01", "none", "'none'")]
    [InlineData("days since 2000-01-01", "mayan", "'mayan'")]
    [InlineData("moons since 2000-01-01", null, "moons since 2000-01-01")]
    [InlineData("m since 2000-01-01", null, "m since 2000-01-01")]
    [InlineData("days since yesterday", null, "days since yesterday")]
    [InlineData("days since 01.01.2000", null, "01.01.2000")]
    [InlineData("days since 2000-02-30", "standard", "2000-02-30")]
    [InlineData("days since 2001-02-29", "noleap", "2001-02-29")]
    [InlineData("days since 2000-01-31", "360_day", "2000-01-31")]
    [InlineData("days since 2000-01-01 24:01", null, "24:01")]
    [InlineData("days since 2000-01-01 12:60", null, "12:60")]
    [InlineData("days since 2000-01-01 00:00 CET", null, "CET")]
    [InlineData("days since 2000-01-01 00:00 +25:00", null, "+25:00")]
    [InlineData("days since 2000-01-01 00:00 5:30", null, "5:30")]
    [InlineData("YYYYMMDD", null, "YYYYMMDD")]
    [InlineData("days since 2000-13-01", null, "2000-13-01")]
    public void Units_that_cannot_be_told_are_refused_by_name(string units, string? calendar, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidInputException>(() => CfTimeUnits.Parse(units, calendar)).Message);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1e30)]
    [InlineData(-1e6)]
    public void A_value_that_is_no_date_is_refused(double value) =>
        Assert.Throws<InvalidInputException>(() => CfTimeUnits.Parse("days since 2000-01-01", "standard").Decode(value));

    [Theory]
    [InlineData(19790229)]
    [InlineData(19791301)]
    [InlineData(0)]
    [InlineData(-19790101)]
    [InlineData(1979010100)]
    public void A_date_as_a_number_that_does_not_exist_is_refused(double value) =>
        Assert.Throws<InvalidInputException>(() => CfTimeUnits.Parse("day as %Y%m%d.%f", "standard").Decode(value));
}
