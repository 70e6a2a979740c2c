using VaeDa.Archives;
using VaeDa.Fields;
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

    [Fact]
    public void Several_times_of_the_day_are_instants_where_nothing_says_otherwise()
    {
        var time = Of(ClimatologyCalendar.Daily, new(1981, 3, 2), new(2010, 11, 30), 4, new TimeSpan(13, 0, 0));
        Assert.Equal(366 * 4, time.Count);
        Assert.Equal(Enumerable.Range(0, 366 * 4).Select(i => new DateTime(1996, 1, 1, 1, 0, 0).AddHours(6 * i)), Enumerable.Range(0, 366 * 4).Select(time.TimeOf));
        Assert.Equal([0, 3, 4, 58 * 4 + 1, 58 * 4 + 1, 59 * 4, 365 * 4 - 1], new[] { 0, 3, 4, 58 * 4 + 1, 59 * 4 + 1, 60 * 4, 366 * 4 - 1 }.Select(time.StepOf));
        Assert.Equal((Day(1982, 1, 1).AddHours(7), Day(2010, 1, 1).AddHours(7)), time.BoundsOf(1));
        Assert.Equal((Day(1981, 3, 2).AddHours(1), Day(2010, 3, 2).AddHours(1)), time.BoundsOf(61 * 4));
        Assert.Equal((Day(1982, 2, 28).AddHours(13), Day(2010, 2, 28).AddHours(13)), time.BoundsOf(58 * 4 + 2));
        Assert.Equal(time.BoundsOf(58 * 4 + 2), time.BoundsOf(59 * 4 + 2));
        // The last year is a leap year.
        Assert.Equal((Day(1984, 2, 28).AddHours(1), Day(2008, 2, 29).AddHours(1)), Of(ClimatologyCalendar.Daily, new(1984, 1, 1), new(2008, 12, 31), 4, new TimeSpan(1, 0, 0)).BoundsOf(59 * 4));
    }

    [Theory]
    [InlineData("time: mean", 15, 12)]
    [InlineData("time: point", 15, 15)]
    [InlineData(null, 15, 15)]
    [InlineData("time: mean", 0, 0)]
    public void Means_of_several_hours_are_of_those_about_their_middle(string? methods, int hour, int start)
    {
        var variable = new Variable { Name = "t", Units = "K", CellMethods = methods };
        var time = Of(ClimatologyCalendar.Daily, new(1981, 1, 1), new(2010, 12, 31), 4, TimeSpan.FromHours(hour), variable);
        var record = 100 * 4 + hour / 6;
        Assert.Equal(new DateTime(1996, 1, 1).AddDays(100).AddHours(hour), time.TimeOf(record));
        var (from, to) = time.BoundsOf(record);
        Assert.Equal((start, start == hour ? hour : start + 6), (from.Hour, to.Hour));
        Assert.Equal((1981, 2010), (from.Year, to.Year));
    }

    private static ClimatologicalTime Of(ClimatologyCalendar calendar, DateOnly first, DateOnly last, int timesOfDay = 1, TimeSpan timeOfField = default, params IReadOnlyList<Variable> variables) => new(new ClimatologyDescription
    {
        Calendar = calendar,
        Origin = ClimatologyOrigin.Computed,
        Scope = ClimatologyScope.Training,
        First = first,
        Last = last,
        Fields = 1,
        SmoothDays = 0,
        TimesOfDay = timesOfDay,
    }, timeOfField, variables);

    private static DateTime Day(int year, int month, int day) => new(year, month, day);
}
