using VaeDa.Archives.Sources;
using VaeDa.Files.Netcdf;
using VaeDa.Tests.Files.Netcdf;

namespace VaeDa.Tests.Archives.Sources;

/// <summary>What the values of odd netCDF files are, or why the files are refused.</summary>
public class NetcdfValuesTests
{
    private const float Nan = float.NaN;

    [Fact]
    public void Numeric_attributes_given_as_text_and_several_missing_values() => AssertFields(
        "values.nc", "texts",
        [250, 250.5f, 251, 251.5f, 252, 252.5f, 253, 253.5f], [Nan, Nan, Nan, 247, 247.5f, 248, 248.5f, 249], [250 - 32767 / 2f, 255, 260, 265, 270, 275, 280, 285]);

    [Fact]
    public void A_text_that_is_no_number_is_refused_before_anything_is_read()
    {
        var path = ForeignFile.Named("values.nc");
        Assert.Equal(
            $"{path}: variable 'no_number': its attribute scale_factor is the text 'see below'; a number is needed",
            Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], ["no_number"])).Message);
    }

    [Fact]
    public void A_variable_that_was_not_written_to_the_end_of_its_unlimited_dimension_is_missing_there() => AssertFields(
        "values.nc", "late", [101, 102, 103, 104, 105, 106, 107, 108], [109, 110, 111, 112, 113, 114, 115, 116], [.. Enumerable.Repeat(Nan, 8)]);

    [Fact]
    public void Part_of_it_can_be_read_across_its_end()
    {
        using var dataset = NetcdfDataset.Open(ForeignFile.Named("values.nc"));
        var late = dataset.Find("late")!;
        var values = new double[8];
        dataset.Read<double>(late, [1, 1, 1], [2, 1, 2], values.AsSpan(0, 4));
        dataset.Read<double>(late, [2, 0, 0], [1, 1, 4], values.AsSpan(4));
        Assert.Equal([114, 115, Nan, Nan, Nan, Nan, Nan, Nan], values);
    }

    [Fact]
    public void Unsigned_bytes_within_their_valid_range() => AssertFields(
        "values.nc", "flags", [0, 63.5f, 64, 124.5f, 125, Nan, Nan, 0.5f], [0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f], [0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f]);

    [Fact]
    public void Empty_attributes_are_empty()
    {
        using var dataset = NetcdfDataset.Open(ForeignFile.Named("values.nc"));
        var attributes = dataset.Find("late")!.Attributes;
        Assert.Equal(("", false), (attributes.Text("comment"), attributes.Contains("numbers")));
        foreach (var file in (string[])["empty-text.nc", "empty-numbers.nc"])
        {
            using var source = Assert.Single(FieldSource.OpenAll([SharedData.Case("08-empty-attribute", file)], []));
            Assert.Equal((48, "t2m"), (source.Times.Count, source.Variable.Name));
        }
    }

    [Fact]
    public void A_variable_of_a_group_goes_by_its_own_name_on_coordinates_of_the_groups_around_it()
    {
        AssertFields("groups.nc", "psl", [100005, 100006, 100003, 100004, 100001, 100002], [100011, 100012, 100009, 100010, 100007, Nan]);
        using var source = Assert.Single(FieldSource.OpenAll([ForeignFile.Named("groups.nc")], ["psl"]));
        Assert.Equal("psl", source.Variable.Name);
        Assert.Equal([30, 20, 10], source.Grid.Latitudes);
        Assert.Equal([new(2001, 1, 1), new(2001, 1, 2)], source.Times);
    }

    [Fact]
    public void Of_two_groups_with_the_variable_one_must_be_named()
    {
        var path = ForeignFile.Named("groups.nc");
        var error = Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], ["t2m"]));
        Assert.Equal(($"{path}: there are 'forecast/t2m', 'analysis/t2m'; choose one", "Variables"), (error.Message, error.Setting));
        error = Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], []));
        Assert.Equal($"{path}: there are 'forecast/nested/psl', 'forecast/t2m', 'analysis/t2m'; choose one", error.Message);
        AssertFields("groups.nc", "forecast/t2m", [271, 272, 273, 274, 275, 276], [281, 282, 283, 284, 285, 286]);
        AssertFields("groups.nc", "analysis/t2m", [1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]);
        using var source = Assert.Single(FieldSource.OpenAll([path], ["analysis/t2m"]));
        Assert.Equal([new(2001, 1, 1, 12, 0, 0), new(2001, 1, 2, 12, 0, 0)], source.Times);
    }

    [Fact]
    public void Groups_without_number_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("wide.nc");
        var file = new PureHDF.H5File();
        for (var i = 0; i < 1000; i++)
        {
            file[$"g{i}"] = new PureHDF.H5Group();
        }

        file.Write(path);
        Assert.StartsWith($"{path}: more than 1000 groups", Assert.Throws<InvalidInputException>(() => NetcdfDataset.Open(path)).Message);
    }

    [Fact]
    public void Groups_without_end_are_refused()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("deep.nc");
        var file = new PureHDF.H5File();
        PureHDF.H5Group group = file;
        for (var depth = 0; depth < 12; depth++)
        {
            var inner = new PureHDF.H5Group();
            group["g"] = inner;
            group = inner;
        }

        file.Write(path);
        Assert.Equal($"{path}: more than 1000 groups, or groups more than 10 deep; 'ncks -g GROUP' takes one out", Assert.Throws<InvalidInputException>(() => NetcdfDataset.Open(path)).Message);
    }

    [Fact]
    public void Big_endian_numbers_of_netCDF_4_are_read()
    {
        using var dataset = NetcdfDataset.Open(ForeignFile.Named("values.nc"));
        Assert.Equal([1, 2], dataset.ReadAll(dataset.Find("big_endian")!));
    }

    [Fact]
    public void Half_precision_of_a_file_is_read()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("half.nc");
        new PureHDF.H5File { ["h"] = new[] { (Half)1.5f, (Half)(-0.25f), (Half)65504f, Half.NaN } }.Write(path);
        using var dataset = NetcdfDataset.Open(path);
        Assert.Equal([1.5, -0.25, 65504, double.NaN], dataset.ReadAll(dataset.Find("h")!));
    }

    private static void AssertFields(string file, string variable, params float[][] fields)
    {
        using var source = Assert.Single(FieldSource.OpenAll([ForeignFile.Named(file)], [variable]));
        Assert.Equal(fields.Length, source.Times.Count);
        var field = new float[source.Grid.Cells];
        for (var i = 0; i < fields.Length; i++)
        {
            source.Read(i, field);
            Assert.Equal(fields[i], field);
        }
    }
}
