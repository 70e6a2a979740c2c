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
