using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields.Climatologies;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Archives.Preparation;

public sealed class StepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Several_fields_a_day_become_means_of_days_and_it_is_said()
    {
        // The day's number, and a daily cycle of mean 0.
        var file = Hourly(6, 120, (day, hour) => day + (hour - 9) * 10);
        var report = Prepare("a", file, o => o);
        Assert.Equal((120, Frequency.Daily, null, 6), (report.Fields, report.Description.Frequency, report.Description.StepHours, report.AveragedHours));
        Assert.Equal(["t: fields come every 6 hours: each day's mean is taken"], report.Notices);
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal(new DateTime(2000, 1, 1, 12, 0, 0), archive.Times[0]);
        AssertFields(archive, (day, cell) => day + cell);
    }

    [Theory]
    [InlineData("time: point", "day", "time: mean")]
    [InlineData(null, "day", "time: mean")]
    [InlineData("time: maximum", "day", "time: maximum time: mean")]
    [InlineData("time: point", "6h", "time: point")]
    [InlineData(null, "6h", null)]
    [InlineData("time: mean", "12h", "time: mean")]
    public void Means_are_called_means_and_fields_as_they_are_keep_their_methods(string? methods, string step, string? expected)
    {
        var file = Hourly(6, 120, (day, hour) => day + hour);
        var report = Prepare("a", methods is null ? file : file with { Attributes = new Dictionary<string, object> { ["cell_methods"] = methods } }, o => o with { Step = TimeStep.Parse(step) });
        Assert.Equal(expected, report.Description.Variables[0].CellMethods);
        using var year = NetcdfDataset.Open(_folder.File("a/anomaly_2000.nc"));
        Assert.Equal(expected, year.Find("t")!.Attributes.Text("cell_methods"));
        // A day's mean is of that day; what fields at 0, 6, 12 and 18 are of is not known.
        Assert.Equal(step == "day", year.Find("time_bnds") is not null);
    }

    [Fact]
    public void A_day_without_all_of_its_fields_is_left_out_and_counted()
    {
        var whole = Hourly(6, 120, (day, _) => day);
        var gaps = whole with { Times = [.. whole.Times.Where((_, i) => i is not (5 or 42))] };
        var report = Prepare("a", gaps with { Value = (i, _, cell) => (float)gaps.Times[i] / 24 + cell }, o => o);
        Assert.Equal(118, report.Fields);
        Assert.Contains("t: 2 days are left out, as not all of their fields are there, from 2000-01-02 00:00 on", report.Notices);
    }

    [Fact]
    public void A_cell_that_is_missing_at_one_hour_is_missing_in_the_mean()
    {
        var report = Prepare("a", Hourly(12, 120, (day, hour) => day == 7 && hour == 12 ? float.NaN : day), o => o);
        Assert.Equal(1.0 / (120 * StampedFile.Cells), report.Description.Statistics[0].MissingFraction, 1e-12);
    }

    [Theory]
    [InlineData(1, "6h", 4)]
    [InlineData(6, "6h", 4)]
    [InlineData(3, "12h", 2)]
    public void Every_so_many_hours_fields_are_kept_as_they_are(int every, string step, int ofDay)
    {
        var report = Prepare("a", Hourly(every, 90, (day, hour) => day * 24 + hour), o => o with { Step = TimeStep.Parse(step) });
        Assert.Equal((90 * ofDay, Frequency.Subdaily, 24 / ofDay, null), (report.Fields, report.Description.Frequency, report.Description.StepHours, report.AveragedHours));
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal([.. Enumerable.Range(0, 90 * ofDay).Select(i => new DateTime(2000, 1, 1).AddHours(i * 24 / ofDay))], archive.Times);
        AssertFields(archive, (i, cell) => i * 24 / ofDay + cell);
    }

    [Fact]
    public void Months_are_means_of_all_their_days_in_the_files_calendar()
    {
        foreach (var (calendar, days) in ((string, int[])[])[("standard", [31, 29, 31, 30]), ("noleap", [31, 28, 31, 30]), ("360_day", [30, 30, 30, 30])])
        {
            // A year and ten days: the last month is left out.
            var length = calendar switch { "standard" => 366, "noleap" => 365, _ => 360 };
            var file = new StampedFile { Times = [.. Enumerable.Range(0, length + 10).Select(d => (double)d)], Calendar = calendar, Value = (day, _, cell) => day + cell };
            var report = Prepare("a", file, o => o with { Step = TimeStep.Parse("month") });
            Assert.Equal((12, Frequency.Monthly), (report.Fields, report.Description.Frequency));
            Assert.Contains("t: 1 month is left out, as not all of its fields are there, from 2001-01-01 00:00 on", report.Notices);
            using var archive = AnomalyArchive.Open(_folder.File("a"));
            Assert.Equal(Enumerable.Range(1, 12), archive.Times.Select(t => t.Month));
            var firsts = days.Select((_, m) => days[..m].Sum()).ToArray();
            AssertFields(archive, (month, cell) => firsts[month] + (days[month] - 1) / 2f + cell, 4, 0.01f);
        }
    }

    [Fact]
    public void The_daily_cycle_is_climatology_and_no_anomaly()
    {
        // Three years of a cycle over the year and the day, and weather that is the same all day.
        var file = Hourly(6, 3 * 365, (day, hour) => 280 + 8 * MathF.Cos(2 * MathF.PI * (day % 365) / 365) + hour * (1 + day % 365 / 365f) + Weather(day)) with { Calendar = "noleap" };
        var report = Prepare("a", file, o => o with { AreAnomalies = false, Step = TimeStep.Parse("6h"), ClimatologyYears = YearSet.Parse("2000-2002"), SmoothDays = 0 });
        Assert.Equal((ClimatologyCalendar.Daily, 4, 0), (report.Description.Climatology.Calendar, report.Description.Climatology.TimesOfDay, report.Description.Climatology.SmoothDays));
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        AssertFields(archive, (i, _) => Weather(i / 4) - (Weather(i / 4 % 365) + Weather(i / 4 % 365 + 365) + Weather(i / 4 % 365 + 730)) / 3, 12 * 365, 0.01f);
        var mean = archive.ReadClimatologicalMean(0, new DateTime(2001, 7, 1, 18, 0, 0));
        var doy = new DateTime(2001, 7, 1).DayOfYear - 1;
        Assert.Equal(280 + 8 * MathF.Cos(2 * MathF.PI * doy / 365) + 18 * (1 + doy / 365f) + (Weather(doy) + Weather(doy + 365) + Weather(doy + 730)) / 3, mean[0], 0.01f);

        // New fields of the same step, by this climatology: the same anomalies.
        var again = Prepare("b", file, o => o with { AreAnomalies = false, Like = _folder.File("a") });
        Assert.Equal((Frequency.Subdaily, 6), (again.Description.Frequency, again.Description.StepHours));
        using var other = AnomalyArchive.Open(_folder.File("b"));
        var (one, two) = (new float[StampedFile.Cells], new float[StampedFile.Cells]);
        archive.Read(1001, one);
        other.Read(1001, two);
        Assert.Equal(one, two);
    }

    [Fact]
    public void A_smoothed_daily_cycle_is_smoothed_over_days_and_not_over_hours()
    {
        var file = Hourly(6, 3 * 365, (day, hour) => 280 + hour + Weather(day)) with { Calendar = "noleap" };
        Prepare("a", file, o => o with { AreAnomalies = false, Step = TimeStep.Parse("6h"), ClimatologyYears = YearSet.Parse("2000-2002"), SmoothDays = 15 });
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        float MeanAt(int hour) => archive.ReadClimatologicalMean(0, new DateTime(2001, 4, 10, hour, 0, 0))[0];
        Assert.Equal([6f, 6f, 6f], [.. new[] { 6, 12, 18 }.Select(hour => MathF.Round(MeanAt(hour) - MeanAt(hour - 6), 3))]);
    }

    [Fact]
    public void Days_of_a_360_day_year_have_the_climatology_of_their_own_day()
    {
        // Three years that differ by -1, 0 and 1 from a cycle of 360 days with a jump from each day to the next.
        var file = new StampedFile { Times = [.. Enumerable.Range(0, 3 * 360).Select(d => d + 0.5)], Calendar = "360_day", Value = (d, _, cell) => 7 * (d % 360 % 11) + d / 360 - 1 + cell };
        var report = Prepare("a", file, o => o with { AreAnomalies = false, ClimatologyYears = YearSet.Parse("2000-2002"), SmoothDays = 0 });
        Assert.Equal((1080, 1080), (report.Fields, report.Description.Climatology.Fields));
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        AssertFields(archive, (d, _) => d / 360 - 1, 1080, 0.01f);
    }

    [Theory]
    [InlineData(6, "3h", "'t' comes every 6 hours: it has no field for a step of 3 hours")]
    [InlineData(8, "12h", "'t' comes every 8 hours: it has no field for a step of 12 hours")]
    [InlineData(24, "6h", "'t' comes once a day: it has no field for a step of 6h")]
    [InlineData(5, "day", "'t' comes every 5 hours, mostly, which does not divide a day")]
    [InlineData(72, "month", "'t' comes every 3 days: a month has no mean")]
    public void A_step_that_the_fields_do_not_have_is_refused(int every, string step, string message)
    {
        var file = new StampedFile { Times = [.. Enumerable.Range(0, 200).Select(i => (double)i * every)], Units = "hours since 2000-01-01" };
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => Prepare("a", file, o => o with { Step = TimeStep.Parse(step) })).Message);
    }

    [Fact]
    public void Monthly_fields_have_no_days()
    {
        var file = new StampedFile { Times = [15, 45, 75, 105, 135], };
        Assert.Contains("'t' comes once a month: it has no field for a step of day", Assert.Throws<InvalidInputException>(() => Prepare("a", file, o => o with { Step = TimeStep.Parse("day") })).Message);
    }

    [Fact]
    public void Means_of_days_go_with_daily_fields_of_another_variable_and_months_with_months()
    {
        var t = Hourly(6, 120, (day, _) => day).Write(_folder.File("t.nc"));
        var p = new StampedFile { Variable = "p", Times = [.. Enumerable.Range(0, 120).Select(d => (double)d)], Value = (d, _, cell) => 2 * d + cell }.Write(_folder.File("p.nc"));
        var report = ArchivePreparation.Run(Options("a") with { Inputs = [t, p] }, null, TestContext.Current.CancellationToken);
        Assert.Equal(120, report.Fields);
        Assert.Contains(report.Notices, notice => notice.Contains("they are taken to be of the same days", StringComparison.Ordinal));
        var monthly = new StampedFile { Variable = "p", Times = [15, 45, 75, 105] }.Write(_folder.File("p.nc"));
        Assert.Contains("'t' holds daily fields, 'p' monthly ones", Assert.Throws<InvalidInputException>(() => ArchivePreparation.Run(Options("b") with { Inputs = [t, monthly] }, null, TestContext.Current.CancellationToken)).Message);
        report = ArchivePreparation.Run(Options("b") with { Inputs = [t, monthly], Step = TimeStep.Parse("month") }, null, TestContext.Current.CancellationToken);
        Assert.Equal(3, report.Fields);
    }

    [Fact]
    public void New_fields_take_the_step_of_the_archive_that_they_are_made_like()
    {
        var daily = Hourly(24, 3 * 365, (day, _) => 280 + Weather(day));
        Prepare("days", daily, o => o with { AreAnomalies = false });
        Prepare("months", daily, o => o with { AreAnomalies = false, Step = TimeStep.Parse("month") });
        var hourly = Hourly(6, 59, (day, hour) => 280 + Weather(day) + hour - 9);
        Assert.Equal((59, Frequency.Daily), Fields(Prepare("a", hourly, o => o with { AreAnomalies = false, Like = _folder.File("days") })));
        Assert.Equal((1, Frequency.Monthly), Fields(Prepare("b", hourly, o => o with { AreAnomalies = false, Like = _folder.File("months") })));
        Assert.Equal((1, Frequency.Monthly), Fields(Prepare("c", new StampedFile { Times = [15], Value = (_, _, cell) => 280 + cell }, o => o with { AreAnomalies = false, Like = _folder.File("months") })));

        static (int, Frequency) Fields(PreparationReport report) => (report.Fields, report.Description.Frequency);
    }

    [Theory]
    [InlineData(3, 0, "3h", "03:00")]
    [InlineData(6, 3, "6h", "03:00")]
    [InlineData(6, 0, "12h", null)]
    public void A_climatology_of_other_times_of_the_day_is_not_taken(int every, int first, string step, string? refused)
    {
        Prepare("a", Hourly(6, 400, (day, hour) => 280 + Weather(day) + hour), o => o with { AreAnomalies = false, Step = TimeStep.Parse("6h") });
        var fields = Hourly(every, 10, (day, hour) => 280 + Weather(day) + hour) with { Units = $"hours since 2000-01-01 {first:00}:00" };
        PreparationReport Run() => Prepare("b", fields, o => o with { AreAnomalies = false, Step = TimeStep.Parse(step), Like = _folder.File("a") });
        if (refused is null)
        {
            Assert.Equal(20, Run().Fields);
        }
        else
        {
            Assert.Contains($"has a climatology of every 6 hours from 00:00 on; these fields have one at 2000-01-01 {refused}", Assert.Throws<InvalidInputException>(Run).Message);
        }
    }

    [Theory]
    [InlineData("5h")]
    [InlineData("24h")]
    [InlineData("0h")]
    [InlineData("week")]
    [InlineData("6")]
    public void A_step_that_does_not_divide_a_day_is_no_step(string text) => Assert.Throws<InvalidInputException>(() => TimeStep.Parse(text));

    [Fact]
    public void A_century_and_a_half_before_the_reform_has_its_dates_in_the_archive_s_files_too()
    {
        var file = new StampedFile { Times = [.. Enumerable.Range(0, 40).Select(m => (double)m)], Units = "months since 1421-01-01" };
        Prepare("a", file, o => o);
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal([.. Enumerable.Range(0, 40).Select(m => new DateTime(1421, 1, 1).AddMonths(m))], archive.Times);
        using var year = NetcdfDataset.Open(_folder.File("a/anomaly_1421.nc"));
        Assert.Equal("proleptic_gregorian", year.Find("time")!.Attributes.Text("calendar"));
    }

    private static float Weather(int day) => 3 * MathF.Sin(0.73f * day);

    /// <summary>Fields every so many hours from 2000-01-01 on, with the number of the cell added.</summary>
    private static StampedFile Hourly(int every, int days, Func<int, int, float> value) => new()
    {
        Times = [.. Enumerable.Range(0, days * 24 / every).Select(i => (double)i * every)],
        Units = "hours since 2000-01-01",
        Value = (i, _, cell) => value(i * every / 24, i * every % 24) is var v && (cell == 0 || !float.IsNaN(v)) ? v + cell : cell,
    };

    private PreparationOptions Options(string output) => new() { Inputs = [], Output = _folder.File(output), Command = "test", AreAnomalies = true };

    private PreparationReport Prepare(string output, StampedFile file, Func<PreparationOptions, PreparationOptions> with) =>
        ArchivePreparation.Run(with(Options(output) with { Inputs = [file.Write(_folder.File("in.nc"))] }), null, TestContext.Current.CancellationToken);

    private static void AssertFields(AnomalyArchive archive, Func<int, int, float> expected, int? count = null, float tolerance = 0.1f)
    {
        var field = new float[archive.Grid.Cells];
        for (var i = 0; i < (count ?? archive.Count); i++)
        {
            archive.Read(i, field);
            Assert.All(Enumerable.Range(0, field.Length), cell => Assert.Equal(expected(i, cell), field[cell], tolerance));
        }
    }
}
