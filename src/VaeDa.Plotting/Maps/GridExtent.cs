using ScottPlot;
using VaeDa.Fields.Grids;
using Grid = VaeDa.Fields.Grids.Grid;

namespace VaeDa.Plotting.Maps;

/// <summary>
/// A grid's own map: −180…180 for a grid that goes round, the cells' own extent for a region, in the coordinates of the grid's map. A
/// region of latitude by longitude is narrowed by the cosine of its middle latitude.
/// </summary>
internal sealed class GridExtent : MapExtent
{
    private readonly Grid grid;
    private readonly bool smooth;
    private readonly double[] rows;
    private readonly double[] columns;
    private readonly CoordinateRect covered;

    /// <param name="smooth">Whether fields are interpolated between cell centres rather than shown cell by cell.</param>
    /// <param name="region">What is shown of a projected grid's cells; null for all.</param>
    public GridExtent(Grid grid, bool smooth = false, MapBox? region = null)
        : base(grid)
    {
        this.grid = grid;
        this.smooth = smooth;
        var isProjected = grid.Projection is not null;
        var (edgesOfY, edgesOfX) = (EdgesOf(grid.Y), EdgesOf(grid.X));
        if (!isProjected)
        {
            edgesOfY[0] = Pole(edgesOfY[0], edgesOfY[0] - edgesOfY[1], 90);
            edgesOfY[^1] = Pole(edgesOfY[^1], edgesOfY[^2] - edgesOfY[^1], -90);
        }

        (Top, Bottom) = (edgesOfY[0], edgesOfY[^1]);
        (Left, Right) = grid.IsPeriodic ? (-180, 180) : (edgesOfX[0], edgesOfX[^1]);
        covered = new CoordinateRect(Left, Right, Bottom, Top);

        // Fractional cell indices of the raster's rows and columns, from the grid's own geometry.
        rows = Raster(grid.Height, edgesOfY, Top, Bottom, smooth, y => grid.LocateOnMap(y, grid.X[0])!.Value.Row);
        columns = Raster(grid.Width, [.. edgesOfX.Select(Turn)], Left, Right, smooth, x => grid.LocateOnMap(grid.Y[0], x)!.Value.Column);

        if (region is not null)
        {
            int[] inside = [.. Enumerable.Range(0, grid.Cells).Where(cell => region.Contains(grid.LatitudeOf(cell), grid.LongitudeOf(cell)))];
            if (inside.Length == 0)
            {
                throw new InvalidInputException("no cell of the grid has its centre in the region");
            }

            (Top, Bottom) = (edgesOfY[inside.Min(cell => cell / grid.Width)], edgesOfY[inside.Max(cell => cell / grid.Width) + 1]);
            (Left, Right) = (edgesOfX[inside.Min(cell => cell % grid.Width)], edgesOfX[inside.Max(cell => cell % grid.Width) + 1]);
        }

        var narrowing = grid.IsPeriodic || isProjected ? 1 : Math.Cos((Top + Bottom) / 2 * Math.PI / 180);
        Aspect = Math.Clamp((Right - Left) * narrowing / (Top - Bottom), 0.5, 4);
    }

    public override CoordinateRect Covered => covered;

    public override (EarthPoint Middle, double Radius) Reach
    {
        get
        {
            var cells = EarthPoint.Of(grid);
            var middle = cells[grid.Height / 2 * grid.Width + grid.Width / 2];
            // The cells' outer halves too.
            return (middle, cells.Max(cell => (cell - middle).Norm) * (1 + 1.0 / Math.Min(grid.Height, grid.Width)));
        }
    }

    /// <summary>Where a place is on the map, a longitude in the map's turn, <see cref="MapExtent.Left"/> ≤ x &lt; <see cref="MapExtent.Left"/> + 360.</summary>
    /// <returns>Null for a place outside the cells of a projected grid.</returns>
    public override Coordinates? Place(double latitude, double longitude) =>
        grid.OnMap(latitude, longitude) is { } place ? new Coordinates(Turn(place.X), place.Y) : null;

