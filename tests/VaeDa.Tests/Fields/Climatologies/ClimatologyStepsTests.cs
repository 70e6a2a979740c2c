using VaeDa.Fields.Climatologies;

namespace VaeDa.Tests.Fields.Climatologies;

public class ClimatologyStepsTests
{
    [Theory]
    [InlineData(2000, 1, 1, 0)]
    [InlineData(2000, 2, 28, 58)]
    [InlineData(2000, 2, 29, 58)]
    [InlineData(2000, 3, 1, 59)]
    [InlineData(2001, 3, 1, 59)]
    [InlineData(2000, 12, 31, 364)]
    [InlineData(2001, 12, 31, 364)]
    [InlineData(1900, 3, 1, 59)]
    public void The_29th_of_February_counts_as_the_28th(int year, int month, int day, int step) =>
        Assert.Equal(step, new ClimatologySteps(ClimatologyCalendar.Daily).StepOf(new DateTime(year, month, day, 12, 0, 0, DateTimeKind.Utc)));

    [Fact]
    public void A_monthly_calendar_has_the_months() =>
        Assert.Equal([.. Enumerable.Range(0, 12)], Enumerable.Range(1, 12).Select(m => new ClimatologySteps(ClimatologyCalendar.Monthly).StepOf(new DateTime(1999, m, 28))));

    [Theory]
    [InlineData(1, 1, 0, 0)]
    [InlineData(1, 1, 5, 0)]
    [InlineData(1, 1, 6, 1)]
    [InlineData(3, 1, 23, 4 * 59 + 3)]
    [InlineData(12, 31, 18, 4 * 365 - 1)]
    public void Several_times_of_the_day_are_steps_of_their_own(int month, int day, int hour, int step)
    {
        var sixHourly = new ClimatologySteps(ClimatologyCalendar.Daily, 4);
        Assert.Equal((4 * 365, step, month), (sixHourly.Count, sixHourly.StepOf(new DateTime(2000, month, day, hour, 0, 0, DateTimeKind.Utc)), sixHourly.MonthOf(step)));
    }
}
