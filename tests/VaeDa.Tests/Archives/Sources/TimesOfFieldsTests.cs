using VaeDa.Archives;
using VaeDa.Archives.Sources;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Archives.Sources;

public sealed class TimesOfFieldsTests : IDisposable
{
    // Days since 2000-01-01.
    private static readonly (double, double)[] Months = [(0, 31), (31, 60), (60, 91)];
    private static readonly DateTime[] Middles = [new(2000, 1, 16, 12, 0, 0), new(2000, 2, 15, 12, 0, 0), new(2000, 3, 16, 12, 0, 0)];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("time_bnds")]
    [InlineData("bounds_of_time")]
    public void A_monthly_mean_stamped_at_its_end_belongs_to_the_month_of_its_bounds(string name)
    {
        using var source = Open(new StampedFile { Times = [31, 60, 91], Bounds = Months, BoundsName = name, TimeAttributes = Attribute("bounds", name) });
        Assert.Equal(Middles, source.Times);
        Assert.Equal(Frequency.Monthly, source.Frequency);
        Assert.Contains($"the periods' middle, by '{name}'", Assert.Single(source.Notices));
    }

    [Fact]
    public void Bounds_that_the_coordinate_does_not_name_count_by_their_name()
    {
        using var source = Open(new StampedFile { Times = [31, 60, 91], Bounds = Months });
        Assert.Equal(Middles, source.Times);
    }

    [Fact]
    public void A_stamp_within_its_bounds_stays()
    {
        using var source = Open(new StampedFile { Times = [14, 45, 74], Bounds = Months });
        Assert.Equal([new(2000, 1, 15), new(2000, 2, 15), new(2000, 3, 15)], source.Times);
        Assert.Empty(source.Notices);
    }

    [Fact]
    public void A_daily_mean_stamped_at_24_hours_belongs_to_its_day()
    {
        using var source = Open(new StampedFile { Times = [1, 2, 3], Bounds = [(0, 1), (1, 2), (2, 3)] });
        Assert.Equal([new(2000, 1, 1, 12, 0, 0), new(2000, 1, 2, 12, 0, 0), new(2000, 1, 3, 12, 0, 0)], source.Times);
        Assert.Equal(Frequency.Daily, source.Frequency);
    }

    [Fact]
    public void Values_at_an_instant_keep_their_time_whatever_the_bounds()
    {
        using var source = Open(new StampedFile { Times = [31, 60, 91], Bounds = Months, Attributes = new Dictionary<string, object> { ["cell_methods"] = "area: mean time: point" } });
        Assert.Equal([new(2000, 2, 1), new(2000, 3, 1), new(2000, 4, 1)], source.Times);
        using var empty = Open(new StampedFile { Times = [31, 60], Bounds = [(31, 31), (60, 60)] });
        Assert.Equal([new(2000, 2, 1), new(2000, 3, 1)], empty.Times);
    }

    [Fact]
    public void Bounds_with_units_of_their_own_are_read_by_these()
    {
        using var source = Open(new StampedFile { Times = [31, 60], Bounds = [(24, 24 + 31 * 24), (24 + 31 * 24, 24 + 60 * 24)], BoundsUnits = "hours since 1999-12-31" });
        Assert.Equal(Middles[..2], source.Times);
    }

    [Fact]
    public void Bounds_that_are_turned_round_are_turned_back_and_said()
    {
        using var source = Open(new StampedFile { Times = [31, 60, 91], Bounds = [.. Months.Select(m => (m.Item2, m.Item1))] });
        Assert.Equal(Middles, source.Times);
        Assert.Contains(source.Notices, notice => notice.Contains("ends before beginnings", StringComparison.Ordinal));
    }

    [Fact]
    public void Bounds_that_are_missing_are_said_and_times_taken_as_stamped()
    {
        using var absent = Open(new StampedFile { Times = [31, 60, 91], TimeAttributes = Attribute("bounds", "time_bnds") });
        Assert.Equal([new(2000, 2, 1), new(2000, 3, 1), new(2000, 4, 1)], absent.Times);
        Assert.Contains("'time_bnds', the bounds of 'time', is not in the file", Assert.Single(absent.Notices));
        using var empty = Open(new StampedFile { Times = [31, 60, 91], Bounds = [(0, double.NaN), (31, 60), (60, 91)] });
        Assert.Equal(absent.Times, empty.Times);
        Assert.Contains("has missing values", Assert.Single(empty.Notices));
        using var other = Open(new StampedFile { Times = [31, 60, 91], TimeAttributes = Attribute("bounds", "lat") });
        Assert.Equal(absent.Times, other.Times);
        Assert.Contains("has not two values for each time", Assert.Single(other.Notices));
    }

    [Fact]
    public void A_stamp_outside_its_bounds_is_refused() =>
        Assert.Equal(
            "file.nc: time 2000-02-01 00:00 is outside its bounds, 2000-02-02 00:00 to 2000-03-01 00:00 ('time_bnds'): one of them is wrong, and the field's date is not known",
            Refused(new StampedFile { Times = [31, 60], Bounds = [(32, 60), (60, 91)] }));

    [Fact]
    public void Climatological_means_are_refused() =>
        Assert.Contains("means over the same time of several years", Refused(new StampedFile { Times = [15, 45], TimeAttributes = Attribute("climatology", "climatology_bounds") }));

    [Fact]
    public void A_single_field_is_monthly_by_its_bounds()
    {
        using var month = Open(new StampedFile { Times = [15], Bounds = [(0, 31)] });
        using var day = Open(new StampedFile { Times = [15], Bounds = [(15, 16)] });
        using var few = Open(new StampedFile { Times = [15, 45, 75], Bounds = [(15, 16), (45, 46), (75, 76)] });
        Assert.Equal((Frequency.Monthly, Frequency.Daily, Frequency.Daily), (month.Frequency, day.Frequency, few.Frequency));
    }

    [Fact]
    public void A_time_without_a_value_is_refused_by_its_number() =>
        Assert.Equal("file.nc: 'time' has no value in 2 of its 4 places, the first of them number 3: the times of these fields are not known", Refused(new StampedFile { Times = [0, 1, double.NaN, double.NaN] }));

    [Fact]
    public void A_time_zone_is_taken_off_and_said()
    {
        using var source = Open(new StampedFile { Times = [0, 1], Units = "days since 2000-01-01 00:00 +05:30" });
        Assert.Equal([new(1999, 12, 31, 18, 30, 0), new(2000, 1, 1, 18, 30, 0)], source.Times);
        Assert.Contains("in the time zone +05:30", Assert.Single(source.Notices));
    }

    [Fact]
    public void Times_of_float32_are_whole_hours_within_what_it_holds()
    {
        // 36524 days and an hour: float32 has 36524.043, 2 minutes and a half later.
        double[] hours = [.. Enumerable.Range(0, 48).Select(h => (double)(float)(36524 + h / 24.0))];
        using var source = Open(new StampedFile { Times = hours, Units = "days since 1900-01-01", TimeType = NetcdfType.Float32 });
        Assert.Equal([.. Enumerable.Range(0, 48).Select(h => new DateTime(2000, 1, 1).AddHours(h))], source.Times);
        Assert.Contains("float32, which holds its times to 2 days only", Refused(new StampedFile { Times = [20000102, 20000104], Units = "day as %Y%m%d.%f", TimeType = NetcdfType.Float32 }));
    }

    [Fact]
    public void A_calendar_that_is_a_number_and_units_that_are_empty_are_refused()
    {
        Assert.Contains("'time' has no units", Refused(new StampedFile { Times = [0], Units = " " }));
        Assert.Contains("calendar 'lunar'", Refused(new StampedFile { Times = [0], Calendar = "lunar" }));
    }

    [Fact]
    public void Monthly_fields_keep_year_and_month_in_every_calendar()
    {
        foreach (var (calendar, ends) in ((string, double[])[])[
            ("standard", [30, 58, 89]), ("noleap", [30, 58, 89]), ("julian", [30, 59, 90]), ("all_leap", [30, 59, 90]), ("360_day", [29, 59, 89])])
        {
            using var source = Open(new StampedFile { Times = ends, Units = "days since 1900-01-01", Calendar = calendar });
            Assert.Equal([(1900, 1), (1900, 2), (1900, 3)], source.Times.Select(t => (t.Year, t.Month)));
            Assert.Empty(source.Notices);
        }
    }

    [Fact]
    public void Days_of_a_360_day_year_have_a_date_each_and_it_is_said()
    {
        using var source = Open(new StampedFile { Times = [.. Enumerable.Range(0, 720).Select(d => d + 0.5)], Calendar = "360_day" });
        Assert.Equal(720, source.Times.Distinct().Count());
        Assert.Equal([new(2000, 1, 1, 12, 0, 0), new(2000, 12, 31, 12, 0, 0), new(2001, 1, 1, 12, 0, 0)], [source.Times[0], source.Times[359], source.Times[360]]);
        Assert.Contains("calendar 360_day: each of the year's 360 days", Assert.Single(source.Notices));
    }

    [Theory]
    [InlineData("all_leap", "2001-01-01", 366)]
    [InlineData("julian", "1900-01-01", 366)]
    public void A_29_February_that_the_year_does_not_have_is_left_out_and_said(string calendar, string first, int days)
    {
        using var source = Open(new StampedFile { Times = [.. Enumerable.Range(0, days).Select(d => (double)d)], Units = $"days since {first}", Calendar = calendar });
        Assert.Equal(days - 1, source.Times.Count);
        Assert.Equal([(2, 28), (3, 1)], source.Times.Skip(58).Take(2).Select(t => (t.Month, t.Day)));
        Assert.Contains($"calendar {calendar}: 1 field is left out, of dates that the archive's Gregorian calendar does not have, from {first[..4]}-02-29 00:00 on", Assert.Single(source.Notices));
        var field = new float[StampedFile.Cells];
        source.Read(59, field);
        Assert.Equal(60, field[0]);
    }

    [Fact]
    public void Files_of_360_and_of_365_days_do_not_go_together()
    {
        var one = new StampedFile { Times = [0, 1], Calendar = "360_day" }.Write(_folder.File("a.nc"));
        var other = new StampedFile { Times = [10, 11], Calendar = "noleap" }.Write(_folder.File("b.nc"));
        Assert.Contains("its calendar is 'noleap'", Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([one, other], [])).Message);
    }

    [Fact]
    public void Files_of_months_and_of_days_do_not_go_together()
    {
        var months = new StampedFile { Times = [15, 45, 75] }.Write(_folder.File("months.nc"));
        var days = new StampedFile { Times = [100, 101, 102] }.Write(_folder.File("days.nc"));
        Assert.Contains("one holds a field of each month, the other more", Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([days, months], [])).Message);
    }

    private static Dictionary<string, string> Attribute(string name, string value) => new() { [name] = value };

    private FieldSource Open(StampedFile file) => Assert.Single(FieldSource.OpenAll([file.Write(_folder.File("file.nc"))], []));

    private string Refused(StampedFile file)
    {
        var message = Assert.Throws<InvalidInputException>(() => Open(file)).Message;
        Assert.DoesNotContain('\n', message);
        return message.Replace(_folder.Path + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
    }
}
