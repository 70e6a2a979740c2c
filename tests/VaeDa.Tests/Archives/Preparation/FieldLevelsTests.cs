using VaeDa.Archives.Preparation;

namespace VaeDa.Tests.Archives.Preparation;

public sealed class FieldLevelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)] // anomalies of the second year
    [InlineData(273.15)] // °C of the first, K of the second
    public void Absolute_values_and_what_is_of_another_kind_are_no_archive(double offset)
    {
        string[] inputs =
        [
            FieldFileWriter.Write(_folder.File("a.nc"), FieldFileWriter.Days("1990-01-01", 365), (t, y, x) => (float)(Celsius(t, y, x) + (offset == 0 ? 287 : 0)), "t", "K"),
            FieldFileWriter.Write(_folder.File("b.nc"), FieldFileWriter.Days("1991-01-01", 365), (t, y, x) => (float)(offset == 0 ? Celsius(t, y, x) / 10 : Celsius(t, y, x) + offset), "t", "K"),
        ];
        var refused = Assert.Throws<InvalidInputException>(() => ArchivePreparation.Run(new PreparationOptions { Inputs = inputs, Output = _folder.File("archive"), Command = "test" }, null, CancellationToken.None));
        Assert.StartsWith("'t': its fields are of two kinds, 365 of a median of", refused.Message);
        Assert.Contains("(the first of 1990-01-01)", refused.Message);
        Assert.Contains("(the first of 1991-01-01)", refused.Message);
        Assert.False(Directory.Exists(_folder.File("archive")));
    }

    [Fact]
    public void Winters_and_summers_alone_are_of_one_kind()
    {
        var times = FieldFileWriter.Days("1990-01-01", 730).Where(t => t.Month is 1 or 7).ToList();
        var levels = new FieldLevels(times.Count);
        for (var t = 0; t < times.Count; t++)
        {
            levels.Add(t, [.. FieldFileWriter.Latitudes.SelectMany(y => FieldFileWriter.Longitudes.Select(x => (float)(15 * (times[t].Month == 7 ? 1 : -1) + Celsius(times[t], y, x))))]);
        }

        Assert.Null(levels.Fault("t", times));
    }

    [Fact]
    public void Fields_without_a_value_and_too_few_of_them_say_nothing()
    {
        var levels = new FieldLevels(4);
        levels.Add(0, [float.NaN]);
        levels.Add(1, [1f]);
        levels.Add(2, [1f]);
        levels.Add(3, [300f]);
        Assert.Null(levels.Fault("t", FieldFileWriter.Days("1990-01-01", 4)));
    }

    private static double Celsius(DateTime time, double latitude, double longitude) =>
        8 * Math.Cos(latitude / 30) + 5 * Math.Sin(2 * Math.PI * time.DayOfYear / 365) + Math.Sin(longitude + time.DayOfYear * 0.37);
}
