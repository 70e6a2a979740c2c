using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Files.Netcdf;

/// <summary>
/// The same values in each form that HDF5 has for them: tree, array and extensible array of chunks, a single chunk, groups of the first and
/// the second version, few attributes and many. The files are the whole ones of the fuzz tests; Fuzzing/Corpus/README.md tells how they were made.
/// </summary>
public sealed class Hdf5FormsTests
{
    [Theory]
    [InlineData("packed.nc", "ta")]
    [InlineData("attributes.nc", "ta")]
    [InlineData("variables.nc", "ta")]
    [InlineData("old-groups.nc", "ta")]
    [InlineData("fixed-array.nc", "ta")]
    [InlineData("fixed-array.nc", "tb")]
    [InlineData("extensible-array.nc", "ta")]
    [InlineData("tree2.nc", "ta")]
    [InlineData("tree2.nc", "single")]
    public void Its_values_are_those_of_the_formula(string file, string name)
    {
        using var read = NetcdfDataset.Open(Whole(file));
        var variable = read.Find(name)!;
        Assert.Equal(["time", "lat", "lon"], variable.Dimensions.Select(d => d.Name));
        Assert.Equal([.. Enumerable.Range(0, 120).Select(Value)], read.ReadAll(variable));

        var box = new double[2 * 2 * 3];
        read.Read<double>(variable, [1, 1, 2], [2, 2, 3], box);
        var expected = from t in Enumerable.Range(1, 2) from y in Enumerable.Range(1, 2) from x in Enumerable.Range(2, 3) select Value(24 * t + 6 * y + x);
        Assert.Equal([.. expected], box);
    }

    [Fact]
    public void Many_attributes_are_kept_apart_from_the_header_and_read()
    {
        using var read = NetcdfDataset.Open(Whole("attributes.nc"));
        var attributes = read.Find("ta")!.Attributes;
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"text {i}")], Enumerable.Range(0, 20).Select(i => attributes.Text($"note_{i}")));
        Assert.Equal("a bc", attributes.Text("words"));
        Assert.Equal("temperature", attributes.Text("long_name"));
    }

    [Fact]
    public void Many_variables_are_kept_apart_from_the_header_and_read()
    {
        using var read = NetcdfDataset.Open(Whole("variables.nc"));
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal([i, i, i, i], read.ReadAll(read.Find($"x{i}")!)));
    }

    private static string Whole(string name) => Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Tests/Fuzzing/Corpus", name);

    private static double Value(int i) => 280 + i % 17;
}