    public override IEnumerable<Coordinates?> Trace(IEnumerable<(double Latitude, double Longitude)?> line)
    {
        Coordinates? before = null;
        foreach (var next in line)
        {
            var place = next is { } at ? Place(at.Latitude, at.Longitude) : null;
            // The edge of the map's turn of longitude.
            if (before is { } from && place is { } to && Math.Abs(to.X - from.X) >= (Right - Left) / 2)
            {
                yield return null;
            }

            yield return place;
            before = place;
        }
    }

    private double Turn(double x)
    {
        if (grid.Projection is not null)
        {
            return x;
        }

        var turned = Left + ((x - Left) % 360 + 360) % 360;
        return turned < Left + 360 ? turned : Left;
    }

    /// <summary>
    /// The field on an even raster over the extent, first row north: cells of equal size as they are; uneven ones, and
    /// those that the map's edge cuts, repeated on a raster fine enough to show their own edges.
    /// </summary>
    public override double[,] Rasterise(IReadOnlyList<float> values)
    {
        var raster = new double[rows.Length, columns.Length];
        for (var r = 0; r < rows.Length; r++)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                raster[r, c] = smooth ? Bilinear(values, rows[r], columns[c]) : Nearest(values, rows[r], columns[c]);
            }
        }

        return raster;
    }

    public override double[,] Refine(IReadOnlyList<float> values, double smoothing, int rowCount, int columnCount)
    {
        var smoothed = GaussianFilter.Apply(values, grid.Height, grid.Width, smoothing, grid.IsPeriodic);
        double[] Lines(double start, double end, int count, Func<double, double> place) => [.. Enumerable.Range(0, count).Select(i => place(start + (end - start) * i / (count - 1)))];
        return CubicRaster.Of(
            smoothed,
            grid.Height,
            grid.Width,
            Lines(-Top, -Bottom, rowCount, y => PlaceOn([.. grid.Y.Select(centre => -centre)], y, period: null)),
            Lines(Left, Right, columnCount, x => PlaceOn(grid.X, x, grid.IsPeriodic ? 360 : null)),
            grid.IsPeriodic);
    }

    public override double Interpolate(IReadOnlyList<float> values, double y, double x) =>
        grid.LocateOnMap(y, x) is { } place ? Bilinear(values, place.Row, place.Column) : double.NaN;

    // Among ascending centres, fractional, straight on beyond the outermost.
    private static double PlaceOn(IReadOnlyList<double> centres, double x, double? period)
    {
        var turned = period is { } turn ? centres[0] + ((x - centres[0]) % turn + turn) % turn : x;
        var west = Math.Clamp(centres.TakeWhile(centre => centre <= turned).Count() - 1, 0, period is null ? centres.Count - 2 : centres.Count - 1);
        var east = west + 1 < centres.Count ? centres[west + 1] : centres[0] + period!.Value;
        return west + (turned - centres[west]) / (east - centres[west]);
    }

    private static double[] EdgesOf(IReadOnlyList<double> centres)
    {
        var edges = new double[centres.Count + 1];
        for (var i = 1; i < centres.Count; i++)
        {
            edges[i] = (centres[i - 1] + centres[i]) / 2;
        }

        edges[0] = 2 * centres[0] - edges[1];
        edges[^1] = 2 * centres[^1] - edges[^2];
        return edges;
    }

    // The outermost cells of a global grid end at the pole: Gaussian rows leave a sliver, rows centred on the pole overshoot.
    private static double Pole(double edge, double spacing, double pole) =>
        Math.Abs(edge) > 90 || Math.Abs(pole - edge) <= spacing / 2 ? pole : edge;

    private static double[] Raster(int cells, double[] edges, double start, double end, bool fine, Func<double, double> locate)
    {
        // The coarsest raster on whose lines all cell edges fall; failing that, one as fine as the picture's pixels.
        var factor = Enumerable.Range(1, fine ? 0 : 2).FirstOrDefault(
            k => edges.Select(edge => (edge - start) / (end - start) * cells * k).All(line => Math.Abs(line - Math.Round(line)) < 0.02),
            Math.Max(2, (int)Math.Ceiling(1200.0 / cells)));
        return [.. Enumerable.Range(0, cells * factor).Select(i => locate(start + (i + 0.5) / (cells * factor) * (end - start)))];
    }
}
