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
    public void A_value_is_its_date_in_the_units_calendar(string units, string? calendar, double value, string expected) =>
        Assert.Equal(expected, CfTimeUnits.Parse(units, calendar).Decode(value).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));

    [Theory]
    [InlineData("days since 2000-01-01", "360_day", "360_day")]
    [InlineData("days since 2000-01-01", "julian", "julian")]
    [InlineData("months since 2000-01-01", null, "months since 2000-01-01")]
    [InlineData("days since 2000-13-01", null, "2000-13-01")]
    [InlineData("days since 2000-01-01 00:00:00 +03:00", null, "+03:00")]
    [InlineData("day as %Y%m%d.%f", null, "day as")]
    public void Units_that_cannot_be_told_are_refused_by_name(string units, string? calendar, string named) =>
        Assert.Contains(named, Assert.Throws<InvalidInputException>(() => CfTimeUnits.Parse(units, calendar)).Message);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(1e30)]
    [InlineData(-1e6)]
    public void A_value_that_is_no_date_is_refused(double value) =>
        Assert.Throws<InvalidInputException>(() => CfTimeUnits.Parse("days since 2000-01-01", "standard").Decode(value));
}
