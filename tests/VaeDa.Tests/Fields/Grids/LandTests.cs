using VaeDa.Fields.Grids;

namespace VaeDa.Tests.Fields.Grids;

public class LandTests
{
    [Theory]
    [InlineData(55.75, 37.6, "Moscow")]
    [InlineData(-85, 100, "Antarctica's interior")]
    [InlineData(-88, -179.99, "Antarctica at the antimeridian")]
    [InlineData(-90, 0, "the south pole")]
    [InlineData(72, -40, "Greenland")]
    [InlineData(68, 179.9, "Chukotka, west of the antimeridian")]
    [InlineData(67, -179.5, "Chukotka, east of the antimeridian")]
    [InlineData(-25, 134, "Australia")]
    [InlineData(5, 20, "Africa")]
    [InlineData(40, -100, "North America")]
    [InlineData(-10, -55, "Brazil")]
    [InlineData(52.5, -1.5, "England")]
    public void Land_is_land(double latitude, double longitude, string place)
    {
        Assert.True(Land.NaturalEarth.Contains(latitude, longitude), place);
        Assert.True(Land.NaturalEarth.Contains(latitude, longitude + 360), $"{place}, a turn on");
        Assert.True(Land.NaturalEarth.Contains(latitude, longitude - 360), $"{place}, a turn back");
    }

    [Theory]
    [InlineData(0, -160, "the middle of the Pacific")]
    [InlineData(0, 200, "the middle of the Pacific, 0…360")]
    [InlineData(30, 180, "the north Pacific at the antimeridian")]
    [InlineData(75, 179.9, "the sea north of Wrangel")]
    [InlineData(90, 0, "the north pole")]
    [InlineData(42, 51, "the Caspian")]
    [InlineData(56, 3, "the North Sea")]
    [InlineData(-60, 0, "the Southern Ocean")]
    [InlineData(25, -90, "the Gulf of Mexico")]
    [InlineData(-20, 80, "the Indian Ocean")]
    public void Sea_is_sea(double latitude, double longitude, string place) =>
        Assert.False(Land.NaturalEarth.Contains(latitude, longitude), place);

    [Fact]
    public void Land_covers_29_percent_of_the_earth()
    {
        double land = 0, all = 0;
        for (var latitude = -89.0; latitude < 90; latitude += 2)
        {
            for (var longitude = -179.0; longitude < 180; longitude += 2)
            {
                var area = Math.Cos(latitude * Math.PI / 180);
                all += area;
                land += Land.NaturalEarth.Contains(latitude, longitude) ? area : 0;
            }
        }

        Assert.InRange(land / all, 0.28, 0.30);
    }

    [Fact]
    public void The_cells_on_land_are_those_whose_centres_are()
    {
        var grid = new Grid([.. Enumerable.Range(0, 41).Select(i => 90 - 4.5 * i)], [.. Enumerable.Range(0, 72).Select(j => 5.0 * j)]);
        Assert.Equal(Enumerable.Range(0, grid.Cells).Select(c => Land.NaturalEarth.Contains(grid.LatitudeOf(c), grid.LongitudeOf(c))), Land.NaturalEarth.Of(grid));
    }

    // The areas of a reanalysis at 0.25°: cell by cell they took two minutes.
    [Fact]
    public void A_grid_of_a_quarter_of_a_degree_takes_no_minutes()
    {
        var grid = new Grid([.. Enumerable.Range(0, 721).Select(i => 90 - 0.25 * i)], [.. Enumerable.Range(0, 1440).Select(j => 0.25 * j)]);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        Land.NaturalEarth.Of(grid);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }

    [Fact]
    public void Rings_are_closed_and_within_range() => Assert.All(Land.NaturalEarth.Rings, ring =>
    {
        Assert.True(ring.Count >= 4);
        Assert.Equal(ring[0], ring[^1]);
        Assert.All(ring, point =>
        {
            Assert.InRange(point.Longitude, -180, 180 + 1e-9);
            Assert.InRange(point.Latitude, -90, 90);
        });
    });
}
