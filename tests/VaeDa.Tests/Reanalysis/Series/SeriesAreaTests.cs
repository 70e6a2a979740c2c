using FsCheck.Xunit;
using VaeDa.Fields.Grids;
using VaeDa.Reanalysis.Series;

namespace VaeDa.Tests.Reanalysis.Series;

public sealed class SeriesAreaTests
{
    private static readonly Grid Globe = new([.. Enumerable.Range(0, 36).Select(i => 87.5 - 5 * i)], [.. Enumerable.Range(0, 72).Select(j => 5.0 * j)]);

    private static Dictionary<string, SeriesArea> Usual => SeriesArea.Usual(Globe).ToDictionary(a => a.Name);

    [Fact]
    public void A_global_grid_has_globe_hemispheres_bands_land_and_sea() =>
        Assert.Equal(["globe", "north", "south", "60-90N", "30-60N", "0-30N", "0-30S", "30-60S", "60-90S", "land", "sea"], SeriesArea.Usual(Globe).Select(a => a.Name));

    [Fact]
    public void A_regional_grid_has_only_what_it_covers_and_no_globe()
    {
        var europe = new Grid([.. Enumerable.Range(0, 10).Select(i => 65.0 - 2 * i)], [.. Enumerable.Range(0, 10).Select(j => 2.0 * j)]);
        Assert.Equal(["all", "60-90N", "30-60N", "land", "sea"], SeriesArea.Usual(europe).Select(a => a.Name));
    }

    [Property]
    public void Means_of_parts_add_up_to_that_of_the_whole(int seed)
    {
        var random = new Random(seed);
        float[] field = [.. Enumerable.Range(0, Globe.Cells).Select(_ => (float)random.NextDouble())];
        var usual = Usual;
        var globe = usual["globe"].Mean(field);
        Assert.Equal(new AreaMean(Globe).Of<float>(field), globe, 1e-6);
        Assert.Equal(globe, (usual["north"].Mean(field) + usual["south"].Mean(field)) / 2, 1e-6);
        // The sphere's area between two latitudes is as the difference of their sines, but for cells of five degrees.
        Assert.Equal(globe, 0.5 * usual["0-30N"].Mean(field) * 0.5 + 0.5 * usual["0-30S"].Mean(field) * 0.5 + (0.866 - 0.5) * (usual["30-60N"].Mean(field) + usual["30-60S"].Mean(field)) / 2 + (1 - 0.866) * (usual["60-90N"].Mean(field) + usual["60-90S"].Mean(field)) / 2, 1e-3);
    }

    [Fact]
    public void Land_is_a_third_of_the_globe()
    {
        float[] ones = [.. Enumerable.Range(0, Globe.Cells).Select(c => Land.NaturalEarth.Contains(Globe.LatitudeOf(c), Globe.LongitudeOf(c)) ? 1f : 0)];
        Assert.InRange(Usual["globe"].Mean(ones), 0.26, 0.32);
        Assert.Equal((1, 0), (Usual["land"].Mean(ones), Usual["sea"].Mean(ones)));
    }

    // East of Greenwich, across it, across the date line, and all round.
    [Theory]
    [InlineData(0, 40, 9)]
    [InlineData(-10, 10, 5)]
    [InlineData(170, -170, 5)]
    [InlineData(-180, 180, 72)]
    [InlineData(350, 370, 5)]
    public void A_box_holds_the_cells_whose_centres_are_between_its_edges(double west, double east, int columns)
    {
        var seen = new float[Globe.Cells];
        var box = SeriesArea.Box("box", Globe, west, east, 0, 10);
        // Rows at 2.5 and 7.5 degrees; each cell by itself.
        var count = Enumerable.Range(0, Globe.Cells).Count(c =>
        {
            Array.Clear(seen);
            seen[c] = 1;
            return box.Mean(seen) > 0;
        });
        Assert.Equal(2 * columns, count);
    }

    [Fact]
    public void A_place_is_interpolated_and_gaps_are_left_out()
    {
        float[] field = [.. Enumerable.Range(0, Globe.Cells).Select(c => (float)Globe.LatitudeOf(c))];
        Assert.Equal(51.5, SeriesArea.Place("london", Globe, 51.5, -0.1).Mean(field), 1e-4);
        var gaps = field.Select((x, c) => Globe.LatitudeOf(c) > 52 ? float.NaN : x).ToArray();
        Assert.Equal(47.5, SeriesArea.Place("london", Globe, 51.5, -0.1).Mean(gaps), 1e-4);
        Assert.Equal(double.NaN, SeriesArea.Place("pole", Globe, 89, 0).Mean(gaps));
    }

    [Fact]
    public void What_is_outside_the_grid_is_refused()
    {
        var europe = new Grid([60, 50, 40], [0, 10, 20]);
        Assert.Contains("region 'x'", Assert.Throws<InvalidInputException>(() => SeriesArea.Box("x", europe, 100, 120, 40, 60)).Message);
        Assert.Contains("outside the grid", Assert.Throws<InvalidInputException>(() => SeriesArea.Place("x", europe, 0, 100)).Message);
    }
}
