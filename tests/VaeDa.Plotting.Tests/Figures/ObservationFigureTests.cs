using SixLabors.ImageSharp.PixelFormats;
using VaeDa.Fields;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ObservationFigureTests
{
    private static readonly Fields.Grids.Grid Grid = Grids.TwoDegrees;

    [Fact]
    public void Dots_have_the_colour_of_their_value_or_departure()
    {
        // In the open Pacific, on a field of 2 K.
        ObservationDots dots = new() { Latitudes = [1, 1], Longitudes = [-151, -131], Values = [-10, 10], Departures = [3, -3] };
        Rgba32 At(ObservationColouring colouring, double longitude)
        {
            var picture = Picture.Of(Figure(dots, colouring));
            var (x, y) = picture.WorldPixel(1, longitude);
            return picture.At(x, y);
        }

        Assert.True(At(ObservationColouring.Value, -151) is { B: > 100, R: < 90 });
        Assert.True(At(ObservationColouring.Value, -131) is { R: > 140, B: < 90 });
        Assert.True(At(ObservationColouring.Departure, -151) is { R: > 140, B: < 90 });
        Assert.True(At(ObservationColouring.Departure, -131) is { B: > 100, R: < 90 });
        Assert.True(Picture.IsDark(At(ObservationColouring.Place, -131)));
        Assert.False(Picture.IsDark(At(ObservationColouring.None, -131)));
    }

    [Fact]
    public void Dots_have_the_colour_of_their_worth_and_the_legend_says_where_its_scale_ends()
    {
        ObservationDots dots = new() { Latitudes = [1, 1], Longitudes = [-151, -131], Influences = [0.01, 0.5], Gains = [0.4, 0], Colouring = ObservationColouring.Influence, Factor = 10 };
        var scale = DotScale.Of(dots, "m s-1", [0, 1])!;
        Assert.Equal(("influence:", 0.5), (scale.Label, scale.Scale.Maximum));
        Assert.Equal([(0, "0"), (0.5, "0.25"), (1, "0.5")], scale.Entries());
        Assert.True(Darkness(ObservationColouring.Influence, -131) > Darkness(ObservationColouring.Influence, -151) + 300);
        Assert.True(Darkness(ObservationColouring.Gain, -151) > Darkness(ObservationColouring.Gain, -131) + 300);

        // One in a hundred is beyond the scale, and has its end's colour. Gains are in units squared.
        var many = dots with { Latitudes = new double[200], Longitudes = new double[200], Influences = null, Gains = [.. Enumerable.Range(0, 200).Select(i => i == 0 ? 7.0 : 1)], Colouring = ObservationColouring.Gain };
        scale = DotScale.Of(many, "m s-1", [.. Enumerable.Range(0, 200)])!;
        Assert.Equal("gain removed ((m s⁻¹)²):", scale.Label);
        Assert.Equal([(0, "0"), (0.5, "50"), (1, "≥ 100")], scale.Entries());
        // Of a crowd the one that is worth most is drawn.
        var crowd = dots with { Latitudes = [.. Enumerable.Repeat(1.0, 9)], Longitudes = [.. Enumerable.Repeat(-140.0, 9)], Influences = null, Gains = [.. Enumerable.Range(0, 9).Select(i => i == 5 ? 1.0 : 0)] };
        var drawn = Picture.Of(Figure(crowd with { Factor = 1 }, ObservationColouring.Gain));
        var (column, row) = drawn.WorldPixel(1, -140);
        Assert.True(drawn.At(column, row) is { R: < 80, G: < 60 });
        Assert.Null(DotScale.Of(many with { Colouring = ObservationColouring.Value }, "K", []));

        int Darkness(ObservationColouring colouring, double longitude)
        {
            var picture = Picture.Of(Figure(dots with { Factor = 1 }, colouring));
            var (x, y) = picture.WorldPixel(1, longitude);
            var colour = picture.At(x, y);
            return 765 - colour.R - colour.G - colour.B;
        }
    }

    [Fact]
    public void A_crowd_is_thinned_but_what_was_rejected_or_withheld_stays()
    {
        // A thousand within ten degrees, the rejected one in their midst.
        ObservationDots crowd = new()
        {
            Latitudes = [.. Enumerable.Range(0, 1000).Select(i => i % 32 / 3.2)],
            Longitudes = [.. Enumerable.Range(0, 1000).Select(i => -150 + i / 32 / 3.2)],
            Flagged = [.. Enumerable.Range(0, 1000).Select(i => i == 500)],
            Withheld = [(-20, -140)],
            Colouring = ObservationColouring.Place,
        };
        var layer = new ObservationLayer(MapExtent.Of(Grid, MapView.Own), Map(crowd), new ScottPlot.PixelSize(1200, 600));
        Assert.Equal(1001, layer.Shown);
        Assert.InRange(layer.Drawn, 5, 40);

        var picture = Picture.Of(Figure(crowd, ObservationColouring.Place));
        var (x, y) = picture.WorldPixel(500 % 32 / 3.2, -150 + 500 / 32 / 3.2);
        Assert.True(picture.Count(new Rectangle(x - 6, y - 6, 12, 12), colour => colour.R > 180 && colour.G < 100 && colour.B > 150) > 10);
        var withheld = picture.WorldPixel(-20, -140);
        Assert.True(Picture.Near(picture.At(withheld.X, withheld.Y), ScottPlot.Colors.White));
        // The legend has its line beneath the map, and without marks there is none.
        var data = picture.Data();
        var foot = new Rectangle(data.Left, picture.Height - 40, data.Width, 36);
        Assert.True(picture.Count(foot, Picture.IsDark) > 200);
        Assert.True(picture.Count(foot, colour => colour.R > 180 && colour.G < 100 && colour.B > 150) > 5);
    }

    [Theory]
    [InlineData(Uncertainty.Relative, null)]
    [InlineData(Uncertainty.Relative, 0.5)]
    [InlineData(Uncertainty.Absolute, 1.5)]
    [InlineData(Uncertainty.Fade, null)]
    [InlineData(Uncertainty.None, null)]
    public void Uncertainty_is_shown_where_it_is_and_as_it_is_wanted(Uncertainty how, double? above)
    {
        // The spread is 2 K in the north, as the climatological deviation, and 0.2 K in the south.
        var figure = new AnalysisFigure
        {
            Grid = Grid,
            Variable = new Variable { Name = "ta", Units = "K" },
            Date = "2000-01-15",
            Mean = Grid.Constant(8),
            Spread = [.. Enumerable.Range(0, Grid.Cells).Select(cell => cell < Grid.Cells / 2 ? 2f : 0.2f)],
            ClimatologicalDeviation = Grid.Constant(2),
            Observations = new ObservationDots { Latitudes = [], Longitudes = [] },
            Members = 5,
            Style = new FigureStyle { Uncertainty = how, UncertainAbove = above },
        };
        var picture = Picture.Of(figure);
        var field = ColourScale.Anomaly.Colours.GetColor(0.9);
        double Share(double latitude, ScottPlot.Color colour)
        {
            var (x, y) = picture.WorldPixel(latitude, -170);
            return picture.Count(new Rectangle(x, y, 150, 50), pixel => Picture.Near(pixel, colour)) / (150.0 * 50);
        }

        Assert.True(Share(-20, field) > 0.95);
        Assert.InRange(Share(30, field), how == Uncertainty.None ? 0.95 : how == Uncertainty.Fade ? 0 : 0.3, how == Uncertainty.None ? 1 : how == Uncertainty.Fade ? 0.01 : 0.9);
        if (how == Uncertainty.Fade)
        {
            // Of which nothing is known has the colour of what is missing.
            Assert.True(Share(30, MapPanel.Missing) > 0.95);
        }
    }

    [Fact]
    public void Observations_need_as_many_values_as_places()
    {
        Assert.Throws<ArgumentException>(() => Figure(new ObservationDots { Latitudes = [1], Longitudes = [1], Values = [1, 2] }, ObservationColouring.Value).ToPng());
        Assert.Throws<ArgumentException>(() => Figure(new ObservationDots { Latitudes = [1], Longitudes = [1], Departures = [] }, ObservationColouring.Departure).ToPng());
    }

    private static FieldMap Map(ObservationDots dots) => new() { Grid = Grid, Values = Grid.Constant(2), Title = "", Units = "K", Observations = dots };

    private static FieldFigure Figure(ObservationDots dots, ObservationColouring colouring) => new(Map(dots)) { Style = new FigureStyle { Observations = colouring } };
}
