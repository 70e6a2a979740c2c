using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using VaeDa.Verification.Scores;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class SpreadErrorFigureTests
{
    [Fact]
    public void Both_maps_have_the_same_colours()
    {
        // Two members, ±1 and ±2 by hemisphere: root mean square spread √3 and 2 √3. The mean errs by 3 in the south.
        var grid = Grids.Gaussian;
        var isNorth = Enumerable.Range(0, grid.Cells).Select(x => grid.Latitudes[x / grid.Width] > 0).ToArray();
        float[] Field(float north, float south) => [.. isNorth.Select(n => n ? north : south)];
        var calibration = new EnsembleCalibration(grid, 2);
        calibration.Add(new EnsembleAgainstTruth(Field(0, 3).With(24 * 96 + 60, float.NaN), Field(0, 0), [Field(-1, -2), Field(1, 2)]));
        var picture = Picture.Of(new SpreadErrorFigure { Grid = grid, Variable = new() { Name = "t2m", Units = "K" }, Rows = [("net", calibration)] });
        Assert.Equal(picture.Data(0).Top, picture.Data(1).Top);
        Assert.True(picture.Data(1).Left > picture.Data(0).Right);
        var scale = ColourScale.Sequential(4);
        foreach (var (panel, latitude, value) in new[] { (0, 40.0, Math.Sqrt(3)), (0, -40, 2 * Math.Sqrt(3)), (1, 40, 0), (1, -40, 3) })
        {
            var (x, y) = picture.WorldPixel(latitude, -140, panel);
            Assert.True(Picture.Near(picture.At(x, y), scale.Colours.GetColor(value / 4)), $"panel {panel}, {latitude}");
        }

        var missing = picture.WorldPixel(grid.Latitudes[24], grid.Longitudes[60] - 360, panel: 0);
        Assert.True(Picture.Near(picture.At(missing.X, missing.Y), MapPanel.Missing));
    }
}
