using ScottPlot;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class FieldFigureTests
{
    private static readonly Color Hot = ColourScale.Anomaly.Colours.GetColor(1);
    private static readonly Color Zero = ColourScale.Anomaly.Colours.GetColor(0.5);

    public static TheoryData<string, int, int> Cells => new()
    {
        { nameof(Grids.Gaussian), 12, 3 },
        { nameof(Grids.Gaussian), 30, 60 },
        { nameof(Grids.Gaussian), 0, 20 },
        { nameof(Grids.TwoDegrees), 44, 0 },
        { nameof(Grids.TwoDegrees), 89, 179 },
        { nameof(Grids.Polar), 9, 35 },
        { nameof(Grids.Polar), 17, 4 },
        { nameof(Grids.Atlantic), 0, 0 },
        { nameof(Grids.Atlantic), 10, 30 },
        { nameof(Grids.Europe), 20, 23 },
    };

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_single_warm_cell_fills_its_own_place_and_no_other(string name, int row, int column)
    {
        var grid = GridOf(name);
        var picture = Picture.Of(Figure(grid, grid.Constant(0).With(row * grid.Width + column, 10)));

        var (left, right, bottom, top) = grid.IsPeriodic ? (-180.0, 180.0, -90.0, 90.0) : Outline(grid);
        // Half-way to the neighbours; a global grid's outermost rows reach the poles.
        var north = row == 0 ? top : (grid.Latitudes[row - 1] + grid.Latitudes[row]) / 2;
        var south = row == grid.Height - 1 ? bottom : (grid.Latitudes[row + 1] + grid.Latitudes[row]) / 2;
        var longitude = grid.IsPeriodic ? Math.IEEERemainder(grid.Longitudes[column], 360) : grid.Longitudes[column];
        var (west, east) = (longitude - Step(grid.Longitudes) / 2, longitude + Step(grid.Longitudes) / 2);

        // Coastlines take some of its pixels, the frame those at its edge.
        var warm = picture.Where(picture.Data(), colour => Picture.Near(colour, Hot)).ToArray();
        var (x0, y0) = picture.Pixel((west - left) / (right - left), (top - north) / (top - bottom));
        var (x1, y1) = picture.Pixel((east - left) / (right - left), (top - south) / (top - bottom));
        Assert.InRange(warm.Length, 0.6 * (x1 - x0) * (y1 - y0), 1.15 * (x1 - x0 + 1) * (y1 - y0 + 1));
        Assert.InRange(warm.Min(pixel => pixel.X), x0 - 1, x0 + 2);
        Assert.InRange(warm.Max(pixel => pixel.X), x1 - 3, x1 + 1);
        Assert.InRange(warm.Min(pixel => pixel.Y), y0 - 1, y0 + 2);
        Assert.InRange(warm.Max(pixel => pixel.Y), y1 - 3, y1 + 1);
    }

    [Fact]
    public void A_cell_on_the_seam_is_shown_half_at_either_side()
    {
        var grid = Grids.Gaussian;
        Assert.Equal(180, grid.Longitudes[48]);
        var picture = Picture.Of(Figure(grid, grid.Constant(0).With(24 * grid.Width + 48, 10)));

        var data = picture.Data();
        var half = data.Width / 96 / 2;
        var warm = picture.Where(data, colour => Picture.Near(colour, Hot)).ToArray();
        Assert.Contains(warm, pixel => pixel.X <= data.Left + half + 1);
        Assert.Contains(warm, pixel => pixel.X >= data.Right - half - 1);
        Assert.All(warm, pixel => Assert.True(pixel.X <= data.Left + half + 1 || pixel.X >= data.Right - half - 2, $"warm at {pixel.X}"));
    }

    [Fact]
    public void Missing_cells_are_grey_and_their_neighbours_are_not()
    {
        var grid = Grids.TwoDegrees;
        // Open ocean: 1° N, 151° W.
        var cell = 44 * grid.Width + 14;
        var picture = Picture.Of(Figure(grid, grid.Constant(0).With(cell, float.NaN)));

        var (x, y) = picture.WorldPixel(1, -151);
        Assert.True(Picture.Near(picture.At(x, y), MapPanel.Missing));
        foreach (var (latitude, longitude) in new[] { (3, -151), (-1, -151), (1, -149), (1, -153) })
        {
            var beside = picture.WorldPixel(latitude, longitude);
            Assert.True(Picture.Near(picture.At(beside.X, beside.Y), Zero), $"{latitude}, {longitude}");
        }
    }

    [Fact]
    public void A_field_without_a_value_is_grey_with_its_colour_bar()
    {
        var picture = Picture.Of(Figure(Grids.TwoDegrees, Grids.TwoDegrees.Constant(float.NaN)));
        var (x, y) = picture.WorldPixel(1, -151);
        Assert.True(Picture.Near(picture.At(x, y), MapPanel.Missing));
        var data = picture.Data();
        Assert.True(picture.Count(new Rectangle(data.Right + 5, data.Top, 50, data.Height / 10), colour => Picture.Near(colour, Hot)) > 100);
    }

    [Fact]
    public void Coasts_are_drawn_where_they_are_and_not_along_the_seam_or_the_pole()
    {
        var picture = Picture.Of(Figure(Grids.TwoDegrees, Grids.TwoDegrees.Constant(0)));
        int InkNear(double latitude, double longitude)
        {
            var (x, y) = picture.WorldPixel(latitude, longitude);
            return picture.Count(new Rectangle(x - 8, y - 8, 16, 16), colour => !Picture.Near(colour, Zero));
        }

        Assert.True(InkNear(-34.5, 19) > 0, "the Cape");
        Assert.True(InkNear(14.7, -17.3) > 0, "Dakar");
        Assert.True(InkNear(36.5, -6.3) > 0, "Cadiz");
        Assert.Equal(0, InkNear(22, 10));
        Assert.Equal(0, InkNear(0, -140));
        var data = picture.Data();
        var seam = new Rectangle(data.Left + 2, data.Top + 3, 3, data.Height - 6);
        Assert.InRange(picture.Count(seam, Picture.IsDark), 0, 40);
        var pole = new Rectangle(data.Left + 3, data.Bottom - 5, data.Width - 6, 3);
        Assert.Equal(0, picture.Count(pole, Picture.IsDark));
    }

    [Fact]
    public void A_region_in_another_turn_of_longitude_has_its_coasts()
    {
        var picture = Picture.Of(Figure(Grids.Atlantic, Grids.Atlantic.Constant(0)));
        var (left, right, bottom, top) = Outline(Grids.Atlantic);
        int InkNear(double latitude, double longitude)
        {
            var (x, y) = picture.Pixel((longitude - left) / (right - left), (top - latitude) / (top - bottom));
            return picture.Count(new Rectangle(x - 12, y - 12, 24, 24), colour => !Picture.Near(colour, Zero));
        }

        Assert.True(InkNear(43.3, 352) > 0, "Galicia, 8° W");
        Assert.True(InkNear(43.5, 364) > 0, "the Gulf of Lion, 4° E, in the second turn");
        Assert.Equal(0, InkNear(45, 330));
    }

    [Fact]
    public void A_region_keeps_its_shape_on_paper()
    {
        var data = Picture.Of(Figure(Grids.Europe, Grids.Europe.Constant(0))).Data();
        Assert.Equal(36 * Math.Cos(45 * Math.PI / 180) / 31.5, (double)data.Width / data.Height, 0.02);
    }

    [Fact]
    public void The_title_the_degrees_and_the_units_are_written()
    {
        var grid = Grids.TwoDegrees;
        var map = Map(grid, grid.Constant(0));
        var written = Picture.Of(new FieldFigure(map));
        var blank = Picture.Of(new FieldFigure(map with { Title = "", Units = "" }));
        var data = written.Data();
        var titleBand = new Rectangle(data.Left, 0, data.Width, data.Top - 2);
        var unitsBand = new Rectangle(data.Right + 2, 0, written.Width - data.Right - 2, data.Top - 14);
        Assert.InRange(written.Count(titleBand, Picture.IsDark), 300, 20_000);
        Assert.Equal(0, blank.Count(titleBand, Picture.IsDark));
        Assert.InRange(written.Count(unitsBand, Picture.IsDark), 10, 2_000);
        Assert.Equal(0, blank.Count(unitsBand, Picture.IsDark));

        var latitudes = new Rectangle(0, data.Top, data.Left - 8, data.Height);
        var longitudes = new Rectangle(data.Left, data.Bottom + 8, data.Width, written.Height - data.Bottom - 8);
        Assert.InRange(written.Count(latitudes, Picture.IsDark), 300, 20_000);
        Assert.InRange(written.Count(longitudes, Picture.IsDark), 200, 20_000);
    }

    [Fact]
    public void Smooth_fields_pass_through_the_cells_and_have_more_colours()
    {
        var grid = Grids.Polar;
        var values = Enumerable.Range(0, grid.Cells).Select(i => (float)(8 * Math.Sin(i % 36 * Math.PI / 18))).ToArray();
        var cells = Picture.Of(new FieldFigure(Map(grid, values)));
        var smooth = Picture.Of(new FieldFigure(Map(grid, values) with { Smooth = true }));
        // Along the equator in the open Pacific and Atlantic, within one cell and across its edge.
        int Colours(Picture picture) => Enumerable.Range(0, 60).Select(i => picture.WorldPixel(-20, -140 + i * 0.5)).Select(p => picture.At(p.X, p.Y)).Distinct().Count();
        Assert.InRange(Colours(cells), 3, 5);
        Assert.True(Colours(smooth) > 20);
        var (x, y) = cells.WorldPixel(-20, -120);
        var (a, b) = (cells.At(x, y), smooth.At(x, y));
        Assert.InRange(Math.Abs(a.R - b.R) + Math.Abs(a.G - b.G) + Math.Abs(a.B - b.B), 0, 15);
    }

    [Fact]
    public void Fog_begins_at_a_third_and_thickens_to_one()
    {
        var grid = Grids.TwoDegrees;
        double InkAt(float ratio)
        {
            var picture = Picture.Of(new FieldFigure(Map(grid, grid.Constant(0)) with { Ignorance = grid.Constant(ratio) }));
            var (x, y) = picture.WorldPixel(10, -170);
            return picture.Ink(new Rectangle(x, y, 180, 60));
        }

        var clear = InkAt(0);
        Assert.Equal(clear, InkAt(0.32f), 6);
        Assert.Equal(clear, InkAt(float.NaN), 6);
        var (thin, middle, full) = (InkAt(0.45f), InkAt(0.7f), InkAt(1));
        Assert.True(clear + 1 < thin && thin + 5 < middle && middle + 5 < full, $"{clear}, {thin}, {middle}, {full}");
        Assert.Equal(full, InkAt(2), 6);
        // The field is readable between the lines.
        var picture = Picture.Of(new FieldFigure(Map(grid, grid.Constant(0)) with { Ignorance = grid.Constant(1) }));
        var (left, top) = picture.WorldPixel(10, -170);
        Assert.InRange(picture.Count(new Rectangle(left, top, 180, 60), colour => Picture.Near(colour, Zero)), 180 * 60 / 3, 180 * 60);
    }

    [Fact]
    public void Fog_lies_where_the_ratio_is_high()
    {
        var grid = Grids.Gaussian;
        var east = Enumerable.Range(0, grid.Cells).Select(i => grid.Longitudes[i % grid.Width] is > 185 and < 215 ? 1f : 0f).ToArray();
        var picture = Picture.Of(new FieldFigure(Map(grid, grid.Constant(0)) with { Ignorance = east }));
        var foggy = picture.WorldPixel(10, -170);
        var clear = picture.WorldPixel(10, -135);
        var there = picture.Ink(new Rectangle(foggy.X, foggy.Y, 60, 60));
        var elsewhere = picture.Ink(new Rectangle(clear.X, clear.Y, 60, 60));
        Assert.True(there > elsewhere + 20, $"{there} {elsewhere}");
    }

    [Fact]
    public void Observations_are_dots_at_their_places_and_flagged_ones_crosses()
    {
        var grid = Grids.TwoDegrees;
        var picture = Picture.Of(new FieldFigure(Map(grid, grid.Constant(0)) with
        {
            // One place in each convention of longitude.
            Observations = new ObservationDots { Latitudes = [0, 20, -30], Longitudes = [-140, 190, -120], Flagged = [false, false, true] },
        }));

        foreach (var (latitude, longitude) in new[] { (0, -140), (20, -170) })
        {
            var (x, y) = picture.WorldPixel(latitude, longitude);
            Assert.True(Picture.IsDark(picture.At(x, y)));
            var radius = MapPanel.DotSize(3) / 2;
            Assert.InRange(picture.Count(new Rectangle(x - 15, y - 15, 30, 30), Picture.IsDark), 2 * radius * radius, 4 * radius * radius);
        }

        var cross = picture.WorldPixel(-30, -120);
        var around = new Rectangle(cross.X - 15, cross.Y - 15, 30, 30);
        Assert.InRange(picture.Count(around, colour => colour.R > 180 && colour.G < 100 && colour.B > 150), 15, 200);
    }

    [Fact]
    public void Dots_shrink_with_their_number()
    {
        var sizes = new[] { 1, 100, 1_000, 5_000, 100_000 }.Select(count => MapPanel.DotSize(count)).ToArray();
        Assert.Equal(sizes.OrderDescending(), sizes);
        Assert.True(sizes[1] > 2 * sizes[3]);
        Assert.InRange(sizes[^1], 1.5, 3);
        Assert.InRange(MapPanel.DotSize(100, mapWidth: 300) / MapPanel.DotSize(100), 0.4, 0.6);
    }

    [Fact]
    public void Fields_and_observations_of_the_wrong_size_are_refused()
    {
        var map = Map(Grids.Europe, Grids.Europe.Constant(0));
        foreach (var wrong in new[]
        {
            map with { Values = new float[5] },
            map with { Ignorance = new float[5] },
            map with { Observations = new ObservationDots { Latitudes = [1, 2], Longitudes = [1] } },
            map with { Observations = new ObservationDots { Latitudes = [1], Longitudes = [1], Flagged = [true, false] } },
        })
        {
            Assert.Throws<ArgumentException>(() => new FieldFigure(wrong).ToPng());
        }
    }

    [Fact]
    public void A_refused_figure_leaves_the_file_that_was_there()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("map.png", "old");
        var map = Map(Grids.Europe, Grids.Europe.Constant(0));
        Assert.Throws<ArgumentException>(() => new FieldFigure(map with { Values = new float[5] }).Save(path));
        Assert.Equal("old", File.ReadAllText(path));
        new FieldFigure(map).Save(path);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(path)[..4]);
        Assert.Single(Directory.GetFiles(folder.Path));
    }

    private static FieldFigure Figure(Grid grid, float[] values) => new(Map(grid, values));

    private static FieldMap Map(Grid grid, float[] values) => new() { Grid = grid, Values = values, Title = "Temperature anomaly, 2000-01-15", Units = "K" };

    private static Grid GridOf(string name) => (Grid)typeof(Grids).GetProperty(name)!.GetValue(null)!;

    private static (double Left, double Right, double Bottom, double Top) Outline(Grid grid)
    {
        var (x, y) = (Step(grid.Longitudes) / 2, Step(grid.Latitudes) / 2);
        return (grid.Longitudes[0] - x, grid.Longitudes[^1] + x, grid.Latitudes[^1] - y, grid.Latitudes[0] + y);
    }

    private static double Step(IReadOnlyList<double> axis) => Math.Abs(axis[^1] - axis[0]) / (axis.Count - 1);
}
