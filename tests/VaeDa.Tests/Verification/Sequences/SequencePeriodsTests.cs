using VaeDa.Archives;
using VaeDa.Verification.Sequences;

namespace VaeDa.Tests.Verification.Sequences;

public class SequencePeriodsTests
{
    [Theory]
    [InlineData("day", "2000-01-31T12:00", "2000-02-01T12:00", true)]
    [InlineData("day", "2000-02-28T00:00", "2000-03-01T00:00", false)] // of a calendar without leap days
    [InlineData("day", "2001-02-28T00:00", "2001-03-01T00:00", true)]
    [InlineData("month", "1999-12-16T12:00", "2000-01-15T00:00", true)]
    [InlineData("month", "1999-11-16T00:00", "2000-01-16T00:00", false)]
    [InlineData("6h", "2000-01-01T18:00", "2000-01-02T00:00", true)]
    [InlineData("6h", "2000-01-01T21:00", "2000-01-02T03:00", true)]
    [InlineData("6h", "2000-01-01T12:00", "2000-01-02T00:00", false)]
    public void A_date_follows_another_a_step_later(string step, string earlier, string later, bool follows) =>
        Assert.Equal(follows, new SequencePeriods(TimeStep.Parse(step)).Follows(Time(earlier), Time(later)));

    [Theory]
    [InlineData("day", "2000-02-10T00:00", "2000-02", 29)]
    [InlineData("6h", "2001-02-10T00:00", "2001-02", 112)]
    [InlineData("month", "2000-02-10T00:00", "2000", 12)]
    public void A_period_is_a_month_and_of_months_a_year(string step, string time, string name, int steps)
    {
        var periods = new SequencePeriods(TimeStep.Parse(step));
        var period = periods.Of(Time(time));
        Assert.Equal((name, steps), (period.Name, periods.Steps(period)));
    }

    [Theory]
    [InlineData("day", 28, true)] // February without its leap day
    [InlineData("day", 27, true)]
    [InlineData("day", 26, false)]
    [InlineData("month", 11, true)]
    [InlineData("month", 10, false)]
    public void A_period_is_whole_with_nine_tenths_of_its_dates(string step, int dates, bool isWhole)
    {
        var periods = new SequencePeriods(TimeStep.Parse(step));
        Assert.Equal(isWhole, periods.IsWhole(periods.Of(Time("2000-02-01T00:00")), dates));
    }

    [Fact]
    public void Several_dates_a_day_need_a_step() =>
        Assert.Contains("no fixed step", Assert.Throws<InvalidInputException>(() => new SequencePeriods(new TimeStep(Frequency.Subdaily, null))).Message, StringComparison.Ordinal);

    private static DateTime Time(string text) => DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal | System.Globalization.DateTimeStyles.AdjustToUniversal);
}
