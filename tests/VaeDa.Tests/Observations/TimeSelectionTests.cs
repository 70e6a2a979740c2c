using VaeDa.Archives;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Rows;

namespace VaeDa.Tests.Observations;

public sealed class TimeSelectionTests : IDisposable
{
    private static readonly ModelCard Monthly = Card(Frequency.Monthly), Daily = Card(Frequency.Daily), SixHourly = Card(Frequency.Subdaily, 6), Irregular = Card(Frequency.Subdaily);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("2000-07", "2000-07 has observations of 31 days, from 2000-07-01 to 2000-07-31, and an analysis is of one; choose one, such as 2000-07-16")]
    [InlineData("2000", "2000 has observations of 61 days, from 2000-07-01 to 2000-08-30, and an analysis is of one; choose one, such as 2000-07-31")]
    [InlineData(null, "observations of 61 times, from 2000-07-01 00:00 to 2000-08-30 00:00; choose one")]
    public void A_daily_model_takes_one_day(string? time, string message)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Days(61), time, Daily));
        Assert.EndsWith(message, refusal.Message);
        Assert.Equal("Time", refusal.Setting);
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Days(61), time)).Message.Split(": ")[1]);
        var day = TimeSelection.Of(Days(61), "2000-07-15", Daily);
        Assert.Equal([14, 114], day.Anomaly);
        Assert.Equal(Utc(7, 15), day.AnalysisTime);
    }

    [Fact]
    public void A_monthly_model_takes_the_mean_of_a_stations_days()
    {
        var month = TimeSelection.Of(Days(61), "2000-07", Monthly);
        Assert.Equal([("A", 15), ("B", 115)], Used(month));
        Assert.Equal("2 stations (or places) have 62 values at several times of 2000-07: they are averaged, one observation each", Assert.Single(month.Notes));
        Assert.Equal(Utc(7, 1), month.AnalysisTime);
        Assert.Contains("2000 has observations of 2 months, from 2000-07 to 2000-08", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Days(61), "2000", Monthly)).Message);
        Assert.Contains("observations of 2 times", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Days(61), null, Monthly)).Message);
        Assert.Equal(2, Used(TimeSelection.Of(Days(31), null, Monthly)).Count);
        // A month's value keeps the time that it has.
        Assert.Equal(Utc(7, 15), TimeSelection.Of(Read("50,10,1,2000-07-15,A\n"), "2000-07", Monthly).AnalysisTime);
    }

    [Fact]
    public void A_model_of_every_six_hours_takes_what_is_nearest_to_one_of_its_hours()
    {
        Assert.Contains("has observations of 5 times, from 2000-07-01T00:00 to 2000-07-02T00:00", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Hours(48), "2000-07-01", SixHourly)).Message);
        var six = TimeSelection.Of(Read("50,10,1,2000-07-01T03:00,A\n50,10,2,2000-07-01T08:59,A\n"), null, SixHourly);
        Assert.Equal([("A", 1.5)], Used(six));
        Assert.Equal(Utc(7, 1).AddHours(6), six.AnalysisTime);
    }

    [Fact]
    public void Irregular_times_are_each_their_own()
    {
        Assert.Contains("has observations of 24 times, from 2000-07-01T00:00 to 2000-07-01T23:00", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Hours(48), "2000-07-01", Irregular)).Message);
        Assert.Equal([("A", 5)], Used(TimeSelection.Of(Hours(48), "2000-07-01T05:00", Irregular)));
    }

    // From half a window before the time up to, and not at, half after it; a day is meant by its middle.
    [Theory]
    [InlineData("2000-07-01T12", "12h", 6, 17, "2000-07-01T12:00")]
    [InlineData("2000-07-01T12:00", "1h", 12, 12, "2000-07-01T12:00")]
    [InlineData("2000-07-02T00:00", "2h", 23, 24, "2000-07-02T00:00")]
    [InlineData("2000-07-01", "12h", 6, 17, "2000-07-01T00:00")]
    [InlineData("2000-07-01", "3d", 0, 47, "2000-07-01T00:00")]
    [InlineData("2000-07-01", "0.5d", 6, 17, "2000-07-01T00:00")]
    public void A_window_takes_in_place_of_a_step_what_is_about_a_time(string time, string window, int first, int last, string analysis)
    {
        var chosen = TimeSelection.Of(Hours(48), time, Daily, window);
        Assert.Equal(last - first + 1, chosen.Count);
        Assert.Equal([("A", (first + last) / 2.0)], Used(chosen));
        Assert.Equal(DateTime.Parse(analysis, System.Globalization.CultureInfo.InvariantCulture), chosen.AnalysisTime);
        Assert.Equal(last > first ? [$"1 stations (or places) have {last - first + 1} values at several times of {window} about {time}: they are averaged, one observation each"] : [], chosen.Notes);
    }

    [Theory]
    [InlineData("12", "'12' is not a window such as 12h or 3d")]
    [InlineData("-3d", "'-3d' is not a window such as 12h or 3d")]
    [InlineData("0h", "'0h' is not a window such as 12h or 3d")]
    [InlineData("h", "'h' is not a window such as 12h or 3d")]
    public void What_is_no_window_is_refused(string window, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Hours(48), "2000-07-01", Daily, window)).Message);

    [Fact]
    public void A_window_is_about_a_time_and_may_be_empty()
    {
        Assert.Equal("Time", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Hours(48), null, Daily, "3h")).Setting);
        Assert.Contains("no observation of 1h about 2000-08-01; there are some from 2000-07-01 00:00 to 2000-07-02 23:00", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(Hours(48), "2000-08-01", Daily, "1h")).Message);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2000-07-01")]
    public void Rows_without_a_time_among_others_are_left_out_and_said(string? time)
    {
        var table = Read("50,10,1,2000-07-01,A\n51,10,2,,B\n52,10,3,2000-07-01,C\n53,10,4,,D\n");
        var chosen = TimeSelection.Of(table, time, Daily);
        Assert.Equal([("A", 1), ("C", 3)], Used(chosen));
        Assert.Equal("2 rows have no time, as others have: they are left out", Assert.Single(chosen.Notes));
        Assert.Equal([null, RowFlag.NoTime, null, RowFlag.NoTime], chosen.Observations.Select(o => o.Flag));
        Assert.Equal(Utc(7, 1), chosen.AnalysisTime);
        Assert.Equal([["A", "C"]], table.ByTime().Select(t => t.Station));
        Assert.Equal("2 rows have no time, as others have: they are left out", Assert.Single(table.InSteps().Notes));
        // Where none has a time, all are of no time.
        var timeless = Read("50,10,1,,A\n51,10,2,,B\n");
        Assert.Null(TimeSelection.Of(timeless, null, Daily).AnalysisTime);
        Assert.Equal(2, Assert.Single(timeless.ByTime()).Count);
    }

    [Fact]
    public void Tables_by_time_are_of_the_models_step()
    {
        Assert.Equal(61, Days(61).ByTime(Daily).Count);
        var months = Days(61).ByTime(Monthly);
        Assert.Equal([Utc(7, 1), Utc(8, 1)], months.Select(t => t.AnalysisTime));
        Assert.Equal([15, 115, 45.5, 145.5], months.SelectMany(t => t.Anomaly));
        Assert.Equal("122 values are of stations (or places) with several in one of the model's months: they are averaged to 4, one observation each", Assert.Single(Days(61).InSteps(Monthly).Notes));
        Assert.Equal(months.SelectMany(t => t.Anomaly), Days(61).InSteps(Monthly).ByTime(Monthly).SelectMany(t => t.Anomaly));
        // 21…2, 3…8, …: the last is of the third day's first hour.
        Assert.Equal([1, 5.5, 11.5, 17.5, 23.5, 29.5, 35.5, 41.5, 46], Hours(48).ByTime(SixHourly).Select(t => Assert.Single(t.Anomaly)));
        Assert.Equal(Utc(7, 1).AddHours(6), Hours(48).ByTime(SixHourly)[1].AnalysisTime);
        Assert.Equal(48, Hours(48).ByTime(Irregular).Count);
    }

    private static List<(string, double)> Used(ObservationTable table) => [.. table.Observations.Where(o => o.Flag is null).Select(o => (o.Station!, o.Anomaly))];

    private static DateTime Utc(int month, int day) => new(2000, month, day, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Two stations on each day from 1 July on: the number of the day, from 0, and that plus 100.</summary>
    private ObservationTable Days(int count) => Read(string.Concat(Enumerable.Range(0, count).Select(d => FormattableString.Invariant($"50,10,{d},{Utc(7, 1).AddDays(d):yyyy-MM-dd},A\n51,10,{100 + d},{Utc(7, 1).AddDays(d):yyyy-MM-dd},B\n"))));

    /// <summary>One station at each hour from 1 July on: the number of the hour, from 0.</summary>
    private ObservationTable Hours(int count) => Read(string.Concat(Enumerable.Range(0, count).Select(h => FormattableString.Invariant($"50,10,{h},{Utc(7, 1).AddHours(h):yyyy-MM-ddTHH:mm},A\n"))));

    private ObservationTable Read(string rows) => ObservationFile.Read(_folder.Write("obs.csv", $"lat,lon,anomaly,time,station\n{rows}"));

    internal static ModelCard Card(Frequency frequency, int? hours = null) => new()
    {
        Frequency = frequency,
        StepHours = hours,
        Spec = null!,
        Grid = new Grid([60, 40], [0, 20, 40]),
        Variables = [],
        Normalisation = new VaeDa.Fields.Normalisation { Scale = [], Offset = [] },
        ResidualCorrelation = default!,
        Provenance = null!,
        Scores = new Dictionary<string, double>(),
    };
}
