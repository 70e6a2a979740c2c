using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using SixLabors.ImageSharp.PixelFormats;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class DesignFigureTests
{
    private static readonly Grid Globe = new([75, 45, 15, -15, -45, -75], [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330]);

    [Fact]
    public void A_station_that_is_added_is_a_cross_at_its_place()
    {
        var picture = Picture.Of(Figure([(45, 90)]));
        var data = picture.Data(0);
        var cross = picture.Where(data, IsCross).ToArray();
        Assert.True(cross.Length > 20);
        // From 180° W, 90° N.
        Assert.InRange(cross.Average(pixel => pixel.X), data.Left + 0.75 * data.Width - 3, data.Left + 0.75 * data.Width + 3);
        Assert.InRange(cross.Average(pixel => pixel.Y), data.Top + 0.25 * data.Height - 3, data.Top + 0.25 * data.Height + 3);
    }

    [Fact]
    public void What_is_expected_falls_from_left_to_right_as_stations_are_added_and_rises_as_they_close()
    {
        Assert.True(Slope(Figure([(45, 90), (15, 30), (-45, 210)], 1.2, 1.1, 1.0, 0.9)) > 10);
        Assert.True(Slope(Figure([(45, 90), (15, 30), (-45, 210)], 0.9, 1.0, 1.1, 1.2)) < -10);
    }

    // Down the picture from its left to its right half.
    private static double Slope(DesignFigure figure)
    {
        var picture = Picture.Of(figure);
        var data = picture.Data(1);
        double Level(bool right) => picture.Where(data, colour => colour.B > colour.R + 60).Where(pixel => pixel.X > data.Left + data.Width / 2 == right).Average(pixel => pixel.Y);
        return Level(true) - Level(false);
    }

    private static bool IsCross(Rgba32 colour) => colour.R > 170 && colour.G < 90 && colour.B > 140;

    private static DesignFigure Figure(IReadOnlyList<(double, double)> chosen, params double[] spreads) => new()
    {
        Grid = Globe,
        Variable = new Variable { Name = "ta", Units = "K", LongName = "air_temperature" },
        Spread = [.. Enumerable.Repeat(0.2f, Globe.Cells - 1), 2],
        Existing = [(15, 150)],
        Chosen = chosen,
        AreAdded = true,
        Spreads = spreads.Length == 0 ? [1.2, 1.1] : spreads,
    };
}
