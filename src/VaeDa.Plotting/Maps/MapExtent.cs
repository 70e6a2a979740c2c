using ScottPlot;
using Grid = VaeDa.Fields.Grids.Grid;

namespace VaeDa.Plotting.Maps;

/// <summary>
/// The part of the world that a grid's map shows and its place on paper: −180…180 for a grid that goes round, the cells'
/// own extent for a region, in the coordinates of the grid's map. A region of latitude by longitude is narrowed by the
/// cosine of its middle latitude.
/// </summary>
internal sealed class MapExtent
{
    private readonly Grid grid;
    private readonly bool smooth;
    private readonly double[] rows;
    private readonly double[] columns;

    /// <param name="smooth">Whether fields are interpolated between cell centres rather than shown cell by cell.</param>
    public MapExtent(Grid grid, bool smooth = false)
    {
        this.grid = grid;
        this.smooth = smooth;
        IsProjected = grid.Projection is not null;
        var (edgesOfY, edgesOfX) = (Edges(grid.Y), Edges(grid.X));
        if (!IsProjected)
        {
            edgesOfY[0] = Pole(edgesOfY[0], edgesOfY[0] - edgesOfY[1], 90);
            edgesOfY[^1] = Pole(edgesOfY[^1], edgesOfY[^2] - edgesOfY[^1], -90);
        }

        (Top, Bottom) = (edgesOfY[0], edgesOfY[^1]);
        (Left, Right) = grid.IsPeriodic ? (-180, 180) : (edgesOfX[0], edgesOfX[^1]);

        var narrowing = grid.IsPeriodic || IsProjected ? 1 : Math.Cos((Top + Bottom) / 2 * Math.PI / 180);
        Aspect = Math.Clamp((Right - Left) * narrowing / (Top - Bottom), 0.5, 4);

        // Fractional cell indices of the raster's rows and columns, from the grid's own geometry.
        rows = Raster(grid.Height, edgesOfY, Top, Bottom, smooth, y => grid.LocateOnMap(y, grid.X[0])!.Value.Row);
        columns = Raster(grid.Width, [.. edgesOfX.Select(Turn)], Left, Right, smooth, x => grid.LocateOnMap(grid.Y[0], x)!.Value.Column);
    }

    /// <summary>Whether the map's coordinates are a projection's rather than degrees.</summary>
    public bool IsProjected { get; }

    public double Left { get; }

    public double Right { get; }

    public double Bottom { get; }

    public double Top { get; }

    /// <summary>Width / height on paper.</summary>
    public double Aspect { get; }

    /// <summary>Where a place is on the map, a longitude in the map's turn, <see cref="Left"/> ≤ x &lt; <see cref="Left"/> + 360.</summary>
    /// <returns>Null for a place outside the cells of a projected grid.</returns>
    public Coordinates? Place(double latitude, double longitude) =>
        grid.OnMap(latitude, longitude) is { } place ? new Coordinates(Turn(place.X), place.Y) : null;

    private double Turn(double x)
    {
        if (IsProjected)
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
    public double[,] Rasterise(IReadOnlyList<float> values)
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

    /// <summary>The field on the crossings of even rows and columns from edge to edge of the map, first row north, by <see cref="CubicRaster"/>.</summary>
    /// <param name="smoothing">Standard deviation, in cells, of the Gaussian that the field is smoothed with before; 0 for none.</param>
    public double[,] Refine(IReadOnlyList<float> values, double smoothing, int rowCount, int columnCount)
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

    /// <summary>Bilinear interpolation at a point of the map; NaN outside, the nearest cell's value beside a missing one.</summary>
    public double Interpolate(IReadOnlyList<float> values, double y, double x) =>
        grid.LocateOnMap(y, x) is { } place ? Bilinear(values, place.Row, place.Column) : double.NaN;

    private double Nearest(IReadOnlyList<float> values, double row, double column) =>
        values[(int)Math.Round(row) * grid.Width + (int)Math.Round(column) % grid.Width];

    private double Bilinear(IReadOnlyList<float> values, double row, double column)
    {
        var (north, west) = ((int)row, (int)column);
        var south = Math.Min(north + 1, grid.Height - 1);
        var east = (west + 1) % grid.Width;
        var (down, along) = (row - north, column - west);
        var value =
            (1 - down) * ((1 - along) * values[north * grid.Width + west] + along * values[north * grid.Width + east]) +
            down * ((1 - along) * values[south * grid.Width + west] + along * values[south * grid.Width + east]);
        return double.IsNaN(value) ? Nearest(values, row, column) : value;
    }

    // Among ascending centres, fractional, straight on beyond the outermost.
    private static double PlaceOn(IReadOnlyList<double> centres, double x, double? period)
    {
        var turned = period is { } turn ? centres[0] + ((x - centres[0]) % turn + turn) % turn : x;
        var west = Math.Clamp(centres.TakeWhile(centre => centre <= turned).Count() - 1, 0, period is null ? centres.Count - 2 : centres.Count - 1);
        var east = west + 1 < centres.Count ? centres[west + 1] : centres[0] + period!.Value;
        return west + (turned - centres[west]) / (east - centres[west]);
    }

    private static double[] Edges(IReadOnlyList<double> centres)
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
