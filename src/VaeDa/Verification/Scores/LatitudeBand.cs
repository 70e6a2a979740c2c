using System.Globalization;
using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Scores;

/// <summary>A band of latitudes, whose cells are scored together.</summary>
/// <param name="Name">The name of the band in tables, for example <c>30N-60N</c>.</param>
/// <param name="South">The latitude of its southern edge, degrees north; a row there is part of the band.</param>
/// <param name="North">The latitude of its northern edge, degrees north; a row there is part of the next band, unless the grid ends with it.</param>
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

    /// <summary>All of a grid: <c>global</c>, or <c>region</c> where the grid is not of the whole Earth.</summary>
    /// <param name="grid">The grid.</param>
    internal static LatitudeBand Whole(Grid grid) => grid.IsGlobal ? All[0] : All[0] with { Name = "region" };

    /// <summary>Finds the bands that a grid has rows within, without the whole globe.</summary>
    /// <param name="grid">The grid; a row of a projected one has the latitude of its middle.</param>
    /// <returns>
    /// The bands from north to south, each with the numbers of its rows, from 0. Where a region ends within a band, the band has the name
    /// of what there is of it: <c>60N-70N</c>, by the latitude of the last row.
    /// </returns>
    public static IReadOnlyList<(LatitudeBand Band, int[] Rows)> Of(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        // A row of a projected grid has the latitude of its middle.
        var rows = Enumerable.Range(0, grid.Height).Select(i => grid.LatitudeOf(i * grid.Width + grid.Width / 2)).ToArray(); // (H)
        // The last row of a band that goes on is nearer to its edge than to its neighbour.
        var spacing = (rows.Max() - rows.Min()) / (rows.Length - 1);
        return [.. All.Skip(1)
            .Select(band => (Band: band.Within(rows.Min(), rows.Max(), spacing), Rows: Enumerable.Range(0, grid.Height).Where(i => band.Contains(rows[i], rows.Max())).ToArray()))
            .Where(band => band.Rows.Length > 0)];
    }

    /// <summary>The cells of a grid that are in the band: each cell is in one band, and in that of the whole globe.</summary>
    /// <param name="grid">The grid.</param>
    internal int[] CellsOf(Grid grid)
    {
        var latitudes = Enumerable.Range(0, grid.Cells).Select(grid.LatitudeOf).ToArray(); // (H · W)
        var northernmost = latitudes.Max();
        return [.. Enumerable.Range(0, latitudes.Length).Where(cell => Contains(latitudes[cell], northernmost))];
    }

    // Its limits stay; its name says what there is of it.
    private LatitudeBand Within(double southernmost, double northernmost, double spacing)
    {
        var (south, north) = (southernmost - South >= spacing ? southernmost : South, North - northernmost >= spacing ? northernmost : North);
        return (south, north) == (South, North) ? this : this with { Name = $"{Text(south)}-{Text(north)}" };

        static string Text(double latitude) => string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(latitude):0.#}{(latitude < 0 ? "S" : "N")}");
    }

    // Half-open, so that a row at 30° or 60° is counted once, in the band to its north; the grid's last row, which has none there (the pole, or the end of a region), stays.
    private bool Contains(double latitude, double northernmost) => latitude == northernmost ? latitude > South && latitude <= North : latitude >= South && latitude < North;
}
