using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class AnalysisFigureTests
{
    private static readonly Variable Temperature = new() { Name = "t2m", Units = "K", LongName = "2 m temperature" };
    private static readonly (double Latitude, double Longitude) Ocean = (0, -140);

    [Fact]
    public void The_mean_stands_over_the_truth_in_the_same_colours_about_1400_pixels_wide()
    {
        var picture = Picture.Of(Analysis(Grids.Gaussian, mean: 5, spread: 0.1f, truth: -5));
        Assert.InRange(picture.Width, 1350, 1450);
        Assert.True(picture.Data(1).Top > picture.Data(0).Bottom);
        Assert.Equal(picture.Data(0).Left, picture.Data(1).Left);
        AssertColour(picture, 0, ColourScale.Anomaly.Colours.GetColor(0.75));
        AssertColour(picture, 1, ColourScale.Anomaly.Colours.GetColor(0.25));
    }

    [Fact]
    public void Without_a_truth_the_spread_is_drawn_in_its_own_colours()
    {
        var picture = Picture.Of(Analysis(Grids.Gaussian, mean: 0, spread: 2, truth: null));
        AssertColour(picture, 0, ColourScale.Anomaly.Colours.GetColor(0.5));
        AssertColour(picture, 1, ColourScale.Sequential(2).Colours.GetColor(1));
    }

    [Fact]
    public void Without_an_ensemble_there_is_neither_spread_nor_fog()
    {
        var figure = Analysis(Grids.Gaussian, mean: 5, spread: float.NaN, truth: null, deviation: 2, members: 0);
        Assert.Equal([1], figure.Arrange().Places.GroupBy(place => place.Top).Select(row => row.Count()));
        AssertColour(Picture.Of(figure), 0, ColourScale.Anomaly.Colours.GetColor(0.75));
        Assert.Equal(2, Analysis(Grids.Gaussian, mean: 5, spread: float.NaN, truth: 0, members: 0).Arrange().Places.Count);
    }

    [Fact]
    public void Analyses_stand_side_by_side_in_the_colours_of_the_first()
    {
        // Alone, the second would be drawn to its own scale.
        var (first, second) = (Analysis(Grids.Gaussian, mean: 5, spread: 1, truth: null), Analysis(Grids.Gaussian, mean: -5, spread: 1, truth: null));
        var picture = Picture.Of(new AnalysesFigure([first, second]));
        Assert.Equal(picture.Data(0).Top, picture.Data(1).Top);
        Assert.True(picture.Data(1).Left > picture.Data(0).Right);
        AssertColour(picture, 0, ColourScale.Anomaly.Colours.GetColor(0.75));
        AssertColour(picture, 1, ColourScale.Anomaly.Colours.GetColor(0.25));
    }

    [Fact]
    public void Analyses_with_their_truths_stand_in_rows_of_their_own()
    {
        var picture = Picture.Of(new AnalysesFigure([.. new[] { 5f, 2f, -5f }.Select(mean => Analysis(Grids.Gaussian, mean, spread: 1, truth: 10))]));
        for (var row = 0; row < 3; row++)
        {
            Assert.Equal(picture.Data(2 * row).Top, picture.Data(2 * row + 1).Top);
            Assert.True(picture.Data(2 * row + 1).Left > picture.Data(2 * row).Right);
            AssertColour(picture, 2 * row + 1, ColourScale.Anomaly.Colours.GetColor(1));
        }

        AssertColour(picture, 0, ColourScale.Anomaly.Colours.GetColor(0.75));
        AssertColour(picture, 4, ColourScale.Anomaly.Colours.GetColor(0.25));
        Assert.True(picture.Data(4).Top > picture.Data(2).Bottom && picture.Data(2).Top > picture.Data(0).Bottom);
    }

    [Fact]
    public void Fog_and_dots_are_on_the_mean_alone()
    {
        var picture = Picture.Of(Analysis(Grids.Gaussian, mean: 0, spread: 2, truth: 0, deviation: 2));
        double InkIn(int panel)
        {
            var (x, y) = picture.WorldPixel(Ocean.Latitude, Ocean.Longitude, panel);
            return picture.Ink(new Rectangle(x, y, 80, 40));
        }

        Assert.True(InkIn(0) > InkIn(1) + 20);
        var dot = picture.WorldPixel(10, -150, 0);
        Assert.True(Picture.IsDark(picture.At(dot.X, dot.Y)));
        dot = picture.WorldPixel(10, -150, 1);
        Assert.False(Picture.IsDark(picture.At(dot.X, dot.Y)));
    }

    [Fact]
    public void Observations_of_other_variables_are_rings()
    {
        var (grid, field) = (Grids.Gaussian, Grids.Gaussian.Constant(0));
        Picture With(params bool[] ofOthers) => Picture.Of(new AnalysisFigure
        {
            Grid = grid,
            Variable = Temperature,
            Date = "2000-01-15",
            Mean = field,
            Spread = field,
            Observations = new ObservationDots { Latitudes = [10, 50], Longitudes = [-150, 3], OfOtherVariables = ofOthers },
            Members = 20,
        });
        var picture = With(true, false);
        var (x, y) = picture.WorldPixel(10, -150);
        Assert.False(Picture.IsDark(picture.At(x, y)));
        Assert.True(picture.Count(new Rectangle(x - 8, y - 8, 17, 17), Picture.IsDark) > 4);
        (x, y) = picture.WorldPixel(50, 3);
        Assert.True(Picture.IsDark(picture.At(x, y)));
        Assert.Throws<ArgumentException>(() => With(true));
    }

    [Fact]
    public void The_heading_and_the_note_are_written()
    {
        var picture = Picture.Of(Analysis(Grids.Gaussian, mean: 0, spread: 1, truth: null));
        var half = picture.Width / 2;
        Assert.InRange(picture.Count(new Rectangle(0, 0, half, 38), Picture.IsDark), 300, 20_000);
        Assert.InRange(picture.Count(new Rectangle(half, 0, half, 38), Picture.IsDark), 300, 20_000);
    }

    [Fact]
    public void Long_names_shrink_rather_than_run_off_the_figure()
    {
        var name = Temperature with { LongName = string.Join(' ', Enumerable.Repeat("very long name", 12)) };
        var figure = new AnalysisFigure
        {
            Grid = Grids.Europe,
            Variable = name,
            Date = "2000-01-15",
            Mean = Grids.Europe.Constant(0),
            Spread = Grids.Europe.Constant(1),
            ClimatologicalDeviation = Grids.Europe.Constant(1),
            Observations = new ObservationDots { Latitudes = [50], Longitudes = [3], Flagged = [true] },
            Members = 20,
        };
        var picture = Picture.Of(figure);
        Assert.Equal(0, picture.Count(new Rectangle(picture.Width - 22, 0, 22, 38), Picture.IsDark));
        Assert.Equal(0, picture.Count(new Rectangle(0, 0, 22, 38), Picture.IsDark));
        // Between the heading and the note some columns are blank.
        var blank = Enumerable.Range(24, picture.Width - 48).Where(x => picture.Count(new Rectangle(x, 0, 1, 38), Picture.IsDark) == 0).ToArray();
        Assert.Contains(blank, x => Enumerable.Range(x, 20).All(blank.Contains));
    }

    [Fact]
    public void A_tall_region_has_its_panels_side_by_side()
    {
        var picture = Picture.Of(Analysis(Grids.Europe, mean: 0, spread: 1, truth: null));
        Assert.True(picture.Data(1).Left > picture.Data(0).Right);
        Assert.Equal(picture.Data(0).Top, picture.Data(1).Top);
        Assert.InRange(picture.Width, 1200, 1450);
    }

    [Fact]
    public void Every_field_must_fit_the_grid()
    {
        var grid = Grids.Europe;
        AnalysisFigure With(int mean, int spread, int deviation, int truth) => new()
        {
            Grid = grid,
            Variable = Temperature,
            Date = "2000-01-15",
            Mean = new float[mean],
            Spread = new float[spread],
            ClimatologicalDeviation = new float[deviation],
            Truth = new float[truth],
            Observations = new ObservationDots { Latitudes = [], Longitudes = [] },
            Members = 20,
        };
        var right = grid.Cells;
        With(right, right, right, right).ToPng();
        Assert.Throws<ArgumentException>(() => With(right - 1, right, right, right).ToPng());
        Assert.Throws<ArgumentException>(() => With(right, right - 1, right, right).ToPng());
        Assert.Throws<ArgumentException>(() => With(right, right, right - 1, right).ToPng());
        Assert.Throws<ArgumentException>(() => With(right, right, right, right - 1).ToPng());
        Assert.Throws<ArgumentException>(() => With(right, right - 1, right - 1, right).ToPng());
    }

    private static AnalysisFigure Analysis(Grid grid, float mean, float spread, float? truth, float? deviation = null, int members = 20) => new()
    {
        Grid = grid,
        Variable = Temperature,
        Date = "2000-01-15",
        Mean = grid.Constant(mean),
        Spread = grid.Constant(spread),
        ClimatologicalDeviation = deviation is { } value ? grid.Constant(value) : null,
        Truth = truth is { } field ? grid.Constant(field) : null,
        Observations = new ObservationDots { Latitudes = [10, 50], Longitudes = [210, 3] },
        Members = members,
    };

    private static void AssertColour(Picture picture, int panel, ScottPlot.Color expected)
    {
        var (x, y) = picture.WorldPixel(Ocean.Latitude, Ocean.Longitude, panel);
        Assert.True(Picture.Near(picture.At(x, y), expected), $"panel {panel}: {picture.At(x, y)}, expected {expected}");
    }
}
