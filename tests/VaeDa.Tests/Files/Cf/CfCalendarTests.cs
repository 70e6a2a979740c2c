using FsCheck.Xunit;
using VaeDa.Files.Cf;

namespace VaeDa.Tests.Files.Cf;

public class CfCalendarTests
{
    private static readonly string[] Names = ["standard", "proleptic_gregorian", "julian", "noleap", "all_leap", "360_day"];

    [Property(MaxTest = 500)]
    public bool A_day_s_date_is_that_day_and_the_next_day_s_date_follows(int number, byte which)
    {
        var calendar = CfCalendar.Named(Names[which % Names.Length]);
        var day = number % 3_000_000;
        var (date, next) = (calendar.DateOf(day), calendar.DateOf(day + 1L));
        return calendar.DayOf(date.Year, date.Month, date.Day) == day
            && date.CompareTo(next) < 0
            && (next.Day == date.Day + 1 || next.Day == 1 || (date, next) == ((1582, 10, 4), (1582, 10, 15)));
    }

    [Property]
    public bool The_proleptic_calendar_is_that_of_DateTime(int number)
    {
        var date = DateTime.MinValue.AddDays(Math.Abs(number % 3_600_000));
        return CfCalendar.Proleptic.DateOf((date - DateTime.MinValue).Days) == (date.Year, date.Month, date.Day);
    }

    [Theory]
    [InlineData("standard", 1900, 2, 28)]
    [InlineData("standard", 1500, 2, 29)]
    [InlineData("standard", 1582, 10, 21)]
    [InlineData("julian", 1900, 2, 29)]
    [InlineData("noleap", 2000, 2, 28)]
    [InlineData("all_leap", 2001, 2, 29)]
    [InlineData("360_day", 2001, 2, 30)]
    [InlineData("360_day", 2001, 12, 30)]
    public void A_month_has_its_calendar_s_days(string name, int year, int month, int days) => Assert.Equal(days, CfCalendar.Named(name).DaysIn(year, month));

    [Fact]
    public void The_days_of_360_go_each_to_a_date_of_its_own_five_of_which_are_left()
    {
        var calendar = CfCalendar.Named("360_day");
        foreach (var year in (int[])[2000, 2001])
        {
            var start = calendar.DayOf(year, 1, 1);
            var dates = Enumerable.Range(0, 360).Select(d => new CalendarTime(calendar, (start + d) * CalendarTime.SecondsPerDay).AtSamePlaceInYear()).ToList();
            var left = Enumerable.Range(0, 365).Select(d => new DateTime(2001, 1, 1).AddDays(d)).Select(d => new DateTime(year, d.Month, d.Day)).Except(dates);
            Assert.Equal(dates.Order(), dates);
            Assert.Equal(360, dates.Distinct().Count());
            Assert.Equal(["02-06", "04-19", "07-02", "09-12", "11-25"], left.Select(d => $"{d:MM-dd}"));
        }
    }
}
