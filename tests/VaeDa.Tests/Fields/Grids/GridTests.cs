using System.Text.Json;
using FsCheck.Xunit;
using VaeDa.Fields.Grids;
using VaeDa.Observations;

namespace VaeDa.Tests.Fields.Grids;

public class GridTests
{
    private static readonly (Grid Grid, Func<double, double, (double Latitude, double Longitude)> Inverse)[] Projected =
    [
        (ProjectedGrids.Britain, ProjectedGrids.TransverseMercator),
        (ProjectedGrids.Uneven, ProjectedGrids.TransverseMercator),
        (ProjectedGrids.Arctic, ProjectedGrids.Stereographic),
    ];

    [Property]
    public void A_place_on_a_projected_grid_is_found_to_a_millionth_of_a_cell(ushort a, ushort b)
    {
        foreach (var (grid, inverse) in Projected)
        {
            var (row, column) = (a / 65535.0 * (grid.Height - 1), b / 65535.0 * (grid.Width - 1));
            var (latitude, longitude) = inverse(ProjectedGrids.At(grid.Y, row), ProjectedGrids.At(grid.X, column));
            var found = grid.Locate(latitude, longitude + 360 * (a % 3 - 1));
            Assert.NotNull(found);
            Assert.Equal(row, found.Value.Row, 1e-6);
            Assert.Equal(column, found.Value.Column, 1e-6);
        }
    }

    [Property]
    public void Fields_linear_in_the_projections_coordinates_are_observed_exactly(ushort a, ushort b)
    {
        foreach (var (grid, inverse) in Projected)
        {
            static double Linear(double y, double x) => 3 + 2e-6 * y - 5e-6 * x;
            var (y, x) = (ProjectedGrids.At(grid.Y, a / 65535.0 * (grid.Height - 1)), ProjectedGrids.At(grid.X, b / 65535.0 * (grid.Width - 1)));
            var (latitude, longitude) = inverse(y, x);
            var h = new ObservationOperator(grid, ["t"], new ObservationTable([new Observation(latitude, longitude, 0)]));
            float[] field = [.. grid.Y.SelectMany(_ => grid.X, (row, column) => (float)Linear(row, column))];
            Assert.Equal(Linear(y, x), h.Apply(field).Single(), 1e-5);
        }
    }

    [Fact]
    public void Half_a_cell_outside_takes_the_edges_value_and_further_out_there_is_nothing()
    {
        foreach (var (grid, inverse) in Projected)
        {
            (double, double)? Locate(double row, double column)
            {
                var (latitude, longitude) = inverse(ProjectedGrids.At(grid.Y, row), ProjectedGrids.At(grid.X, column));
                return grid.Locate(latitude, longitude);
            }

            var (last, right) = (grid.Height - 1, grid.Width - 1);
            Assert.Equal((0, 0), Locate(-0.45, -0.45));
            Assert.Equal((last, right), Locate(last + 0.45, right + 0.45));
            foreach (var (row, column) in new[] { (-0.55, 3.0), (last + 0.55, 3), (3, -0.55), (3, right + 0.55), (-5, -5), (last + 40, 3) })
            {
                Assert.Null(Locate(row, column));
            }

            foreach (var (latitude, longitude) in new[] { (-55.0, 178.0), (-90, 0), (0, 0), (0, 90), (30, -120), (double.NaN, 0), (55, double.NaN) })
            {
                Assert.Null(grid.Locate(latitude, longitude));
            }
        }
    }

    [Fact]
    public void A_grid_of_latitude_by_longitude_described_as_projected_finds_the_same_places()
    {
        double[] latitudes = [60, 57, 54, 51, 48, 45], longitudes = [350, 353, 356, 359, 362];
        var plain = new Grid(latitudes, longitudes);
        var projected = new Grid(
            [.. latitudes.SelectMany(_ => longitudes, (latitude, _) => latitude)], [.. latitudes.SelectMany(_ => longitudes, (_, longitude) => longitude)],
            new Projection { Y = latitudes, X = longitudes, Units = "degrees" });
        foreach (var (latitude, longitude) in new[] { (52.3, -5.1), (45, 2), (60, -10), (58.2, 1.9) })
        {
            var (expected, found) = (plain.Locate(latitude, longitude)!.Value, projected.Locate(latitude, longitude)!.Value);
            Assert.Equal(expected.Row, found.Row, 1e-4);
            Assert.Equal(expected.Column, found.Column, 1e-4);
        }

        Assert.Equal(plain.AreaWeights(), projected.AreaWeights(), (a, b) => Math.Abs(a - b) < 1e-3);
        Assert.Equal(EarthPoint.Of(plain), EarthPoint.Of(projected));
        Assert.NotEqual(plain, projected);
    }

    [Fact]
    public void Places_on_lines_of_cell_centres_are_found_on_any_curvilinear_grid()
    {
        (Grid Grid, Func<double, double, (double Latitude, double Longitude)> Inverse)[] coarse =
        [
            .. Projected,
            .. new[] { 10.0, 7.5, 5, 2.5 }.Select(ProjectedGrids.Globe),
            ProjectedGrids.Rotated(4, 40),
        ];
        foreach (var (grid, inverse) in coarse)
        {
            for (var line = 0; line < 40; line++)
            {
                OnLine(line % grid.Height, (line * 0.618 + 0.3) % 1 * (grid.Width - 1));
                OnLine((line * 0.618 + 0.3) % 1 * (grid.Height - 1), line % grid.Width);
                OnLine(line % grid.Height, (line * 7 + 3) % grid.Width);
            }

            void OnLine(double row, double column)
            {
                var (latitude, longitude) = inverse(ProjectedGrids.At(grid.Y, row), ProjectedGrids.At(grid.X, column));
                var found = grid.Locate(latitude, longitude);
                Assert.True(found is not null, $"{grid}: {latitude} N, {longitude} E is not found");
                Assert.Equal(row, found.Value.Row, 1e-3);
                Assert.Equal(column, found.Value.Column, 1e-3);
            }
        }
    }

