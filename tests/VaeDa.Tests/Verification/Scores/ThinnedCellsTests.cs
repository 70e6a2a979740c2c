using VaeDa.Fields.Grids;
using VaeDa.Verification.Scores;

namespace VaeDa.Tests.Verification.Scores;

public class ThinnedCellsTests
{
    [Theory]
    [InlineData(48, 96)]
    [InlineData(90, 180)]
    public void They_are_far_apart_many_and_stand_for_equal_areas(int height, int width)
    {
        var grid = SyntheticFields.Grid(height, width);
        var cells = ThinnedCells.Of(grid);
        // 94 places could be 2,500 km apart if a sphere could be packed as densely as a plane.
        Assert.InRange(cells.Count, 60, 94);
        for (var i = 0; i < cells.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.True(Distance(grid, cells[i], cells[j]) >= ThinnedCells.Separation);
            }
        }

        // Half the area lies within 30 degrees of the equator, a quarter between 30 and 90 degrees north.
        Assert.InRange(cells.Count(c => Math.Abs(grid.Latitudes[c / grid.Width]) < 30) / (double)cells.Count, 0.42, 0.58);
        Assert.InRange(cells.Count(c => grid.Latitudes[c / grid.Width] > 30) / (double)cells.Count, 0.17, 0.33);
        // None could be added: every cell is near one.
        Assert.All(Enumerable.Range(0, grid.Cells), c => Assert.Contains(cells, other => Distance(grid, c, other) < ThinnedCells.Separation + 500));
    }

    [Fact]
    public void A_small_region_has_one()
    {
        var grid = new Grid([50.3, 50.2, 50.1], [10.1, 10.2, 10.3]);
        Assert.Equal([4], ThinnedCells.Of(grid));
    }

    [Fact]
    public void Ranks_are_tested_where_the_fields_have_values()
    {
        var grid = ProjectedGrids.Britain;
        float[] OnlyAt(int cell, float value) => [.. Enumerable.Range(0, grid.Cells).Select(c => c == cell ? value : float.NaN)];
        var ensemble = new EnsembleAgainstTruth(OnlyAt(7, 1), OnlyAt(7, 1), [OnlyAt(7, 0), OnlyAt(7, 2)]);
        var calibration = new EnsembleCalibration(grid, 2, ensemble.Cells);
        calibration.Add(ensemble);
        Assert.Equal([0, 1, 0], calibration.Thinned.Counts);
    }

    private static double Distance(Grid grid, int a, int b) => GreatCircle.Distance(
        grid.Latitudes[a / grid.Width], grid.Longitudes[a % grid.Width], grid.Latitudes[b / grid.Width], grid.Longitudes[b % grid.Width]);

    [Fact]
    public void Where_cells_are_missing_only_those_with_values_are_taken()
    {
        var grid = SyntheticFields.Grid(24, 48);
        int[] north = [.. Enumerable.Range(0, grid.Cells / 2)];
        var taken = ThinnedCells.Of(grid, among: north);
        Assert.InRange(taken.Count, 10, ThinnedCells.Of(grid).Count - 10);
        Assert.Subset(north.ToHashSet(), taken.ToHashSet());
        // None of the spiral's points need fall on the only one.
        Assert.Equal([7], ThinnedCells.Of(ProjectedGrids.Britain, among: [7]));
    }
}
