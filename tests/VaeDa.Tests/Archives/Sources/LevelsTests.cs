using VaeDa.Archives.Sources;

namespace VaeDa.Tests.Archives.Sources;

public sealed class LevelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hPa", new double[] { 1000, 850, 500 }, "850", 1)]
    [InlineData("Pa", new double[] { 100000, 85000, 50000 }, "850", 1)]
    [InlineData("Pa", new double[] { 100000, 85000, 50000 }, "85000", 1)]
    [InlineData("millibars", new double[] { 1000, 850, 500 }, "50000", 2)]
    [InlineData("Pa", new double[] { 50000, 500 }, "500hPa", 0)]
    [InlineData("Pa", new double[] { 50000, 500 }, "500 Pa", 1)]
    [InlineData("kPa", new double[] { 100, 85 }, "850hPa", 1)]
    [InlineData("m", new double[] { 2, 10 }, "10m", 1)]
    [InlineData("m", new double[] { 0.49402499198913574, 1.5413750410079956 }, "0.494", 0)]
    [InlineData("1", new double[] { 1, 2 }, "2", 1)]
    public void A_level_is_found_by_the_number_of_its_coordinate_or_in_hPa(string units, double[] levels, string level, int index)
    {
        var path = Fields(units, levels).Write(_folder.File("l.nc"));
        using var source = Assert.Single(FieldSource.OpenAll([path], [], level: level));
        var field = new float[StampedFile.Cells];
        source.Read(3, field);
        Assert.Equal("t", source.Variable.Name);
        Assert.Equal([.. Enumerable.Range(0, 6).Select(c => 100 * index + 3 + c / 10f)], field);
    }

    [Fact]
    public void Several_levels_are_variables_with_the_level_in_their_names()
    {
        var path = Fields("Pa", [100000, 85000, 50000]).Write(_folder.File("l.nc"));
        var sources = FieldSource.OpenAll([path], ["t@500", "t@850hPa"]);
        Assert.Equal(["t500", "t850"], sources.Select(s => s.Variable.Name));
        Assert.Equal(["temperature at 500 hPa", "temperature at 850 hPa"], sources.Select(s => s.Variable.LongName));
        var field = new float[StampedFile.Cells];
        sources[0].Read(0, field);
        Assert.Equal(200, field[0]);
        sources[1].Read(0, field);
        Assert.Equal(100, field[0]);
        foreach (var source in sources)
        {
            source.Dispose();
        }
    }

    [Theory]
    [InlineData(null, "variable 't' has 3 levels, 1000, 850, 500 hPa; choose one, or 't@1000hPa' as the variable")]
    [InlineData("700", "variable 't' has no level 700; there are 1000, 850, 500 hPa")]
    [InlineData("850m", "variable 't' has no level 850m; there are 1000, 850, 500 hPa")]
    [InlineData("high", "'high' is not a level such as 850, 850hPa or 10m")]
    public void Without_a_level_or_with_one_that_is_not_there_the_levels_are_listed(string? level, string message)
    {
        var path = Fields("hPa", [1000, 850, 500]).Write(_folder.File("l.nc"));
        var error = Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], [], level: level));
        Assert.EndsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal("Level", error.Setting);
    }

    [Fact]
    public void A_number_that_may_be_two_levels_is_refused()
    {
        var path = Fields("Pa", [50000, 500]).Write(_folder.File("l.nc"));
        var error = Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], [], level: "500"));
        Assert.EndsWith("level '500' may be 500 Pa or 50000 Pa; write it with its units, as 500hPa", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dimension_of_one_is_dropped_and_its_level_checked()
    {
        var path = Fields("hPa", [850]).Write(_folder.File("l.nc"));
        Assert.Equal("t", Assert.Single(FieldSource.OpenAll([path], [])).Variable.Name);
        Assert.Equal("t850", Assert.Single(FieldSource.OpenAll([path], ["t@850"])).Variable.Name);
        Assert.Contains("no level 500; there are 850 hPa", Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], [], level: "500")).Message);
        var flat = new StampedFile { Times = [0, 1] }.Write(_folder.File("flat.nc"));
        Assert.Contains("has no levels to choose from", Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([flat], [], level: "500")).Message);
        Assert.Contains("has no levels to choose from", Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([flat], ["t@500"])).Message);
    }

    [Theory]
    [InlineData("number", "has 3 members of an ensemble ('number'), and an archive has one field at a time; take one first, as with 'ncks -d number,0'")]
    [InlineData("realization", "has 3 members of an ensemble ('realization')")]
    [InlineData("expver", "has 3 values along 'expver', which is neither time nor place nor a level that is known")]
    public void Members_of_an_ensemble_and_other_dimensions_are_refused(string dimension, string message)
    {
        var path = (Fields("1", [0, 1, 2]) with { Level = (dimension, "1", [0, 1, 2]) }).Write(_folder.File("l.nc"));
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], [])).Message);
        Assert.Contains(message, Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], [], level: "1")).Message);
    }

    private static StampedFile Fields(string units, double[] levels) => new() { Times = [0, 1, 2, 3], Level = ("level", units, levels) };
}
