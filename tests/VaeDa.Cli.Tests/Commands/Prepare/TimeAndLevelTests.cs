using VaeDa.Archives;

namespace VaeDa.Cli.Tests.Commands.Prepare;

/// <summary>Files with odd times and with levels, through the executable.</summary>
public sealed class TimeAndLevelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Monthly_means_stamped_at_their_ends_are_of_the_months_of_their_bounds()
    {
        var ends = Enumerable.Range(1, 48).Select(m => (double)(new DateTime(2000, 1, 1).AddMonths(m) - new DateTime(2000, 1, 1)).Days).ToArray();
        Write(new StampedFile { Times = ends, Bounds = [.. ends.Select((end, m) => (m == 0 ? 0 : ends[m - 1], end))], TimeAttributes = new Dictionary<string, string> { ["bounds"] = "time_bnds" } });
        var error = Prepared("--anomalies");
        Assert.Contains("file.nc: times stamped at the beginning or end of their periods stand for the periods' middle, by 'time_bnds'", error);
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal([.. Enumerable.Range(0, 48).Select(m => new DateTime(2000, 1, 1).AddMonths(m)).Select(t => (t.Year, t.Month))], archive.Times.Select(t => (t.Year, t.Month)));
        Assert.Equal(Frequency.Monthly, archive.Description.Frequency);
    }

    [Fact]
    public void Several_fields_a_day_are_averaged_and_said_or_kept_with_an_option()
    {
        var times = Enumerable.Range(0, 4 * 100).Select(i => 6.0 * i).ToArray();
        Write(new StampedFile { Times = times, Units = "hours since 2000-01-01", Value = (i, _, cell) => i / 4 + 10 * (i % 4) + cell });
        var error = Prepared("--anomalies");
        Assert.Contains("t: fields come every 6 hours: each day's mean is taken\n--step 6h makes an archive of the fields as they are\n", error);
        AssertArchive(100, (i, cell) => i + 15 + cell);
        error = Prepared("--anomalies", "--step", "12h");
        Assert.Contains("t: every 12 hours a field is taken, 200 between them are not", error);
        AssertArchive(200, (i, cell) => i / 2 + 20 * (i % 2) + cell);
        Assert.Contains("\"stepHours\": 12", File.ReadAllText(_folder.File("a/archive.json")));
        Prepared("--anomalies", "--step", "month");
        AssertArchive(3, (i, cell) => (float)(new[] { 15, 45, 75 }[i] + 15 + cell));
    }

    [Fact]
    public void A_step_that_is_none_is_an_error_of_usage()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "prepare", "file.nc", "--out", "a", "--step", "5h");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("--step: '5h' is not a step in time; day, month, or hours that divide a day, such as 6h, would be", run.Error);
    }

    [Fact]
    public void A_level_is_chosen_by_an_option_or_by_the_variable_s_name()
    {
        Write(new StampedFile { Times = [.. Enumerable.Range(0, 100).Select(d => (double)d)], Level = ("plev", "Pa", [100000, 85000, 50000]) });
        Assert.Equal("vaeda: file.nc: variable 't' has 3 levels, 100000, 85000, 50000 Pa; choose one, or 't@1000hPa' as the variable (--level)", Refused());
        Assert.Equal("vaeda: file.nc: variable 't' has no level 700; there are 100000, 85000, 50000 Pa (--level)", Refused("--level", "700"));
        Prepared("--anomalies", "--level", "850");
        AssertArchive(100, (i, cell) => 100 + i + cell / 10f);
        Prepared("--anomalies", "--variable", "t@500", "--variable", "t@1000");
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal(["t500", "t1000"], archive.Variables.Select(v => v.Name));
        var field = new float[2 * StampedFile.Cells];
        archive.Read(7, field);
        Assert.Equal([207, 7], [MathF.Round(field[0]), MathF.Round(field[StampedFile.Cells])]);
    }

    [Fact]
    public void Times_that_cannot_be_told_are_one_line_and_nothing_is_written()
    {
        foreach (var (file, message) in ((StampedFile, string)[])[
            (new StampedFile { Times = [0, 1, double.NaN] }, "'time' has no value in 1 of its 3 places, the first of them number 3: the times of these fields are not known"),
            (new StampedFile { Times = [0, 1], Units = "moons since 2000-01-01" }, "time units 'moons since 2000-01-01' are not known; 'days since 1979-01-01' or the like (microseconds to weeks, months or years) or 'day as %Y%m%d.%f' is needed"),
            (new StampedFile { Times = [0, 1], Units = "days since 2000-01-01 00:00 CET" }, "time units 'days since 2000-01-01 00:00 CET' count from no date that is known; one such as 1979-01-01 00:00:00 is needed"),
            (new StampedFile { Times = [0, 1], Calendar = "none" }, "calendar 'none': its times are no dates, as of a run at one fixed time of the year; fields with dates are needed"),
            (new StampedFile { Times = [20000230], Units = "day as %Y%m%d.%f" }, "time 20000230 'day as %Y%m%d.%f' is not a date"),
            (new StampedFile { Times = [0], Units = "days since 0000-01-01", Calendar = "noleap" }, "time 0 'days since 0000-01-01' is in the year 0; years 1 to 9999 are read"),
            (new StampedFile { Times = [31], Bounds = [(0, 20)] }, "time 2000-02-01 00:00 is outside its bounds, 2000-01-01 00:00 to 2000-01-21 00:00 ('time_bnds'): one of them is wrong, and the field's date is not known"),
            (new StampedFile { Times = [0, 1], Level = ("number", "1", [0, 1]) }, "variable 't' has 2 members of an ensemble ('number'), and an archive has one field at a time; take one first, as with 'ncks -d number,0'")])
        {
            Write(file);
            Assert.Equal($"vaeda: file.nc: {message}", Refused());
        }
    }

    [Fact]
    public void A_calendar_of_360_days_is_said()
    {
        Write(new StampedFile { Times = [.. Enumerable.Range(0, 360).Select(d => d + 0.5)], Calendar = "360_day" });
        Assert.Contains("t: calendar 360_day: each of the year's 360 days is put at the same place in a year of 365, so that 6 February, 19 April, 2 July, 12 September and 25 November have no field\n", Prepared("--anomalies"));
        AssertArchive(360, (i, cell) => i + cell / 10f);
    }

    private void Write(StampedFile file) => file.Write(_folder.File("file.nc"));

    private string Prepared(params string[] options)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["prepare", "file.nc", "--out", "a", .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.ExitCode == 0 ? "" : run.Error));
        return run.Error;
    }

    private string Refused(params string[] options)
    {
        var run = VaedaProcess.RunIn(_folder.Path, ["prepare", "file.nc", "--out", "a", .. options]);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.False(Directory.Exists(_folder.File("a")));
        return Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    private void AssertArchive(int fields, Func<int, int, float> expected)
    {
        using var archive = AnomalyArchive.Open(_folder.File("a"));
        Assert.Equal(fields, archive.Count);
        var field = new float[StampedFile.Cells];
        for (var i = 0; i < fields; i++)
        {
            archive.Read(i, field);
            Assert.All(Enumerable.Range(0, field.Length), cell => Assert.Equal(expected(i, cell), field[cell], 0.02f));
        }
    }
}
