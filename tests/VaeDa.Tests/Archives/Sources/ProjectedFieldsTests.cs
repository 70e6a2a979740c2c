using VaeDa.Archives.Sources;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Tests.Files.Netcdf;

namespace VaeDa.Tests.Archives.Sources;

/// <summary>Fields on projected grids, laid out as other programs lay them out; what each cell holds follows from its place.</summary>
public sealed class ProjectedFieldsTests : IDisposable
{
    private static readonly Grid Britain = ProjectedGrids.Britain;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Rows_and_columns_of_any_direction_come_into_order_with_the_sea_missing(bool southFirst, bool eastFirst)
    {
        var path = Write(southFirst, eastFirst);
        using var source = Assert.Single(FieldSource.OpenAll([path], []));
        Assert.Equal(Britain, source.Grid);
        var field = new float[Britain.Cells];
        source.Read(1, field);
        Assert.All(field, (value, cell) => Assert.Equal(Value(Britain.LatitudeOf(cell), Britain.LongitudeOf(cell)), value));
        Assert.InRange(field.Count(float.IsNaN), 200, 300);

        var mapping = source.Grid.Projection!.Mapping!;
        Assert.Equal(("transverse_mercator", "transverse_mercator"), (mapping.Name, mapping.Texts["grid_mapping_name"]));
        Assert.Equal([49], mapping.Numbers["latitude_of_projection_origin"]);
    }

    [Fact]
    public void Latitudes_and_longitudes_are_known_by_what_they_say_of_themselves_too()
    {
        var named = Write(coordinates: "month_number phi lambda", latitude: "phi", longitude: "lambda");
        Assert.Equal(Britain, Grid(named));
        Assert.Equal(Britain, Grid(Write(coordinates: null, latitude: "phi", longitude: "lambda", type: NetcdfType.Float32)));
        Assert.Equal(Britain, Grid(Write(coordinates: null, latitude: "lat", longitude: "lon", standardNames: false)));
    }

    [Fact]
    public void Rows_and_columns_without_coordinates_are_numbered_from_the_north()
    {
        foreach (var southFirst in new[] { false, true })
        {
            var grid = Grid(Write(southFirst, hasAxes: false));
            Assert.Equal((23, 0, "1"), (grid.Y[0], grid.Y[^1], grid.Projection!.Units));
            Assert.Equal(Britain.Latitudes, grid.Latitudes, (a, b) => Math.Abs(a - b) < 1e-6);
            Assert.NotNull(grid.Locate(54, -2));
        }
    }

    [Fact]
    public void A_file_of_the_netcdf_library_laid_out_as_land_data_sets_are_is_read()
    {
        using var source = Assert.Single(FieldSource.OpenAll([ForeignFile.Named("projected.nc")], []));
        Assert.Equal(("tasmax", "degC"), (source.Variable.Name, source.Variable.Units));
        Assert.Equal([350_000, 325_000, 300_000, 275_000], source.Grid.Y);
        Assert.Equal([400_000, 425_000, 450_000], source.Grid.X);
        Assert.Equal(["transverse_mercator"], source.Grid.Projection!.Mapping!.Texts.Values);
        Assert.Equal([400_000], source.Grid.Projection.Mapping.Numbers["false_easting"]);
        Assert.DoesNotContain("_FillValue", source.Grid.Projection.Mapping.Numbers.Keys);
        var field = new float[12];
        source.Read(1, field);
        Assert.Equal([30, 31, 32, 27, 28, 29, 24, 25, 26, 21, 22, float.NaN], field);
        // On the central meridian, one row above the lowest.
        var (row, column) = source.Grid.Locate(49 + 400_000 / 6_371_000.0 * 180 / Math.PI, -2)!.Value;
        Assert.Equal((2, 0), (Math.Round(row, 6), Math.Round(column, 6)));
    }

    [Fact]
    public void Without_places_for_its_cells_a_projected_grid_is_refused_in_one_line()
    {
        var path = Write(hasPlaces: false);
        var message = Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([path], [])).Message;
        Assert.StartsWith($"{path}: variable 'tasmax' (time 2, projection_y_coordinate 24, projection_x_coordinate 18) is on a projected grid without the latitudes", message);
        Assert.DoesNotContain('\n', message);

