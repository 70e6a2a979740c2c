using VaeDa.Fields;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ConversionFigureTests
{
    private static readonly Variable Pressure = new() { Name = "msl", Units = "Pa" };
    private static readonly Variable Temperature = new() { Name = "t2m", Units = "K" };

    [Fact]
    public void Source_truth_and_generated_stand_over_both_differences_and_the_density()
    {
        var (coarse, fine) = (Grids.Polar, Grids.Gaussian);
        var picture = Picture.Of(Conversion(coarse.Constant(4), fine.Constant(5), fine.Constant(3), fine.Constant(6)));
        Assert.All(new[] { 1, 2 }, panel => Assert.Equal(picture.Data(0).Top, picture.Data(panel).Top));
        Assert.All(new[] { 4, 5 }, panel => Assert.True(picture.Data(panel).Top > picture.Data(0).Bottom && picture.Data(panel).Left > picture.Data(3).Right));
        var colours = ColourScale.Anomaly.Colours;
        // Source and truth have each their own variable's range: 4 of ±4 and 5 of ±10. The differences, −2 and 1, share ±2.
        foreach (var (panel, fraction) in new[] { (0, 1.0), (1, 0.75), (2, 0.65), (3, 0.0), (4, 0.75) })
        {
            var (x, y) = picture.WorldPixel(0, -140, panel);
            Assert.True(Picture.Near(picture.At(x, y), colours.GetColor(fraction)), $"panel {panel}");
        }
    }

    [Fact]
    public void What_is_hardly_known_lies_in_fog()
    {
        var (coarse, fine) = (Grids.Polar.Constant(4), Grids.Gaussian.Constant(3));
        double Ink(float spread, int panel)
        {
            var picture = Picture.Of(Conversion(coarse, fine, fine, fine, spread));
            return picture.Ink(picture.Data(panel));
        }

        Assert.Equal(Ink(0.5f, 1), Ink(2.5f, 1), 3);
        Assert.True(Ink(2.5f, 2) > Ink(0.5f, 2) + 10);
    }

    [Fact]
    public void Fields_must_fit_their_grids()
    {
        var (coarse, fine) = (Grids.Polar, Grids.Gaussian);
        Assert.Throws<ArgumentException>(() => Conversion(fine.Constant(0), fine.Constant(0), fine.Constant(0), fine.Constant(0)).ToPng());
        Assert.Throws<ArgumentException>(() => Conversion(coarse.Constant(0), fine.Constant(0), fine.Constant(0), coarse.Constant(0)).ToPng());
    }

    private static ConversionFigure Conversion(float[] source, float[] truth, float[] generated, float[] rival, float spread = 0.5f) => new()
    {
        SourceGrid = Grids.Polar,
        SourceVariable = Pressure,
        Source = source,
        Grid = Grids.Gaussian,
        Variable = Temperature,
        Date = "2000-01-15",
        Truth = truth,
        Generated = generated,
        Spread = Grids.Gaussian.Constant(spread),
        ClimatologicalDeviation = Grids.Gaussian.Constant(3),
        Rival = ("regression", rival),
    };
}
