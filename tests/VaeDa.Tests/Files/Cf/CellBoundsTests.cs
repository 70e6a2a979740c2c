using VaeDa.Files.Cf;

namespace VaeDa.Tests.Files.Cf;

public sealed class CellBoundsTests
{
    [Fact]
    public void Cells_reach_halfway_to_their_neighbours_and_as_far_outwards() =>
        Assert.Equal([9, 7, 7, 4.5, 4.5, 1.5], CellBounds.Of([8, 6, 3]));

    [Fact]
    public void Outermost_rows_reach_the_poles_and_not_beyond()
    {
        // Of a Gaussian grid of 48 rows, the first and last two: half of their distance would end short of the pole.
        Assert.Equal([90, (87.159 + 83.479) / 2, (87.159 + 83.479) / 2, 0, 0, (-87.159 - 83.479) / 2, (-87.159 - 83.479) / 2, -90], CellBounds.OfLatitudes([87.159, 83.479, -83.479, -87.159]));
        Assert.Equal([90, 88.75, 88.75, 86.25], CellBounds.OfLatitudes([90, 87.5]));
        Assert.Equal([62.5, 57.5, 57.5, 52.5], CellBounds.OfLatitudes([60, 55]));
    }

    [Fact]
    public void Columns_round_the_Earth_share_the_edge_at_the_seam()
    {
        Assert.Equal([-45, 45, 45, 135, 135, 225, 225, 315], CellBounds.OfLongitudes([0, 90, 180, 270], isPeriodic: true));
        Assert.Equal([5, 15, 15, 25], CellBounds.OfLongitudes([10, 20], isPeriodic: false));
    }
}
