using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Maps;

public sealed class CubicRasterTests
{
    private const int Height = 6, Width = 8;

    [Fact]
    public void It_passes_through_the_cells()
    {
        var random = new Random(1);
        float[] values = [.. Enumerable.Range(0, Height * Width).Select(_ => random.NextSingle())];
        var raster = CubicRaster.Of(values, Height, Width, Places(Height), Places(Width), isPeriodic: false);
        Assert.Equal(values.Select(value => (double)value), raster.Cast<double>());
    }

    [Fact]
    public void Planes_stay_planes_within_and_beyond_the_outermost_cells()
    {
        float[] values = [.. Enumerable.Range(0, Height * Width).Select(cell => 3f * (cell / Width) - 2f * (cell % Width))];
        double[] rows = [-0.5, 0.3, 4.9, 5.5], columns = [-0.5, 1.25, 6.5, 7.5];
        var raster = CubicRaster.Of(values, Height, Width, rows, columns, isPeriodic: false);
        Assert.Equal(from r in rows from c in columns select 3 * r - 2 * c, raster.Cast<double>(), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void A_wave_is_nearer_than_on_straight_lines_and_meets_itself_round_the_globe()
    {
        const int Count = 12;
        float[] values = [.. Enumerable.Range(0, 2 * Count).Select(cell => (float)Math.Sin(cell % Count * 2 * Math.PI / Count))];
        double[] columns = [.. Enumerable.Range(0, 121).Select(i => i / 10.0)];
        var raster = CubicRaster.Of(values, 2, Count, [0], columns, isPeriodic: true);
        Assert.Equal(raster[0, 0], raster[0, 120], 6);
        Assert.Equal(Math.Sin(11.5 * 2 * Math.PI / Count), raster[0, 115], 0.005);
        // The middle of a straight line between two cells lies 3% of the crest below it.
        Assert.All(columns.Select((column, i) => (Wave: Math.Sin(column * 2 * Math.PI / Count), Raster: raster[0, i])), at => Assert.Equal(at.Wave, at.Raster, 0.005));
    }

    [Fact]
    public void Missing_cells_take_no_more_than_the_squares_that_touch_them()
    {
        float[] values = [.. Enumerable.Repeat(1f, Height * Width)];
        values[2 * Width + 3] = float.NaN;
        double[] places = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4];
        var raster = CubicRaster.Of(values, Height, Width, places, places, isPeriodic: false);
        for (var r = 0; r < places.Length; r++)
        {
            for (var c = 0; c < places.Length; c++)
            {
                var isTouched = Math.Abs(places[r] - 2) < 1 && Math.Abs(places[c] - 3) < 1;
                Assert.Equal(isTouched ? double.NaN : 1, raster[r, c], 9);
            }
        }
    }

    private static double[] Places(int count) => [.. Enumerable.Range(0, count).Select(i => (double)i)];
}
