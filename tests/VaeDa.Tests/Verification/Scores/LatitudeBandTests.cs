using VaeDa.Fields.Grids;
using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

public sealed class LatitudeBandTests
{
    [Fact]
    public void Bands_of_the_globe_have_all_their_latitudes_by_name()
    {
        Assert.Equal("global", LatitudeBand.Whole(SyntheticFields.Grid()).Name);
        Assert.Equal(["60N-90N", "30N-60N", "30S-30N", "60S-30S", "90S-60S"], LatitudeBand.Of(SyntheticFields.Grid(48, 96)).Select(b => b.Band.Name));
    }

    [Theory]
    [InlineData(90, -90, 7.5)] // with rows at the poles, at 60, 30, −30 and −60
    [InlineData(60, -60, 7.5)]
    [InlineData(87.5, -87.5, 5)]
    [InlineData(60, 30, 2.5)]
    [InlineData(30, -30, 2.5)]
    [InlineData(-30, -60, 2.5)]
    public void Each_row_is_in_one_band(double north, double south, double step)
    {
        var grid = new Grid([.. Enumerable.Range(0, (int)Math.Round((north - south) / step) + 1).Select(i => north - step * i)], [.. Enumerable.Range(0, 36).Select(j => 10.0 * j)]);
        var (bands, area) = (LatitudeBand.Of(grid), grid.AreaWeights());
        Assert.Equal(Enumerable.Range(0, grid.Height), bands.SelectMany(b => b.Rows));
        Assert.All(bands, b => Assert.Equal(b.Rows.SelectMany(row => Enumerable.Range(row * grid.Width, grid.Width)), b.Band.CellsOf(grid)));
        Assert.Equal(LatitudeBand.Whole(grid).CellsOf(grid).Sum(cell => (double)area[cell]), bands.Sum(b => b.Band.CellsOf(grid).Sum(cell => (double)area[cell])), 1e-9);
        Assert.Equal(grid.Cells, LatitudeBand.Whole(grid).CellsOf(grid).Length);
    }

    [Theory]
    [InlineData(70, 30, 2.5, "60N-70N", "30N-60N")] // the North Atlantic of the reanalysis NCEP
    [InlineData(60, 30, 1.5, "30N-60N")]
    [InlineData(10, -42.5, 2.5, "30S-10N", "42.5S-30S")]
    [InlineData(-10, -20, 2.5, "20S-10S")]
    [InlineData(88.75, 61.25, 2.5, "60N-90N")]
    public void A_band_that_a_region_ends_within_is_called_after_what_there_is_of_it(double north, double south, double step, params string[] names)
    {
        var region = new Grid([.. Enumerable.Range(0, (int)Math.Round((north - south) / step) + 1).Select(i => north - step * i)], [-20, -17.5, -15, -12.5]);
        Assert.Equal("region", LatitudeBand.Whole(region).Name);
        Assert.Equal(names, LatitudeBand.Of(region).Select(b => b.Band.Name));
    }
}
