using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ValidationFigureTests
{
    private static readonly Variable Temperature = new() { Name = "t2m", Units = "K" };

    [Fact]
    public void The_four_panels_stand_two_by_two_and_show_original_generated_and_difference()
    {
        var grid = Grids.Gaussian;
        var picture = Picture.Of(Validation(grid, grid.Constant(5), grid.Constant(3)));
        Assert.Equal(picture.Data(0).Top, picture.Data(1).Top);
        Assert.Equal(picture.Data(0).Left, picture.Data(2).Left);
        Assert.True(picture.Data(3).Left > picture.Data(2).Right && picture.Data(3).Top > picture.Data(1).Bottom);
        var colours = ColourScale.Anomaly.Colours;
        // The difference, −2, is the end of its own range.
        foreach (var (panel, fraction) in new[] { (0, 0.75), (1, 0.65), (2, 0.0) })
        {
            var (x, y) = picture.WorldPixel(0, -140, panel);
            Assert.True(Picture.Near(picture.At(x, y), colours.GetColor(fraction)), $"panel {panel}");
        }
    }

    [Fact]
    public void Pairs_lie_in_the_density_where_their_values_are()
    {
        var grid = Grids.Europe;
        var original = Enumerable.Range(0, grid.Cells).Select(i => i % 2 == 0 ? -8f : 4f).ToArray();
        var generated = original.Select(value => value == 4f ? -2f : value).ToArray();
        var picture = Picture.Of(Validation(grid, original, generated));

        // The range is −8…8; the first pair is in its corner, under the 1:1 line, the other at (4, −2).
        var data = picture.Data(3);
        var coloured = picture.Where(new Rectangle(data.Left + 2, data.Top + 2, data.Width - 4, data.Height - 4), colour => colour.B > colour.R + 12 || (Picture.IsDark(colour) && colour.R < 100)).ToArray();
        Assert.NotEmpty(coloured);
        var pair = picture.Pixel(12.0 / 16, 10.0 / 16, panel: 3);
        Assert.Contains(coloured, pixel => Math.Abs(pixel.X - pair.X) < 6 && Math.Abs(pixel.Y - pair.Y) < 6);
        Assert.All(coloured, pixel => Assert.True(
            (Math.Abs(pixel.X - pair.X) < 12 && Math.Abs(pixel.Y - pair.Y) < 12) || (pixel.X < data.Left + 14 && pixel.Y > data.Bottom - 14),
            $"{pixel}"));
    }

    [Fact]
    public void The_line_of_equality_runs_from_corner_to_corner()
    {
        var grid = Grids.Europe;
        var picture = Picture.Of(Validation(grid, grid.Constant(1), grid.Constant(1)));
        var red = picture.Where(picture.Data(3), colour => colour.R > 150 && colour.G < 120 && colour.B < 120).ToArray();
        var data = picture.Data(3);
        Assert.True(red.Length > data.Width / 3);
        Assert.All(red, pixel => Assert.InRange(pixel.X - data.Left - (data.Bottom - pixel.Y), -4, 4));
    }

    [Fact]
    public void Missing_cells_are_passed_over()
    {
        var grid = Grids.Gaussian;
        var original = grid.Constant(1).With(24 * 96 + 60, float.NaN);
        var picture = Picture.Of(Validation(grid, original, grid.Constant(2)));
        var place = picture.WorldPixel(grid.Latitudes[24], grid.Longitudes[60] - 360, panel: 2);
        Assert.True(Picture.Near(picture.At(place.X, place.Y), MapPanel.Missing));
    }

    [Fact]
    public void A_field_without_a_value_has_a_figure_too()
    {
        var grid = Grids.Gaussian;
        var picture = Picture.Of(Validation(grid, grid.Constant(float.NaN), grid.Constant(float.NaN)));
        var place = picture.WorldPixel(grid.Latitudes[24], grid.Longitudes[60] - 360, panel: 2);
        Assert.True(Picture.Near(picture.At(place.X, place.Y), MapPanel.Missing));
    }

    [Fact]
    public void Fields_must_fit_the_grid()
    {
        var grid = Grids.Europe;
        Assert.Throws<ArgumentException>(() => Validation(grid, new float[3], grid.Constant(0)).ToPng());
        Assert.Throws<ArgumentException>(() => Validation(grid, grid.Constant(0), new float[3]).ToPng());
    }

    private static ValidationFigure Validation(Grid grid, float[] original, float[] generated) =>
        new() { Grid = grid, Variable = Temperature, Date = "2000-01-15", Original = original, Generated = generated };
}
