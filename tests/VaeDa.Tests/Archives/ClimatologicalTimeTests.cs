using VaeDa.Archives;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Tests.Archives;

public sealed class ClimatologicalTimeTests
{
    [Fact]
    public void Days_are_those_of_a_leap_year_amid_the_years()
    {
        var time = Of(ClimatologyCalendar.Daily, new(1981, 3, 2), new(2010, 11, 30));
        Assert.Equal(366, time.Count);
        Assert.Equal(Enumerable.Range(0, 366).Select(d => new DateTime(1996, 1, 1, 12, 0, 0).AddDays(d)), Enumerable.Range(0, 366).Select(time.TimeOf));
        Assert.Equal([0, 57, 58, 58, 59, 364], new[] { 0, 57, 58, 59, 60, 365 }.Select(time.StepOf));
        // The first field is after, and the last before, the day in that year.
        Assert.Equal((Day(1982, 1, 1), Day(2010, 1, 2)), time.BoundsOf(0));
        Assert.Equal((Day(1981, 12, 31), Day(2010, 1, 1)), time.BoundsOf(365));
        // Both days of February are averaged together.
        Assert.Equal((Day(1982, 2, 28), Day(2010, 3, 1)), time.BoundsOf(58));
        Assert.Equal(time.BoundsOf(58), time.BoundsOf(59));
        Assert.Equal((Day(1982, 3, 1), Day(2010, 3, 2)), time.BoundsOf(60));
    }

    [Fact]
    public void Months_are_about_their_middle()
    {
        var time = Of(ClimatologyCalendar.Monthly, new(1951, 1, 15), new(1980, 12, 15));
        Assert.Equal(12, time.Count);
        Assert.Equal(new DateTime(1964, 2, 15, 12, 0, 0), time.TimeOf(1));
        Assert.Equal((Day(1951, 2, 1), Day(1980, 3, 1)), time.BoundsOf(1));
        Assert.Equal((Day(1951, 12, 1), Day(1981, 1, 1)), time.BoundsOf(11));
    }

    private static ClimatologicalTime Of(ClimatologyCalendar calendar, DateOnly first, DateOnly last) => new(new ClimatologyDescription
    {
        Calendar = calendar,
        Origin = ClimatologyOrigin.Computed,
        Scope = ClimatologyScope.Training,
        First = first,
        Last = last,
        Fields = 1,
        SmoothDays = 0,
    });

    private static DateTime Day(int year, int month, int day) => new(year, month, day);
}
