using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Scores;

/// <summary>A band of latitudes, whose cells are scored together.</summary>
/// <param name="Name">The name of the band in tables, for example <c>30N-60N</c>.</param>
/// <param name="South">The latitude of its southern edge, degrees north; the edge is part of the band.</param>
/// <param name="North">The latitude of its northern edge, degrees north; the edge is part of the band.</param>
public sealed record LatitudeBand(string Name, double South, double North)
{
    /// <summary>All bands, the whole globe first, then from north to south.</summary>
    public static IReadOnlyList<LatitudeBand> All { get; } =
    [
        new("global", -90, 90),
        new("60N-90N", 60, 90),
        new("30N-60N", 30, 60),
        new("30S-30N", -30, 30),
        new("60S-30S", -60, -30),
        new("90S-60S", -90, -60),
    ];

    /// <summary>Finds the bands that a grid has rows within, without the whole globe.</summary>
    /// <param name="grid">The grid; a row of a projected one has the latitude of its middle.</param>
    /// <returns>The bands from north to south, each with the numbers of its rows, from 0.</returns>
    public static IReadOnlyList<(LatitudeBand Band, int[] Rows)> Of(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        // A row of a projected grid has the latitude of its middle.
        var rows = Enumerable.Range(0, grid.Height).Select(i => grid.LatitudeOf(i * grid.Width + grid.Width / 2)).ToArray(); // (H)
        return [.. All.Skip(1)
            .Where(band => rows.Any(latitude => latitude > band.South && latitude < band.North))
            .Select(band => (band, Enumerable.Range(0, grid.Height).Where(i => band.Contains(rows[i])).ToArray()))];
    }

    internal bool Contains(double latitude) => latitude >= South && latitude <= North;
}
