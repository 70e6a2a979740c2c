using VaeDa.Fields.Grids;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Pages;

/// <summary>The cells of a page's maps, all of a grid or of every so many rows and columns one.</summary>
public sealed class PageGrid
{
    private readonly Grid grid;
    private readonly MapExtent extent;
    private readonly int[] cells;

    /// <param name="whole">The grid of the fields.</param>
    /// <param name="every">One row and column of so many is shown, so that a large field fits into the page.</param>
    /// <param name="blocks">Take the coasts and, of a projected grid, the places of cells.</param>
    public PageGrid(Grid whole, int every, PageBlocks blocks)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(blocks);
        Every = every;
        (grid, cells) = Thinned(whole, every);
        extent = new GridExtent(grid);
        (IsProjected, Aspect, Height, Width) = (grid.Projection is not null, extent.Aspect, grid.Height, grid.Width);
        (Left, Right, Bottom, Top) = (extent.Left, extent.Right, extent.Bottom, extent.Top);
        Y = Edges(grid.Y);
        (Y[0], Y[^1]) = (extent.Top, extent.Bottom);
        (Columns, X) = grid.IsPeriodic ? Turned() : ([.. Enumerable.Range(0, Width)], Edges(grid.X));
        Latitudes = Places(grid.LatitudeOf, grid.Latitudes);
        Longitudes = Places(grid.LongitudeOf, grid.Longitudes);
        Coasts = blocks.Add(new Coastlines(extent).Paths().Select(path => path.SelectMany(place => (double[])[OnPaper(place.X), OnPaper(place.Y)])));

        // To some thousandths of the map's width.
        double OnPaper(double coordinate)
        {
            var step = Math.Pow(10, Math.Floor(Math.Log10((Right - Left) / 1000)));
            return Math.Round(Math.Round(coordinate / step) * step, 6);
        }

        int Places(Func<int, double> of, IReadOnlyList<double> axis) => IsProjected
            ? blocks.Add([.. Enumerable.Range(0, grid.Cells).Select(c => (float)of(c))], 0.01)
            : blocks.Add(axis.Select(degrees => Math.Round(degrees, 4)));
    }

    /// <summary>One row and column of so many is shown.</summary>
    public int Every { get; }

    /// <summary>Whether rows and columns are those of a projection.</summary>
    public bool IsProjected { get; }

    /// <summary>Width by height of the map on paper.</summary>
    public double Aspect { get; }

    /// <summary>The number of rows.</summary>
    public int Height { get; }

    /// <summary>The number of columns.</summary>
    public int Width { get; }

    /// <summary>The western edge of the map, in degrees or the projection's units.</summary>
    public double Left { get; }

    /// <summary>The eastern edge of the map.</summary>
    public double Right { get; }

    /// <summary>The southern edge of the map.</summary>
    public double Bottom { get; }

    /// <summary>The northern edge of the map.</summary>
    public double Top { get; }

    /// <summary>The edges of rows, from the top.</summary>
    public double[] Y { get; }

    /// <summary>The edges of the columns that are drawn, from the left; those at both ends may lie beyond the edges of the map.</summary>
    public double[] X { get; }

    /// <summary>Which column of a field each of these is; the one that the map's edge cuts is drawn at both ends.</summary>
    public int[] Columns { get; }

    /// <summary>The block with the latitudes of the rows or, of a projected grid, of the cells.</summary>
    public int Latitudes { get; }

    /// <summary>The block with the longitudes of the columns or, of a projected grid, of the cells.</summary>
    public int Longitudes { get; }

    /// <summary>The block with the coasts: lines, each its places' coordinates on the map in turn.</summary>
    public int Coasts { get; }

    /// <summary>The cells of a whole field that are shown.</summary>
    public float[] Of(IReadOnlyList<float> field) => [.. cells.Select(cell => field[cell])];

    /// <summary>Where a place is on the map; null where it is not.</summary>
    public (double X, double Y)? Place(double latitude, double longitude) => extent.Place(latitude, longitude) is { } place ? (place.X, place.Y) : null;

    /// <summary>The smallest number of which one row and column is to be shown, so that no more than so many cells are.</summary>
    public static int EveryFor(Grid grid, long most)
    {
        ArgumentNullException.ThrowIfNull(grid);
        var every = 1;
        while ((long)((grid.Height + every - 1) / every) * ((grid.Width + every - 1) / every) > most && grid.Height > 2 * every && grid.Width > 2 * every)
        {
            // What goes round the Earth is to do so still.
            do
            {
                every++;
            }
            while (grid.IsPeriodic && grid.Width % every != 0);
        }

        return every;
    }

    private static (Grid Grid, int[] Cells) Thinned(Grid whole, int every)
    {
        if (every == 1)
        {
            return (whole, [.. Enumerable.Range(0, whole.Cells)]);
        }

        int[] rows = [.. Enumerable.Range(0, whole.Height).Where(r => r % every == 0)], columns = [.. Enumerable.Range(0, whole.Width).Where(c => c % every == 0)];
        int[] kept = [.. rows.SelectMany(r => columns.Select(c => r * whole.Width + c))];
        double[] y = [.. rows.Select(r => whole.Y[r])], x = [.. columns.Select(c => whole.X[c])];
        return (whole.Projection is { } projection
            ? new Grid([.. kept.Select(whole.LatitudeOf)], [.. kept.Select(whole.LongitudeOf)], projection with { Y = y, X = x })
            : new Grid(y, x), kept);
    }

    // Columns from the map's western edge on: the one that it cuts comes first and last.
    private (int[] Columns, double[] Edges) Turned()
    {
        var edges = Edges(grid.X);
        var width = Width;
        var first = Enumerable.Range(0, width).MinBy(c => Turn(edges[c + 1]));
        var start = Turn(edges[first + 1]) - (edges[first + 1] - edges[first]);
        int[] columns = [.. Enumerable.Range(0, width + 1).Select(i => (first + i) % width)];
        var x = new double[width + 2];
        x[0] = start;
        for (var i = 0; i <= width; i++)
        {
            x[i + 1] = x[i] + edges[columns[i] + 1] - edges[columns[i]];
        }

        return (columns, x);

        // Of an edge that lies on the map's own, the eastern one: the column to its west is not cut.
        double Turn(double longitude) => extent.Left + ((longitude - extent.Left) % 360 + 360) % 360 is var turned && turned - extent.Left < 1e-6 ? turned + 360 : turned;
    }

    private static double[] Edges(IReadOnlyList<double> centres)
    {
        var edges = new double[centres.Count + 1];
        for (var i = 1; i < centres.Count; i++)
        {
            edges[i] = (centres[i - 1] + centres[i]) / 2;
        }

        (edges[0], edges[^1]) = (1.5 * centres[0] - 0.5 * centres[1], 1.5 * centres[^1] - 0.5 * centres[^2]);
        return edges;
    }
}
