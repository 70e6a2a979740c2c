using VaeDa.Fields.Grids;

namespace VaeDa.Assimilation.Worth;

/// <summary>A grid's cells in small tiles, so that what is near one cell of a tile is near them all.</summary>
internal static class GridTiles
{
    private const int Side = 6;

    // Of a finer grid every second, third … row and column serve: they lie far closer than analyses are smooth.
    private const int MostCells = 20_000;

    /// <param name="grid">The grid.</param>
    /// <param name="isTaken">Whether a cell counts.</param>
    /// <returns>Tiles, of each its cells: at least one.</returns>
    public static IEnumerable<int[]> Of(Grid grid, Predicate<int> isTaken)
    {
        var step = (int)Math.Ceiling(Math.Sqrt((double)grid.Cells / MostCells));
        foreach (var rows in Every(grid.Height, step))
        {
            foreach (var columns in Every(grid.Width, step))
            {
                int[] cells = [.. rows.SelectMany(row => columns.Select(column => row * grid.Width + column)).Where(cell => isTaken(cell))];
                if (cells.Length > 0)
                {
                    yield return cells;
                }
            }
        }

        static int[][] Every(int count, int step) => [.. Enumerable.Range(0, (count + step - 1) / step).Select(i => i * step).Chunk(Side)];
    }
}
