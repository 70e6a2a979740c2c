using VaeDa.Archives;
using VaeDa.Observations;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Tests.Reanalysis.Dates;

public sealed class ReanalysisDatesTests
{
    [Fact]
    public void Each_step_is_a_date_and_those_that_are_observed_have_their_own_times()
    {
        // Observed at noon, at six and at noon again: the days between and beyond are counted from the first.
        DateTime[] observed = [At(2, 27, 12), At(2, 28, 6), At(3, 3, 12)];
        var dates = ReanalysisDates.EachStep(observed, new AnalysisStep(Frequency.Daily, null), ahead: 2);
        Assert.Equal([At(2, 27, 12), At(2, 28, 6), At(3, 1, 12), At(3, 2, 12), At(3, 3, 12), At(3, 4, 12), At(3, 5, 12)], dates.Times);
        Assert.Equal([0, 1, -1, -1, 2, -1, -1], dates.Observed);
    }

    [Fact]
    public void Months_follow_each_other_whatever_their_length()
    {
        DateTime[] observed = [At(1, 1, 0), At(4, 1, 0)];
        var dates = ReanalysisDates.EachStep(observed, new AnalysisStep(Frequency.Monthly, null), ahead: 0);
        Assert.Equal([At(1, 1, 0), At(2, 1, 0), At(3, 1, 0), At(4, 1, 0)], dates.Times);
        Assert.Equal([0, -1, -1, 1], dates.Observed);
    }

    [Fact]
    public void Steps_of_hours_are_those_of_the_model()
    {
        DateTime[] observed = [At(1, 1, 0), At(1, 1, 18)];
        var dates = ReanalysisDates.EachStep(observed, new AnalysisStep(Frequency.Subdaily, 6), ahead: 1);
        Assert.Equal([At(1, 1, 0), At(1, 1, 6), At(1, 1, 12), At(1, 1, 18), At(1, 2, 0)], dates.Times);
        Assert.Equal([0, -1, -1, 1, -1], dates.Observed);
    }

    [Fact]
    public void What_is_read_is_of_the_dates_that_are_observed()
    {
        ObservationTable[] tables = [.. new[] { At(1, 1, 0), At(1, 4, 0), At(1, 5, 0) }.Select(time => new ObservationTable([new Observation(0, 0, 1) { Time = time }]))];
        var observations = new ObservationsInMemory(tables);
        var dates = ReanalysisDates.EachStep(observations.Times, new AnalysisStep(Frequency.Daily, null), ahead: 1);
        Assert.Equal([tables[0], null, null, tables[1], tables[2], null], dates.Read(observations, 0, 6));
        Assert.Equal([null, tables[1]], dates.Read(observations, 2, 2));
        Assert.Equal([null, null], dates.Read(observations, 1, 2));
    }

    [Fact]
    public void Dates_tell_of_another_as_far_as_half_the_memory_is_observed()
    {
        // Observed from the first to the fourth, and from the tenth to the fourteenth.
        var dates = ReanalysisDates.EachStep([.. new[] { 1, 2, 3, 4, 10, 11, 12, 13, 14 }.Select(day => At(1, day, 0))], new AnalysisStep(Frequency.Daily, null), ahead: 0);
        Assert.Equal([0, 0, 1, 2, 2, 2, 3, 4, 5, 9], new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 11 }.Select(date => dates.FirstBefore(date, 4)));
        Assert.Equal([3, 4, 7, 11, 13, 14], new[] { 1, 2, 3, 8, 11, 13 }.Select(date => dates.EndBehind(date, 4)));
    }

    private static DateTime At(int month, int day, int hour) => new(2001, month, day, hour, 0, 0, DateTimeKind.Utc);
}
