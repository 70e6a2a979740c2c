using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields;

namespace VaeDa.Tests.Archives.Preparation;

/// <summary>Names and units are checked once, when an archive is made, and not after the training.</summary>
public sealed class NamesAndUnitsTests : IDisposable
{
    private static readonly DateTime[] Months = [.. Enumerable.Range(0, 36).Select(m => new DateTime(1983 + m / 12, m % 12 + 1, 1, 0, 0, 0, DateTimeKind.Utc))];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_variable_called_as_a_field_of_another_is_refused_and_nothing_is_written()
    {
        var (a, b) = (Write("a.nc", "t2m"), Write("b.nc", "t2m_mean"));
        var message = Assert.Throws<InvalidInputException>(() => Prepare(a, b)).Message;
        Assert.Equal($"{b}: 't2m_mean' cannot be the name of a variable here: 't2m_mean' is a field of 't2m' in the files that are made; 'ncrename -v t2m_mean,NEW FILE' gives it another", message);
        Assert.False(Directory.Exists(_folder.File("archive")));

        // Alone either will do.
        Assert.Equal("t2m_mean", Assert.Single(Prepare(b).Description.Variables).Name);
    }

    [Theory]
    [InlineData("member")]
    [InlineData("t=1")]
    [InlineData("a b")]
    public void A_name_that_cannot_be_carried_through_all_files_is_refused(string name)
    {
        var path = Write("in.nc", name);
        Assert.StartsWith($"{path}: ", Assert.Throws<InvalidInputException>(() => Prepare(path)).Message);
        Assert.False(Directory.Exists(_folder.File("archive")));
    }

    [Theory]
    [InlineData("°C", "K")]
    [InlineData("degrees_Celsius", "K")]
    [InlineData("K ", "K")]
    [InlineData("kelvins", "K")]
    [InlineData("degreesK", "K")]
    [InlineData(" m s-1", "m s-1")]
    [InlineData(" ", "1")]
    [InlineData("", "1")]
    [InlineData("1", "1")]
    public void Anomalies_of_temperature_are_in_kelvin_and_no_units_are_those_of_a_number(string units, string ofAnomalies) =>
        Assert.Equal(ofAnomalies, Assert.Single(Prepare(Write("in.nc", "t", units)).Description.Variables).Units);

    [Fact]
    public void Units_that_cannot_be_printed_are_refused()
    {
        var path = Write("in.nc", "t", "K\u001b[2J");
        Assert.Equal($"{path}: the units of 't' are 'K?[2J'; 40 letters at most, in UTF-8, are needed, as 'ncatted -a units,t,o,c,K' writes them", Assert.Throws<InvalidInputException>(() => Prepare(path)).Message);
    }

    [Theory]
    [InlineData("K", "degC", -273.15f)]
    [InlineData("°C", "kelvin", 273.15f)]
    [InlineData("m s-1", "m/s", 0)]
    public void Files_of_a_variable_in_celsius_and_kelvin_or_in_other_spellings_make_one_climatology(string first, string second, float shift)
    {
        var (early, late) = (FieldFileWriter.Write(_folder.File("a.nc"), Months[..18], FieldFileWriter.Weather, units: first),
            FieldFileWriter.Write(_folder.File("b.nc"), Months[18..], (t, latitude, longitude) => FieldFileWriter.Weather(t, latitude, longitude) + shift, units: second));
        var mixed = Fields(early, late);
        var pure = Fields(FieldFileWriter.Write(_folder.File("c.nc"), Months, FieldFileWriter.Weather));
        Assert.All(mixed.Zip(pure), pair => Assert.Equal(pair.Second, pair.First, 1e-3f));
    }

    [Theory]
    [InlineData("Pa", "hPa")]
    [InlineData("K", "1")]
    public void Files_of_a_variable_in_other_units_are_refused_rather_than_mixed(string first, string second)
    {
        var (early, late) = (FieldFileWriter.Write(_folder.File("a.nc"), Months[..18], FieldFileWriter.Weather, units: first), FieldFileWriter.Write(_folder.File("b.nc"), Months[18..], FieldFileWriter.Weather, units: second));
        Assert.Equal($"{late}: 't' is in '{second}', but in {early} it is in '{first}'", Assert.Throws<InvalidInputException>(() => Prepare(early, late)).Message);
    }

    [Fact]
    public void A_tensors_JSON_with_a_hostile_name_is_refused()
    {
        File.WriteAllBytes(_folder.File("t.npy"), [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. System.Text.Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 2), }".PadRight(117) + "\n"), .. new byte[32]]);
        File.WriteAllText(_folder.File("t.json"), """{"latitudes": [1, 0], "longitudes": [0, 1], "times": ["1979-01-01", "1979-01-02"], "variables": ["x/../../NAME"], "units": "K"}""");
        Assert.StartsWith($"{_folder.File("t.json")}: a variable cannot be called 'x/../../NAME'", Assert.Throws<InvalidInputException>(() => Prepare(_folder.File("t.npy"))).Message);
    }

    [Fact]
    public void An_archive_with_a_hostile_name_is_refused()
    {
        Prepare(Write("in.nc", "t"));
        var path = _folder.File("archive/archive.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"name\": \"t\"", "\"name\": \"x/../../NAME\"", StringComparison.Ordinal));
        Assert.StartsWith($"{path}: a variable cannot be called 'x/../../NAME'", Assert.Throws<InvalidInputException>(() => AnomalyArchive.Open(_folder.File("archive"))).Message);
    }

    private string Write(string file, string name, string units = "K") => FieldFileWriter.Write(_folder.File(file), Months, FieldFileWriter.Weather, variable: name, units: units);

    private PreparationReport Prepare(params string[] inputs) =>
        ArchivePreparation.Run(new PreparationOptions { Inputs = inputs, Output = _folder.File("archive"), Command = "test" }, null, TestContext.Current.CancellationToken);

    private float[] Fields(params string[] inputs)
    {
        Prepare(inputs);
        using var archive = AnomalyArchive.Open(_folder.File("archive"));
        return [.. Enumerable.Range(0, archive.Count).SelectMany(i => archive.Read(i))];
    }
}
