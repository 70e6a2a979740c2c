using VaeDa.Fields.Grids;

namespace VaeDa.Tests.Fields.Grids;

public sealed class CoarseningTests
{
    private static readonly Grid Fine = new([75, 45, 15, -15], [0, 10, 20, 30, 40, 50]);

    [Fact]
    public void Blocks_become_cells_at_their_centres_with_the_mean_by_area()
    {
        var coarsening = new Coarsening(Fine, 2);
        Assert.Equal(new Grid([60, 0], [5, 25, 45]), coarsening.Grid);
        var coarse = new float[6];
        coarsening.Apply([.. Enumerable.Range(0, 24).Select(i => (float)(i / 6))], coarse);
        var (high, middle) = (Math.Cos(75 * Math.PI / 180), Math.Cos(45 * Math.PI / 180));
        Assert.All(coarse[..3], value => Assert.Equal(middle / (high + middle), value, 1e-6));
        Assert.All(coarse[3..], value => Assert.Equal(2.5, value, 1e-6));
    }

    [Fact]
    public void A_block_has_a_value_where_half_of_its_area_has()
    {
        var fine = Enumerable.Repeat(1f, 24).ToArray();
        fine[0] = fine[1] = float.NaN; // the smaller half of the first block
        fine[8] = fine[9] = float.NaN; // the larger half of the second
        var coarse = new float[6];
        new Coarsening(Fine, 2).Apply(fine, coarse);
        Assert.Equal([1, float.NaN, 1, 1, 1, 1], coarse);
    }

    [Fact]
    public void A_number_that_does_not_divide_the_grid_is_refused() =>
        Assert.Contains("divides 4 and 6", Assert.Throws<InvalidInputException>(() => new Coarsening(Fine, 4)).Message);

    [Fact]
    public void A_projected_grid_is_refused() =>
        Assert.Contains("projected", Assert.Throws<InvalidInputException>(() => new Coarsening(ProjectedGrids.Britain, 2)).Message);
}
