using VaeDa.Archives.Sources;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Files.Netcdf;

public class Hdf5NetcdfDatasetTests
{
    [Fact]
    public void A_file_of_the_netcdf_library_is_read()
    {
        using var read = NetcdfDataset.Open(ForeignFile.Named("netcdf4.nc"));
        Assert.IsType<Hdf5NetcdfDataset>(read);
        Assert.Equal(["bounds", "latitude", "longitude", "number", "pressure_level", "t", "valid_time"], read.Variables.Select(v => v.Name).Order());
        var t = read.Find("t")!;
        Assert.Equal(["number", "valid_time", "pressure_level", "latitude", "longitude"], t.Dimensions.Select(d => d.Name));
        Assert.True(t.Dimensions[1].IsUnlimited);
        Assert.Equal("hours since 1970-01-01", read.Find("valid_time")!.Attributes.Text("units"));
        Assert.Equal(0.25, t.Attributes.Number("scale_factor"));
        var second = new float[4];
        read.Read<float>(t, [0, 1, 0, 1, 0], [1, 1, 1, 1, 4], second);
        Assert.Equal([276, 276.25f, float.NaN, 276.75f], second);
    }

    [Fact]
    public void Its_field_comes_squeezed_and_its_region_across_Greenwich_stays_together()
    {
        using var source = Assert.Single(FieldSource.OpenAll([ForeignFile.Named("netcdf4.nc")], []));
        Assert.Equal([50.1, 40], source.Grid.Latitudes);
        Assert.Equal([-10, -5, 0, 5], source.Grid.Longitudes);
        var field = new float[8];
        source.Read(2, field);
        Assert.Equal([300, 300.25f, 300.5f, 300.75f, 301, 301.25f, 301.5f, 301.75f], field);
    }

    [Fact]
    public void A_file_cut_short_is_refused_in_one_line()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(ForeignFile.Named("netcdf4.nc"));
        var path = folder.File("cut.nc");
        foreach (var length in (int[])[8, 100, 1000, whole.Length / 2])
        {
            File.WriteAllBytes(path, whole[..length]);
            var error = Assert.Throws<InvalidInputException>(() =>
            {
                using var read = NetcdfDataset.Open(path);
                return read.Variables.Where(v => v.Type != NetcdfType.Unsupported).Select(read.ReadAll).ToList();
            });
            Assert.StartsWith(path, error.Message);
            Assert.DoesNotContain('\n', error.Message);
        }
    }
}
