using VaeDa.Fields;

namespace VaeDa.Tests.Fields;

public class TimePeriodTests
{
    private static readonly DateTime[] SixHourly = [.. Enumerable.Range(0, 40).Select(i => new DateTime(2000, 1, 1).AddHours(6 * i))];
    private static readonly DateTime[] DailyAtNoon = [.. Enumerable.Range(0, 40).Select(i => new DateTime(2000, 1, 1, 12, 0, 0).AddDays(i))];

    [Theory]
    [InlineData("2000-01-03T06", 9)]
    [InlineData("2000-01-03T06:00", 9)]
    [InlineData("2000-01-03 06:00:00", 9)]
    [InlineData("2000-01-03T06:00Z", 9)]
    public void An_hour_is_found_among_hours(string text, int index) => Assert.Equal(index, TimePeriod.Parse(text).IndexIn(SixHourly));

    [Fact]
    public void A_day_is_found_whatever_hour_stands_for_it() => Assert.Equal(14, TimePeriod.Parse("2000-01-15").IndexIn(DailyAtNoon));

    [Fact]
    public void A_month_is_found_by_any_of_its_days() =>
        Assert.Equal(1, TimePeriod.Parse("1880-02").IndexIn([new DateTime(1880, 1, 16), new DateTime(1880, 2, 15)]));

    [Fact]
    public void All_times_of_a_day_are_found_and_there_is_at_least_one()
    {
        Assert.Equal([4, 5, 6, 7], TimePeriod.Parse("2000-01-02").IndicesIn(SixHourly));
        Assert.Throws<InvalidInputException>(() => TimePeriod.Parse("1999").IndicesIn(SixHourly));
    }

    [Theory]
    [InlineData("2000-01-02", "2000-01-02 has more than one time; name one, such as 2000-01-02 or 2000-01-02T06:00")]
    [InlineData("1999", "there is no time 1999; the times are 2000-01-01…2000-01-10T18:00")]
    [InlineData("15/01/2000", "'15/01/2000' is not a time such as 2000-01-15, 2000-01 or 2000-01-15T06:00")]
    [InlineData("2000-02-30", "'2000-02-30' is not a time such as 2000-01-15, 2000-01 or 2000-01-15T06:00")]
    public void What_is_not_one_time_is_refused(string text, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => TimePeriod.Parse(text).IndexIn(SixHourly)).Message);
}
