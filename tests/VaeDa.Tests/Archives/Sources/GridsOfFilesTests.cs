using VaeDa.Archives.Sources;
using VaeDa.Files.Netcdf;
using VaeDa.Tests.Files.Netcdf;

namespace VaeDa.Tests.Archives.Sources;

/// <summary>How files say where their cells are: each is read right or refused, with what would be right.</summary>
public sealed class GridsOfFilesTests : IDisposable
{
    private static readonly double[] Rows = [60, 30, 0, -30];
    private static readonly double[] Columns = [0, 10, 20, 30, 40];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lat", null, null)]
    [InlineData("Latitude", null, null)]
    [InlineData("XLAT", null, "degree_north")]
    [InlineData("g0_lat_1", null, "degrees_N")]
    [InlineData("la", null, "degreesN")]
    [InlineData("lat", null, "degrees")]
    [InlineData("y", "latitude", "degrees")]
    public void Latitudes_are_known_by_name_standard_name_or_units(string name, string? standardName, string? units)
    {
        var grid = Read(Write(Latitudes(name, standardName, units), ["time", "y", "x"]));
        Assert.Equal(Rows, grid.Latitudes);
        Assert.Equal(Columns, grid.Longitudes);
        Assert.Null(grid.Projection);
    }

    [Theory]
    [InlineData("radian")]
    [InlineData("m")]
    public void Coordinates_in_other_units_than_degrees_are_refused(string units) =>
        Refused($"'lat' is in '{units}'; degrees are needed", Write(Latitudes("lat", "latitude", units), ["time", "y", "x"]));

    [Theory]
    [InlineData("nav_lat", null)]
    [InlineData("rlat", "degrees_north")]
    public void Coordinates_that_nothing_says_are_latitudes_are_refused(string name, string? units) =>
        Refused("is on no grid with latitudes and longitudes; they are known by", Write(Latitudes(name, name == "rlat" ? "grid_latitude" : null, units), ["time", "y", "x"]));

    [Fact]
    public void Axes_in_another_order_and_fields_without_time_are_refused_with_what_would_do()
    {
        var latitudes = Latitudes("lat", null, null);
        Refused("has its dimensions in another order (x 5, y 4, time 2); 'ncpdq -a time,y,x' puts them in order", Write(latitudes, ["x", "y", "time"]));
        Refused("(y 4, x 5) has no time; 'cdo setdate", Write(latitudes, ["y", "x"]));
    }

    [Fact]
    public void A_place_that_is_missing_is_refused() =>
        Refused("'lat' has 1 missing values; each cell needs its place", Write(Latitudes("lat", null, null), ["time", "y", "x"], [60, double.NaN, 0, -30]));

    [Fact]
    public void Stations_and_unstructured_grids_are_refused_by_name()
    {
        var path = _folder.File("in.nc");
        using (var file = new ClassicNetcdfWriter(path))
        {
            var (time, cells) = (file.AddDimension("time", 2), file.AddDimension("ncells", 6));
            AddTime(file, time);
            file.AddConstant("clat", NetcdfType.Float64, [cells], [1, 2, 3, 4, 5, 6], new() { ["standard_name"] = "latitude", ["units"] = "radian" });
            file.AddConstant("clon", NetcdfType.Float64, [cells], [1, 2, 3, 4, 5, 6], new() { ["standard_name"] = "longitude", ["units"] = "radian" });
            file.Write(file.AddVariable("t", NetcdfType.Float32, [time, cells]), new float[12]);
            file.Complete();
        }

        Refused("has its places one by one along 'ncells', as an unstructured or reduced grid and stations have; a grid is needed: 'cdo remapdis", path);
    }