        var broken = Write(spoil: latitudes => latitudes[7] = double.NaN);
        Assert.Contains("'latitude' has 1 missing values", Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([broken], [])).Message);
    }

    [Fact]
    public void What_is_written_on_a_projected_grid_is_read_from_it()
    {
        foreach (var grid in new[] { Britain, ProjectedGrids.Arctic })
        {
            var path = _folder.File("written.nc");
            using (var file = new ClassicNetcdfWriter(path))
            {
                var cells = file.AddGrid(grid);
                var attributes = new NetcdfAttributes { ["coordinates"] = "time" };
                cells.Describe(attributes);
                file.Write(file.AddVariable("t", NetcdfType.Float32, [cells.Row, cells.Column], attributes), new float[grid.Cells]);
                file.Complete();
            }

            using var dataset = NetcdfDataset.Open(path);
            var t = dataset.Find("t")!;
            Assert.Equal(["y", "x"], t.Dimensions.Select(d => d.Name));
            Assert.Equal("time latitude longitude", t.Attributes.Text("coordinates"));
            Assert.Equal(grid.Projection!.Mapping?.Name, t.Attributes.Text("grid_mapping"));
            Assert.Equal(("projection_y_coordinate", "m"), (dataset.Find("y")!.Attributes.Text("standard_name"), dataset.Find("y")!.Attributes.Text("units")));
            Assert.Equal(["y", "x"], dataset.Find("latitude")!.Dimensions.Select(d => d.Name));
            var read = dataset.ReadGrid(t);
            Assert.Equal(grid, read);
            Assert.Equal(grid.Projection.Mapping?.Texts, read.Projection!.Mapping?.Texts);
            Assert.Equal(grid.Projection.Mapping?.Numbers, read.Projection.Mapping?.Numbers);
        }
    }

    private static float Value(double latitude, double longitude) =>
        Land.NaturalEarth.Contains(latitude, longitude) ? (float)(290 - (latitude - 50) + 0.1 * longitude) : float.NaN;

    private static Grid Grid(string path)
    {
        using var source = Assert.Single(FieldSource.OpenAll([path], []));
        return source.Grid;
    }

    private string Write(
        bool southFirst = false,
        bool eastFirst = false,
        string? coordinates = "latitude longitude",
        string latitude = "latitude",
        string longitude = "longitude",
        NetcdfType type = NetcdfType.Float64,
        bool standardNames = true,
        bool hasAxes = true,
        bool hasPlaces = true,
        Action<double[]>? spoil = null)
    {
        var path = _folder.File("haduk.nc");
        int[] rows = [.. Enumerable.Range(0, Britain.Height)], columns = [.. Enumerable.Range(0, Britain.Width)];
        (rows, columns) = (southFirst ? [.. rows.Reverse()] : rows, eastFirst ? [.. columns.Reverse()] : columns);
        int[] order = [.. rows.SelectMany(_ => columns, (i, j) => i * Britain.Width + j)];
        double[] latitudes = [.. order.Select(Britain.LatitudeOf)], longitudes = [.. order.Select(Britain.LongitudeOf)];
        spoil?.Invoke(latitudes);

        using var file = new ClassicNetcdfWriter(path);
        var time = file.AddDimension("time", 2);
        var timeValues = file.AddTime(time);
        var metres = new NetcdfAttributes { ["units"] = "m" };
        var y = hasAxes ? file.AddCoordinate("projection_y_coordinate", [.. rows.Select(i => Britain.Y[i])], metres) : file.AddDimension("projection_y_coordinate", rows.Length);
        var x = hasAxes ? file.AddCoordinate("projection_x_coordinate", [.. columns.Select(j => Britain.X[j])], metres) : file.AddDimension("projection_x_coordinate", columns.Length);
        if (hasPlaces)
        {
            NetcdfAttributes Named(string name) => standardNames ? new() { ["standard_name"] = name } : [];
            file.AddConstant(latitude, type, [y, x], latitudes, Named("latitude"));
            file.AddConstant(longitude, type, [y, x], longitudes, Named("longitude"));
        }

        file.AddConstant("transverse_mercator", NetcdfType.Int32, [], [0], new()
        {
            ["grid_mapping_name"] = "transverse_mercator",
            ["latitude_of_projection_origin"] = 49.0,
        });
        var attributes = new NetcdfAttributes { ["units"] = "degC", ["grid_mapping"] = "transverse_mercator", ["_FillValue"] = 1e20f };
        if (coordinates is not null)
        {
            attributes["coordinates"] = coordinates;
        }

        var tasmax = file.AddVariable("tasmax", NetcdfType.Float32, [time, y, x], attributes);
        file.Write(timeValues, [0.0, 24]);
        for (var t = 0; t < 2; t++)
        {
            file.WriteSlice<float>(tasmax, t, [.. order.Select(cell => Value(Britain.LatitudeOf(cell), Britain.LongitudeOf(cell)))]);
        }

        file.Complete();
        return path;
    }
}
