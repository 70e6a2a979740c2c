using VaeDa.Plotting.Figures;
using VaeDa.Verification.Samples;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class SampleStatisticsFigureTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Maps_of_both_sets_stand_side_by_side_and_spectra_beside_them(bool isGlobal)
    {
        var grid = isGlobal ? Grids.Polar : Grids.Europe;
        // The standard deviation is 1 in the north and 3 in the south.
        var statistics = new SampleStatistics
        {
            StandardDeviation = [.. Enumerable.Range(0, grid.Cells).Select(c => c < grid.Cells / 2 ? 1.0 : 3)],
            Correlations = [.. Enumerable.Repeat(new double[grid.Cells], 4)],
            Power = new double[grid.Height, ZonalSpectrum.Waves(grid) + 1],
            Skewness = 0,
            ExcessKurtosis = 0,
            BeyondThree = 0,
        };
        for (var i = 0; i < grid.Height; i++)
        {
            for (var m = 0; m < statistics.Power.GetLength(1); m++)
            {
                statistics.Power[i, m] = 1 / (1.0 + m * m);
            }
        }

        var figure = new SampleStatisticsFigure { Grid = grid, Variable = new() { Name = "t", Units = "K" }, Sets = [("held out", statistics), ("vae", statistics)], Shown = 1 };
        var bands = isGlobal ? 3 : 1;
        Assert.Equal([.. Enumerable.Range(0, 3).Select(i => i < bands ? 3 : 2)], figure.Arrange().Places.GroupBy(place => place.Top).Select(row => row.Count()));
        var picture = Picture.Of(figure);
        foreach (var panel in new[] { 0, 1 })
        {
            var north = picture.Ink(Half(picture.Data(panel), 0.1));
            Assert.True(picture.Ink(Half(picture.Data(panel), 0.6)) > north + 30);
        }

        // The held-out fields' spectrum is a black line.
        Assert.True(picture.Count(picture.Data(2), Picture.IsDark) > 200);
    }

    private static SixLabors.ImageSharp.Rectangle Half(SixLabors.ImageSharp.Rectangle data, double from) =>
        new(data.Left + data.Width / 4, data.Top + (int)(from * data.Height), data.Width / 2, (int)(0.3 * data.Height));
}
