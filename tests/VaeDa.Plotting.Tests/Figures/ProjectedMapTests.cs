using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ProjectedMapTests
{
    private static readonly Fields.Grids.Grid Britain = Grids.Britain;
    private static readonly ScottPlot.Color Zero = ColourScale.Anomaly.Colours.GetColor(0.5);

    [Fact]
    public void Cells_are_squares_on_the_projections_own_plane_and_missing_ones_grey()
    {
        // In the North Sea: 5 columns from the right, 10 rows from the top.
        var (row, column) = (10, 12);
        var picture = Of(Britain.Constant(float.NaN).With(row * Britain.Width + column, 10));
        var data = picture.Data();
        Assert.Equal(900.0 / 1200, (double)data.Width / data.Height, 0.01);
        var warm = picture.Where(data, colour => Picture.Near(colour, ColourScale.Anomaly.Colours.GetColor(1))).ToArray();
        var (x0, y0) = picture.Pixel((double)column / Britain.Width, (double)row / Britain.Height);
        var (x1, y1) = picture.Pixel((column + 1.0) / Britain.Width, (row + 1.0) / Britain.Height);
        Assert.InRange(warm.Min(pixel => pixel.X), x0 - 1, x0 + 1);
        Assert.InRange(warm.Max(pixel => pixel.X), x1 - 2, x1 + 1);
        Assert.InRange(warm.Min(pixel => pixel.Y), y0 - 1, y0 + 1);
        Assert.InRange(warm.Max(pixel => pixel.Y), y1 - 2, y1 + 1);
        Assert.InRange(warm.Length, 0.9 * (x1 - x0) * (y1 - y0), 1.1 * (x1 - x0 + 1) * (y1 - y0 + 1));
        Assert.True(Picture.Near(picture.At(x0 - 20, y0), MapPanel.Missing));
    }

    [Fact]
    public void Coasts_lie_where_the_cells_say_and_reach_the_edge_of_the_map()
    {
        var picture = Of(Britain.Constant(0));
        int InkNear(double latitude, double longitude, int about = 14)
        {
            var (x, y) = PixelOf(picture, latitude, longitude);
            return picture.Count(new Rectangle(x - about, y - about, 2 * about, 2 * about), colour => !Picture.Near(colour, Zero));
        }

        Assert.True(InkNear(50.1, -5.6) > 0, "Land's End");
        Assert.True(InkNear(58.6, -3.1) > 0, "John o' Groats");
        Assert.True(InkNear(52.7, 1.7) > 0, "Norfolk");
        Assert.Equal(0, InkNear(56.5, 3));
        Assert.Equal(0, InkNear(52.5, -1.5));

        // Ireland goes on beyond the left edge.
        var data = picture.Data();
        var left = new Rectangle(data.Left + 2, data.Top + 4, 3, data.Height - 8);
        Assert.InRange(picture.Count(left, colour => !Picture.Near(colour, Zero)), 4, 60);
    }

    [Fact]
    public void Observations_lie_at_their_places_and_those_beyond_the_map_are_not_drawn()
    {
        var clear = Of(Britain.Constant(0));
        var dotted = Picture.Of(new FieldFigure(Map(Britain.Constant(0)) with
        {
            Observations = new ObservationDots { Latitudes = [56.5, 57.5, 40], Longitudes = [1.5, 361, 0] },
        }));
        foreach (var (latitude, longitude) in new[] { (56.5, 1.5), (57.5, 1.0) })
        {
            var (x, y) = PixelOf(dotted, latitude, longitude);
            Assert.True(Picture.IsDark(dotted.At(x, y)));
            Assert.False(Picture.IsDark(clear.At(x, y)));
        }

        var radius = MapPanel.DotSize(3) / 2;
        var added = dotted.Count(dotted.Data(), Picture.IsDark) - clear.Count(clear.Data(), Picture.IsDark);
        Assert.InRange(added, 4 * radius * radius, 8 * radius * radius);
    }

    [Fact]
    public void Fog_lies_where_the_ratio_is_high()
    {
        var south = Enumerable.Range(0, Britain.Cells).Select(cell => cell / Britain.Width >= 12 ? 1f : 0f).ToArray();
        var picture = Picture.Of(new FieldFigure(Map(Britain.Constant(0)) with { Ignorance = south }));
        // Two seas without a coast.
        double Ink((double Latitude, double Longitude) place)
        {
            var (x, y) = PixelOf(picture, place.Latitude, place.Longitude);
            return picture.Ink(new Rectangle(x - 30, y - 30, 60, 60));
        }

        Assert.True(Ink((53.5, 2.6)) > Ink((57, 2.6)) + 20);
    }

    private static Picture Of(float[] values) => Picture.Of(new FieldFigure(Map(values)));

    private static FieldMap Map(float[] values) => new() { Grid = Britain, Values = values, Title = "Temperature anomaly", Units = "K" };

    private static (int X, int Y) PixelOf(Picture picture, double latitude, double longitude)
    {
        var place = Britain.Locate(latitude, longitude)!.Value;
        return picture.Pixel((place.Column + 0.5) / Britain.Width, (place.Row + 0.5) / Britain.Height);
    }
}
