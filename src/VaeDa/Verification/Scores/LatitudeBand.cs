using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Scores;

/// <summary>Cells of a grid that are scored together.</summary>
public sealed record LatitudeBand(string Name, double South, double North)
{
    public static IReadOnlyList<LatitudeBand> All { get; } =
    [
        new("global", -90, 90),
        new("60N-90N", 60, 90),
        new("30N-60N", 30, 60),
        new("30S-30N", -30, 30),
        new("60S-30S", -60, -30),
        new("90S-60S", -90, -60),
    ];

    /// <summary>Those that a grid has rows within, the whole globe apart, and their rows.</summary>
    public static IReadOnlyList<(LatitudeBand Band, int[] Rows)> Of(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        // A row of a projected grid has the latitude of its middle.
        var rows = Enumerable.Range(0, grid.Height).Select(i => grid.LatitudeOf(i * grid.Width + grid.Width / 2)).ToArray(); // (H)
        return [.. All.Skip(1)
            .Where(band => rows.Any(latitude => latitude > band.South && latitude < band.North))
            .Select(band => (band, Enumerable.Range(0, grid.Height).Where(i => band.Contains(rows[i])).ToArray()))];
    }

    public bool Contains(double latitude) => latitude >= South && latitude <= North;
}
