using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Scores;

/// <summary>
/// Cells of a grid so far apart that their errors hardly depend on each other, as densely and evenly as that allows:
/// along the spiral of Swinbank and Purser (2006, Q. J. R. Meteorol. Soc. 132, 1769), whose points stand for equal areas,
/// each point is taken whose cell is far enough from all taken before.
/// </summary>
internal static class ThinnedCells
{
    /// <summary>Kilometres: beyond the correlation of daily analyses' errors.</summary>
    public const double Separation = 2500;

    private const int SpiralPoints = 4000;
    private static readonly double GoldenRatio = (1 + Math.Sqrt(5)) / 2;

    /// <param name="grid">H × W.</param>
    /// <param name="separation">Kilometres between any two of them, at least.</param>
    /// <param name="among">The cells to choose from, at least one: those that have values; null for all.</param>
    /// <returns>Cell numbers, at least one.</returns>
    public static IReadOnlyList<int> Of(Grid grid, double separation = Separation, IReadOnlyList<int>? among = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var hasValue = among?.ToHashSet();
        var taken = new List<int>();
        for (var i = 0; i < SpiralPoints; i++)
        {
            var latitude = Math.Asin(1 - (2 * i + 1.0) / SpiralPoints) * 180 / Math.PI;
            if (grid.Locate(latitude, 360 * (i / GoldenRatio % 1)) is not { } place)
            {
                continue;
            }

            var cell = (int)Math.Round(place.Row) * grid.Width + (int)Math.Round(place.Column) % grid.Width;
            if (hasValue?.Contains(cell) != false && taken.TrueForAll(other => Distance(cell, other) >= separation))
            {
                taken.Add(cell);
            }
        }

        // A region smaller than the spiral's steps.
        return taken.Count > 0 ? taken : [among?[among.Count / 2] ?? grid.Height / 2 * grid.Width + grid.Width / 2];

        double Distance(int a, int b) => GreatCircle.Distance(
            grid.LatitudeOf(a), grid.LongitudeOf(a), grid.LatitudeOf(b), grid.LongitudeOf(b));
    }
}
