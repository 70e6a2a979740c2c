using ScottPlot;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ColourBarTests
{
    // Right of the data area, pixels: the middle of the bar; beyond its ends: within a point.
    private const int Middle = 16 + 11;
    private const int Beyond = 5;

    [Theory]
    [InlineData(0, 9, false, false)]
    [InlineData(0, 11, false, true)]
    [InlineData(-11, 9, true, false)]
    [InlineData(-11, 11, true, true)]
    public void Its_ends_are_pointed_where_values_go_beyond(float least, float most, bool isBelow, bool isAbove)
    {
        var grid = Grids.Gaussian;
        var map = new FieldMap { Grid = grid, Values = grid.Constant(0).With(5, least).With(100, most), Title = "field", Units = "K" };
        var picture = Picture.Of(new FieldFigure(map));
        var data = picture.Data();
        AssertPoint(isAbove, data.Top - Beyond, map.Scale.Colours.GetColor(1));
        AssertPoint(isBelow, data.Bottom + Beyond, map.Scale.Colours.GetColor(0));

        void AssertPoint(bool isThere, int y, Color end) =>
            Assert.True(Picture.Near(picture.At(data.Right + Middle, y), isThere ? end : Colors.White), $"{picture.At(data.Right + Middle, y)} at {y}");
    }
}