    [Theory]
    [InlineData(256, 1.40625)]
    [InlineData(256, 1.406)]
    [InlineData(256, 1.41)]
    [InlineData(192, 1.88)]
    [InlineData(192, 1.87)]
    [InlineData(512, 0.703)]
    [InlineData(640, 0.562)]
    [InlineData(640, 0.563)]
    [InlineData(1280, 0.281)]
    [InlineData(7, 51.43)]
    [InlineData(72, 5)]
    [InlineData(2, 180)]
    public void A_whole_circle_closes_however_its_spacing_is_rounded(int columns, double spacing)
    {
        foreach (var first in new[] { 0, -180, 0.7 })
        {
            double[] longitudes = [.. Enumerable.Range(0, columns).Select(j => first + spacing * j)];
            foreach (var axis in new[] { longitudes, Array.ConvertAll(longitudes, x => Math.Round((double)(float)x, 5)) })
            {
                var grid = new Grid([1, 0], axis);
                Assert.True(grid.IsPeriodic);
                // Midway over the seam.
                Assert.Equal(columns - 0.5, grid.Locate(0.5, (axis[^1] + axis[0] + 360) / 2)!.Value.Column, 1e-9);
            }
        }
    }

    [Theory]
    [InlineData(249, 1.406)]
    [InlineData(254, 1.40625)]
    [InlineData(359, 1)]
    [InlineData(143, 2.5)]
    [InlineData(287, 1.25)]
    [InlineData(1439, 0.25)]
    [InlineData(250, 1.4)]
    [InlineData(300, 1)]
    [InlineData(3, 7)]
    public void A_circle_with_room_for_another_column_is_a_region(int columns, double spacing)
    {
        foreach (var first in new[] { 0, -180, 0.7 })
        {
            var grid = new Grid([1, 0], [.. Enumerable.Range(0, columns).Select(j => first + spacing * j)]);
            Assert.False(grid.IsPeriodic);
            Assert.Equal(columns - 1, grid.Locate(0.5, grid.X[^1] + 0.49 * spacing)!.Value.Column);
            Assert.Null(grid.Locate(0.5, grid.X[^1] + 0.51 * spacing) is { Column: > 0 } between ? between : null);
        }
    }

    [Fact]
    public void Cells_weigh_by_their_own_areas()
    {
        // Both projections are conformal: a cell's area is that on the map by the square of the scale.
        Scales(ProjectedGrids.Britain, (grid, cell) => Math.Cosh(grid.X[cell % grid.Width] / (1000 * EarthPoint.Radius)));
        Scales(ProjectedGrids.Arctic, (grid, cell) => 2 / (1 + Math.Sin(grid.LatitudeOf(cell) * Math.PI / 180)));

        static void Scales(Grid grid, Func<Grid, int, double> scale)
        {
            var weights = grid.AreaWeights();
            Assert.Equal(1, weights.Average(), 1e-6);
            var areas = Enumerable.Range(0, grid.Cells).Select(cell => Math.Pow(scale(grid, cell), -2)).ToArray();
            Assert.All(weights, (weight, cell) => Assert.Equal(areas[cell] / areas.Average(), weight, 2e-5));
        }
    }

    [Fact]
    public void Both_kinds_come_back_from_JSON_and_descriptions_without_a_projection_are_read()
    {
        var options = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, RespectNullableAnnotations = true };
        foreach (var grid in new[] { ProjectedGrids.Britain, ProjectedGrids.Arctic, new Grid([1, 0], [5, 6, 7]) })
        {
            var json = JsonSerializer.Serialize(grid, options);
            var back = JsonSerializer.Deserialize<Grid>(json, options)!;
            Assert.Equal(grid, back);
            Assert.Equal(json, JsonSerializer.Serialize(back, options));
        }

        Assert.Equal("""{"latitudes":[1,0],"longitudes":[5,6]}""", JsonSerializer.Serialize(new Grid([1, 0], [5, 6]), options));
        Assert.Equal(new Grid([1, 0], [5, 6]), JsonSerializer.Deserialize<Grid>("""{"latitudes":[1,0],"longitudes":[5,6]}""", options));
        Assert.NotEqual(ProjectedGrids.Britain, ProjectedGrids.Uneven);
    }

    [Fact]
    public void What_is_no_grid_is_refused()
    {
        Refused("at least 2 latitudes and 2 longitudes", () => new Grid([1], [0, 1]));
        Refused("latitudes must descend", () => new Grid([0, 1], [0, 1]));
        Refused("longitudes must ascend", () => new Grid([1, 0], [1, 0]));
        Refused("span less than 360", () => new Grid([1, 0], [0, 180, 360]));
        Refused("one is 91", () => new Grid([91, 0], [0, 1]));
        var projection = new Projection { Y = [1000, 0], X = [0, 1000], Units = "m" };
        Refused("each of the 2 × 2 cells", () => new Grid([50, 50, 49], [0, 1, 0], projection));
        Refused("each of the 2 × 2 cells", () => new Grid([50, 50, 49, 49], [0, 1, 0, double.NaN], projection));
        Refused("y coordinates must descend", () => new Grid([50, 50, 49, 49], [0, 1, 0, 1], projection with { Y = [0, 1000] }));

        static void Refused(string why, Func<Grid> make) => Assert.Contains(why, Assert.Throws<InvalidInputException>(make).Message);
    }
}
