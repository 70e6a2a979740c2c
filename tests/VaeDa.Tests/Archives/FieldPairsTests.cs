using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields;

namespace VaeDa.Tests.Archives;

public sealed class FieldPairsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Days_that_both_have_are_paired_whatever_the_hour()
    {
        using var source = Archive("source", FieldFileWriter.Days("2001-01-01", 60));
        using var target = Archive("target", [.. FieldFileWriter.Days("2001-02-01", 60).Select(t => t.AddHours(12))]);
        var (pairs, indices) = FieldPairs.Of(source, target);
        Assert.Equal(29, pairs.Count);
        Assert.Equal(Enumerable.Range(0, 29), indices);
        foreach (var i in indices)
        {
            Assert.Equal(pairs.Source.TimeOf(i), pairs.Target.TimeOf(i).AddHours(-12));
            Assert.Equal(source.Read(31 + i), pairs.Source.Read(i));
            Assert.Equal(target.Read(i), pairs.Target.Read(i));
        }

        Assert.Equal(pairs.Target.TimeOf(7), pairs.Subset([7]).Source.TimeOf(0).AddHours(12));
    }

    [Fact]
    public void Archives_without_a_common_time_are_refused_in_one_line()
    {
        using var source = Archive("source", FieldFileWriter.Days("2001-01-01", 40));
        using var target = Archive("target", FieldFileWriter.Days("2002-01-01", 40));
        var message = Assert.Throws<InvalidInputException>(() => FieldPairs.Of(source, target)).Message;
        Assert.Contains("share no time: 2001-01-01 to 2001-02-09 and 2002-01-01 to 2002-02-09", message);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Fields_at_other_intervals_are_refused()
    {
        using var source = Archive("source", [.. Enumerable.Range(0, 36).Select(m => new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(m))]);
        using var target = Archive("target", FieldFileWriter.Days("2002-01-01", 40));
        Assert.Contains("holds monthly fields", Assert.Throws<InvalidInputException>(() => FieldPairs.Of(source, target)).Message);
    }

    private AnomalyArchive Archive(string name, DateTime[] times)
    {
        var file = FieldFileWriter.Write(_folder.File($"{name}.nc"), times, FieldFileWriter.Weather);
        ArchivePreparation.Run(new PreparationOptions { Inputs = [file], Output = _folder.File(name), AreAnomalies = true, GapDays = 0, Command = "test" }, null, CancellationToken.None);
        return AnomalyArchive.Open(_folder.File(name));
    }
}