    [Fact]
    public void Of_two_pairs_of_places_the_field_must_name_its_own()
    {
        var path = _folder.File("in.nc");
        foreach (var named in new[] { null, "TLAT TLON" })
        {
            using (var file = new ClassicNetcdfWriter(path))
            {
                var (time, y, x) = (file.AddDimension("time", 2), file.AddDimension("y", 2), file.AddDimension("x", 3));
                AddTime(file, time);
                foreach (var (of, shift) in new[] { ("U", 0.5), ("T", 0) })
                {
                    file.AddConstant($"{of}LAT", NetcdfType.Float64, [y, x], [51 + shift, 51 + shift, 51 + shift, 50 + shift, 50 + shift, 50 + shift], new() { ["units"] = "degrees_north" });
                    file.AddConstant($"{of}LON", NetcdfType.Float64, [y, x], [10 + shift, 11 + shift, 12 + shift, 10 + shift, 11 + shift, 12 + shift], new() { ["units"] = "degrees_east" });
                }

                file.Write(file.AddVariable("t", NetcdfType.Float32, [time, y, x], named is null ? [] : new() { ["coordinates"] = named }), new float[12]);
                file.Complete();
            }

            if (named is null)
            {
                Refused("'t' may have its latitudes in 'ULAT' or 'TLAT'; its attribute 'coordinates' must name its own", path);
            }
            else
            {
                Assert.Equal([51, 51, 51, 50, 50, 50], Read(path).Latitudes);
            }
        }
    }

    [Fact]
    public void The_grid_mapping_of_a_variable_in_a_group_is_that_of_the_group_or_of_one_around_it()
    {
        var path = ForeignFile.Named("projected-group.nc");
        var near = Read(path, "t2m").Projection!.Mapping!;
        Assert.Equal(("rotated_pole", 60), (near.Name, near.Numbers["grid_north_pole_latitude"].Single()));
        var around = Read(path, "psl").Projection!.Mapping!;
        Assert.Equal(("crs", 39.25), (around.Name, around.Numbers["grid_north_pole_latitude"].Single()));
    }

    private static VaeDa.Fields.Grids.Grid Read(string path, params string[] variables)
    {
        using var source = Assert.Single(FieldSource.OpenAll([path], variables));
        return source.Grid;
    }

    private static void Refused(string because, string path)
    {
        var message = Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], [])).Message;
        Assert.StartsWith($"{path}: ", message);
        Assert.Contains(because, message);
        Assert.DoesNotContain('\n', message);
    }

    private static (string Name, NetcdfAttributes Attributes) Latitudes(string name, string? standardName, string? units)
    {
        var attributes = new NetcdfAttributes();
        if (standardName is not null)
        {
            attributes["standard_name"] = standardName;
        }

        if (units is not null)
        {
            attributes["units"] = units;
        }

        return (name, attributes);
    }

    private static void AddTime(ClassicNetcdfWriter file, NetcdfDimension time) =>
        file.AddConstant("time", NetcdfType.Float64, [time], [0, 1], new() { ["units"] = "days since 2001-01-01" });

    /// <summary>Latitudes in a variable on the dimension <c>y</c>, whatever it is called.</summary>
    private string Write((string Name, NetcdfAttributes Attributes) latitudes, string[] order, double[]? rows = null)
    {
        var path = _folder.File("in.nc");
        using var file = new ClassicNetcdfWriter(path);
        var axes = new Dictionary<string, NetcdfDimension> { ["time"] = file.AddDimension("time", 2), ["y"] = file.AddDimension("y", Rows.Length), ["x"] = file.AddDimension("x", Columns.Length) };
        AddTime(file, axes["time"]);
        file.AddConstant(latitudes.Name, NetcdfType.Float64, [axes["y"]], rows ?? Rows, latitudes.Attributes);
        file.AddConstant("lon", NetcdfType.Float64, [axes["x"]], Columns, new() { ["units"] = "degrees_east" });
        NetcdfDimension[] dimensions = [.. order.Select(name => axes[name])];
        file.Write(file.AddVariable("t", NetcdfType.Float32, dimensions), new float[dimensions.Aggregate(1L, (n, d) => n * d.Length)]);
        file.Complete();
        return path;
    }
}
