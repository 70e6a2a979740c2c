using SixLabors.ImageSharp.PixelFormats;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ContourFigureTests
{
    private static readonly Variable Pressure = new() { Name = "msl", Units = "Pa", LongName = "Mean sea level pressure" };

    [Fact]
    public void Truth_is_red_members_are_blue_and_their_mean_is_black()
    {
        // West to east 1000 hPa to 1040 hPa: the contours are meridians, each field's elsewhere.
        var grid = Grids.Atlantic;
        float[] Slope(double west) => [.. Enumerable.Range(0, grid.Cells).Select(cell => (float)(west + 4000.0 * (cell % 33) / 32))];
        var picture = Picture.Of(new SpaghettiFigure
        {
            Grid = grid,
            Variable = Pressure,
            Date = "2010-02-28",
            Units = "Pa",
            AreAnomalies = false,
            Field = Slope(100_000),
            Truth = Slope(100_200),
            Members = [Slope(99_800), Slope(99_800), Slope(99_800)],
            Observations = new ObservationDots { Latitudes = [50], Longitudes = [-30] },
            Interval = 1000,
        });
        // Between the centres of the outermost cells there are 32 of 33 cells.
        double Across(double pascal) => (0.5 + 32 * pascal / 4000) / 33;
        Assert.True(Share(picture, Across(1000 - 200), IsRed) > 0.8, "1010 hPa of the truth");
        Assert.True(Share(picture, Across(1000), IsBlack) > 0.8, "1010 hPa of the mean");
        Assert.True(Share(picture, Across(1000 + 200), IsBlue) > 0.8, "1010 hPa of the members");
        Assert.Equal(0, Share(picture, Across(1500), IsRed));
        Assert.Equal(0, Share(picture, Across(1500), IsBlue));
        var (x, y) = picture.Pixel((40.0 + 1.25) / 82.5, (70 - 50 + 1.25) / 42.5);
        Assert.True(Picture.IsDark(picture.At(x, y)), "the observation");
    }

    [Fact]
    public void On_the_globe_contours_run_from_edge_to_edge()
    {
        var grid = Grids.Gaussian;
        float[] field = [.. Enumerable.Range(0, grid.Cells).Select(cell => (float)(grid.Latitudes[cell / grid.Width] * 10))];
        var picture = Picture.Of(Chart(grid, field, interval: 500));
        // 50° north, over land and sea.
        var dark = Enumerable.Range(0, 1000).Count(i => AnyNear(picture, picture.Pixel(i / 1000.0, (90 - 50) / 180.0), IsBlack));
        Assert.InRange(dark, 850, 1000);
        Assert.True(AnyNear(picture, picture.Pixel(0.001, 40 / 180.0), IsBlack));
        Assert.True(AnyNear(picture, picture.Pixel(0.998, 40 / 180.0), IsBlack));
    }

    [Fact]
    public void On_a_projected_grid_contours_are_where_the_map_has_the_values()
    {
        // Along the projection's y: straight lines from edge to edge, whatever the parallels do.
        var grid = ProjectedGrids.Britain;
        float[] field = [.. Enumerable.Range(0, grid.Cells).Select(cell => (float)grid.Y[cell / grid.Width])];
        var picture = Picture.Of(Chart(grid, field, interval: 500_000));
        var (top, bottom) = (grid.Y[0] + 25_000, grid.Y[^1] - 25_000);
        foreach (var y in new[] { 500_000, 1_000_000 })
        {
            Assert.InRange(Enumerable.Range(0, 400).Count(i => AnyNear(picture, picture.Pixel(i / 400.0, (top - y) / (top - bottom)), IsBlack)), 300, 400);
        }
    }

    [Fact]
    public void Missing_cells_have_no_contours()
    {
        var grid = Grids.Atlantic;
        float[] field = [.. Enumerable.Range(0, grid.Cells).Select(cell => cell % 33 < 16 ? float.NaN : 100 * (cell / 33))];
        int Lines(double interval, double across) => Picture.Of(Chart(grid, field, interval)) is var picture
            ? Enumerable.Range(0, picture.Data().Height).Count(y => IsBlack(picture.At(picture.Pixel(across, 0).X, picture.Data().Top + y)))
            : 0;
        // Coasts are dark too: by a great interval they are alone.
        Assert.Equal(Lines(1e6, 0.15), Lines(100, 0.15));
        Assert.InRange(Lines(100, 0.55) - Lines(1e6, 0.55), 15, 60);
    }

    [Fact]
    public void Of_an_analysis_the_spread_is_in_colours_and_the_truth_stands_beside_in_the_same_size()
    {
        var grid = Grids.Europe;
        var chart = Chart(grid, Hill(grid, 2000), interval: 400, spread: grid.Constant(300), truth: Hill(grid, 2000), members: 20);
        var picture = Picture.Of(chart);
        Assert.Equal((picture.Data(0).Width, picture.Data(0).Top), (picture.Data(1).Width, picture.Data(1).Top));
        Assert.True(picture.Data(1).Left > picture.Data(0).Right);
        var expected = ColourScale.Sequential(3).Colours.GetColor(1);
        Assert.True(picture.Count(picture.Data(0), colour => Picture.Near(colour, expected)) > picture.Data(0).Width * picture.Data(0).Height / 2);
        Assert.True(picture.Count(picture.Data(1), colour => colour is { R: 255, G: 255, B: 255 }) > picture.Data(1).Width * picture.Data(1).Height / 2);
        Assert.True(picture.Count(picture.Data(1), IsRed) > 500);
    }

    [Fact]
    public void A_high_and_a_low_bear_their_letter_and_value_and_lines_their_values()
    {
        // A hill and the flat: the more ink at its top, and along the line that surrounds it, is lettering.
        var grid = Grids.Europe;
        var picture = Picture.Of(Chart(grid, Hill(grid, 2000), interval: 5000));
        var lined = Picture.Of(Chart(grid, Hill(grid, 2000), interval: 500));
        var (x, y) = picture.Pixel(0.5, 0.5);
        var top = new Rectangle(x - 24, y - 24, 48, 56);
        Assert.InRange(lined.Count(top, IsBlack) - picture.Count(top, IsBlack), 80, 600);
    }

    [Fact]
    public void Smoothing_rounds_the_contours_of_noise()
    {
        var grid = Grids.Europe;
        var random = new Random(3);
        float[] noise = [.. Enumerable.Range(0, grid.Cells).Select(_ => 1000 * random.NextSingle())];
        int Ink(double smoothing) => Picture.Of(Chart(grid, noise, interval: 100, smoothing: smoothing)) is var picture ? picture.Count(picture.Data(), IsBlack) : 0;
        Assert.True(Ink(1.5) < Ink(0) / 2);
    }

    [Fact]
    public void Every_field_must_fit_the_grid()
    {
        var grid = Grids.Europe;
        Assert.Throws<ArgumentException>(() => Chart(grid, new float[5], interval: 1).ToPng());
        Assert.Throws<ArgumentException>(() => Chart(grid, grid.Constant(0), interval: 1, truth: new float[5]).ToPng());
        Assert.Throws<ArgumentException>(() => Chart(grid, grid.Constant(0), interval: 1, spread: new float[5], members: 3).ToPng());
    }

    private static FieldContourFigure Chart(Grid grid, float[] field, double interval, float[]? spread = null, float[]? truth = null, int members = 0, double smoothing = 0) => new()
    {
        Grid = grid,
        Variable = Pressure,
        Date = "2010-02-28",
        Units = "Pa",
        AreAnomalies = false,
        Field = field,
        Truth = truth,
        Spread = spread,
        Members = members,
        Interval = interval,
        Smoothing = smoothing,
    };

    private static float[] Hill(Grid grid, double height) => [..
        from row in Enumerable.Range(0, grid.Height)
        from column in Enumerable.Range(0, grid.Width)
        select (float)(height * Math.Exp(-(Math.Pow(row - (grid.Height - 1) / 2.0, 2) + Math.Pow(column - (grid.Width - 1) / 2.0, 2)) / 40))];

    /// <summary>Part of the rows in which a pixel of the colour is near the place.</summary>
    private static double Share(Picture picture, double across, Func<Rgba32, bool> colour) =>
        Enumerable.Range(0, 200).Count(i => AnyNear(picture, picture.Pixel(across, i / 200.0), colour)) / 200.0;

    private static bool AnyNear(Picture picture, (int X, int Y) place, Func<Rgba32, bool> colour) =>
        picture.Count(new Rectangle(Math.Max(place.X - 2, 0), Math.Max(place.Y - 1, 0), 5, 3), colour) > 0;

    private static bool IsRed(Rgba32 colour) => colour.R > 150 && colour.G < 110 && colour.B < 110;

    private static bool IsBlue(Rgba32 colour) => colour.B - colour.R > 50;

    private static bool IsBlack(Rgba32 colour) => colour.R < 110 && Math.Abs(colour.R - colour.B) < 12 && Math.Abs(colour.R - colour.G) < 12;
}
