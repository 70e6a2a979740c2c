using SixLabors.ImageSharp.PixelFormats;
using VaeDa.Fields;
using VaeDa.Plotting.Figures;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class CalibrationFigureTests
{
    private static readonly Variable Temperature = new() { Name = "t2m", Units = "K" };

    // A row each: an ensemble that is right, and one of half the spread it should have.
    private static readonly Picture Drawn = Picture.Of(new CalibrationFigure
    {
        Variable = Temperature,
        Rows =
        [
            ("right", Ensembles.Calibration(Grids.Gaussian, x => 1 + x % 4, 1)),
            ("bold", Ensembles.Calibration(Grids.Gaussian, x => 1 + x % 4, 0.5)),
        ],
    });

    [Fact]
    public void Each_network_has_a_row_of_three_panels()
    {
        Assert.Equal(Drawn.Data(0).Top, Drawn.Data(2).Top);
        Assert.True(Drawn.Data(3).Top > Drawn.Data(0).Bottom);
        Assert.Equal(Drawn.Data(0).Left, Drawn.Data(3).Left);
        Assert.True(Drawn.Data(1).Left > Drawn.Data(0).Right && Drawn.Data(2).Left > Drawn.Data(1).Right);
    }

    [Fact]
    public void The_outer_ranks_stand_out_where_the_ensemble_is_too_sure_of_itself()
    {
        double Bars(int panel, double from, double to)
        {
            var data = Drawn.Data(panel);
            var part = new Rectangle(data.Left + (int)(from * data.Width), data.Top, (int)((to - from) * data.Width), data.Height);
            return Drawn.Count(part, IsBlue) / (double)(part.Width * part.Height);
        }

        Assert.InRange(Bars(0, 0.01, 0.07) / Bars(0, 0.3, 0.7), 0.6, 1.6);
        Assert.True(Bars(3, 0.01, 0.07) > 2.5 * Bars(3, 0.3, 0.7));
        Assert.True(Bars(3, 0.93, 0.99) > 2.5 * Bars(3, 0.3, 0.7));
    }

    [Theory]
    [InlineData(1, 0)] // spread and error: on the line of equality …
    [InlineData(2, 0)] // … as is the coverage
    [InlineData(4, 1)] // error above the spread
    [InlineData(5, -1)] // fewer covered than the interval says
    public void Curves_lie_on_the_line_of_equality_or_on_the_side_where_they_should(int panel, int side)
    {
        var data = Drawn.Data(panel);
        var above = Drawn.Where(data, IsBlue).Select(p => (double)(data.Bottom - p.Y) - (p.X - data.Left)).ToList();
        Assert.True(above.Count > 300);
        Assert.True(side == 0 ? Math.Abs(above.Average()) < 12 : side * above.Average() > 20, $"{above.Average()}");
    }

    private static bool IsBlue(Rgba32 colour) => colour.B > colour.R + 60;
}
