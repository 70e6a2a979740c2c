using FsCheck.Xunit;
using VaeDa.Archives;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Tests.Archives;

public class SplitRuleTests
{
    [Fact]
    public void Without_years_the_last_tenth_is_test_and_the_tenth_before_it_validation()
    {
        var parts = new SplitRule().Apply(FieldFileWriter.Days("1990-01-01", 1000));
        Assert.Equal([.. Enumerable.Repeat(SplitPart.Training, 800), .. Enumerable.Repeat(SplitPart.Validation, 100), .. Enumerable.Repeat(SplitPart.Test, 100)], parts);
    }

    [Fact]
    public void Years_go_to_the_part_that_names_them()
    {
        var times = FieldFileWriter.Days("1990-01-01", 365 * 4 + 1);
        var parts = new SplitRule { TestYears = YearSet.Parse("1991"), ValidationYears = YearSet.Parse("1993") }.Apply(times);
        Assert.All(times.Zip(parts), p => Assert.Equal(p.First.Year switch { 1991 => SplitPart.Test, 1993 => SplitPart.Validation, _ => SplitPart.Training }, p.Second));
    }

    [Fact]
    public void Years_that_are_not_named_for_training_belong_to_no_part()
    {
        var times = FieldFileWriter.Days("1990-01-01", 365 * 4 + 1);
        var parts = new SplitRule { TestYears = YearSet.Parse("1991"), ValidationYears = YearSet.Parse("1993"), TrainingYears = YearSet.Parse("1992-1993") }.Apply(times);
        Assert.All(times.Zip(parts), p => Assert.Equal(p.First.Year switch { 1990 => SplitPart.Gap, 1991 => SplitPart.Test, 1992 => SplitPart.Training, _ => SplitPart.Validation }, p.Second));
    }

    [Property(MaxTest = 40)]
    public bool No_field_is_within_the_gap_of_one_it_must_not_learn_from(byte gap, byte test, byte validation, int seed)
    {
        var random = new Random(seed);
        var days = FieldFileWriter.Days("1990-01-01", 3652);
        var times = days.Where(_ => random.Next(8) == 0).ToArray();
        var (testYear, validationYear) = (1990 + test % 10, 1990 + validation % 10);
        if (testYear == validationYear)
        {
            return true;
        }

        var rule = new SplitRule { TestYears = YearSet.Parse($"{testYear}"), ValidationYears = YearSet.Parse($"{validationYear}"), GapDays = gap % 30 };
        var parts = rule.Apply(times);
        bool IsNear(int i, params SplitPart[] others) => times.Zip(parts).Any(p => others.Contains(p.Second) && Math.Abs((p.First - times[i]).TotalDays) <= rule.GapDays);
        var named = times.Select(t => t.Year == testYear ? SplitPart.Test : t.Year == validationYear ? SplitPart.Validation : SplitPart.Training).ToArray();
        return Enumerable.Range(0, times.Length).All(i => parts[i] switch
        {
            SplitPart.Training => named[i] == SplitPart.Training && !IsNear(i, SplitPart.Test, SplitPart.Validation),
            SplitPart.Validation => named[i] == SplitPart.Validation && !IsNear(i, SplitPart.Test),
            SplitPart.Test => named[i] == SplitPart.Test,
            _ => rule.GapDays > 0 && named[i] != SplitPart.Test
                && times.Zip(named).Any(p => p.Second != named[i] && p.Second != SplitPart.Training && Math.Abs((p.First - times[i]).TotalDays) <= rule.GapDays),
        });
    }

    [Fact]
    public void A_split_that_leaves_a_part_empty_or_names_a_year_twice_is_refused()
    {
        var times = FieldFileWriter.Days("1990-01-01", 700);
        Assert.Contains("training", Refused(new SplitRule { TestYears = YearSet.Parse("1990"), ValidationYears = YearSet.Parse("1991") }));
        Assert.Contains("test", Refused(new SplitRule { TestYears = YearSet.Parse("2010") }));
        Assert.Contains("1990", Refused(new SplitRule { TestYears = YearSet.Parse("1990"), ValidationYears = YearSet.Parse("1990") }));
        string Refused(SplitRule rule) => Assert.Throws<InvalidInputException>(() => rule.Apply(times)).Message;
    }

    [Theory]
    [InlineData("1999", "1999")]
    [InlineData("1981-2010", "1981-2010")]
    [InlineData("1983-1998, 2000", "1983-1998,2000")]
    public void Years_are_written_as_they_are_read(string text, string expected) => Assert.Equal(expected, YearSet.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("2001-1999")]
    [InlineData("1999-2000-2001")]
    [InlineData("99x")]
    [InlineData("1999,")]
    public void What_names_no_years_is_refused(string text) => Assert.Throws<InvalidInputException>(() => YearSet.Parse(text));
}
