using ScottPlot;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Projections;
using Grid = VaeDa.Fields.Grids.Grid;

namespace VaeDa.Plotting.Maps;

/// <summary>A map in a projection that the grid is not in: each point of it is looked up in the cells. It ends at the box's edges, or at those of the projection.</summary>
internal sealed class ProjectedExtent : MapExtent
{
    // Of the raster's longer side: finer than a page of a journal shows.
    private const int Points = 1400;

    // Of the map's size, so that the edge's line is not cut in half.
    private const double Rim = 0.004;

    // Halvings of a step at whose two ends the map is cut: a thousandth of a pixel.
    private const int Halvings = 16;

    private readonly Grid grid;
    private readonly bool smooth;
    private readonly List<IReadOnlyList<Coordinates>> edges;

    /// <exception cref="InvalidInputException">The projection does not show all of the box.</exception>
    public ProjectedExtent(Grid grid, MapProjection projection, MapBox box, bool smooth)
        : base(grid)
    {
        (this.grid, Projection, Box, this.smooth) = (grid, projection, box, smooth);
        edges = box.IsWorld && projection.Edge is { } edge ? [[.. edge.Select(Of)]] : [.. EdgesOfBox()];
        var points = edges.SelectMany(ring => ring).ToArray();
        (Left, Right, Bottom, Top) = (points.Min(p => p.X), points.Max(p => p.X), points.Min(p => p.Y), points.Max(p => p.Y));
        var (across, up) = (Rim * (Right - Left), Rim * (Top - Bottom));
        (Left, Right, Bottom, Top) = (Left - across, Right + across, Bottom - up, Top + up);
        Aspect = (Right - Left) / (Top - Bottom);
        Reach = ReachOf();
    }

    public MapProjection Projection { get; }

    public MapBox Box { get; }

    public override IReadOnlyList<IReadOnlyList<Coordinates>> Edges => edges;

    public override (EarthPoint Middle, double Radius) Reach { get; }

    public override Coordinates? Place(double latitude, double longitude) =>
        Box.Contains(latitude, longitude) && Projection.Forward(latitude, longitude) is { } place ? Of(place) : null;

    public override IEnumerable<Coordinates?> Trace(IEnumerable<(double Latitude, double Longitude)?> line)
    {
        (double Latitude, double Longitude)? before = null;
        foreach (var next in line)
        {
            if (before is { } from && next is { } to)
            {
                foreach (var place in Step(from, to))
                {
                    yield return place;
                }
            }
            else
            {
                yield return null;
                yield return next is { } first && Projection.Forward(first.Latitude, first.Longitude) is { } start ? Of(start) : null;
            }

            before = next;
        }
    }

    public override double[,] Rasterise(IReadOnlyList<float> values)
    {
        var (rows, columns) = Aspect >= 1 ? ((int)Math.Ceiling(Points / Aspect), Points) : (Points, (int)Math.Ceiling(Points * Aspect));
        return Raster(rows, columns, 0.5, (row, column) => smooth ? Bilinear(values, row, column) : Nearest(values, row, column));
    }

    public override double[,] Refine(IReadOnlyList<float> values, double smoothing, int rowCount, int columnCount)
    {
        // Cubic among the cells themselves, so finely that straight lines between its points will do.
        var finer = Math.Clamp(Points / Math.Max(grid.Height, grid.Width), 1, 12);
        double[] Lines(int cells, bool closes) => [.. Enumerable.Range(0, (closes ? cells : cells - 1) * finer + 1).Select(i => (double)i / finer)];
        var fine = CubicRaster.Of(
            GaussianFilter.Apply(values, grid.Height, grid.Width, smoothing, grid.IsPeriodic), grid.Height, grid.Width, Lines(grid.Height, false), Lines(grid.Width, grid.IsPeriodic), grid.IsPeriodic);
        var raster = Raster(rowCount - 1, columnCount - 1, 0, (row, column) =>
        {
            var (r, c) = (row * finer, column * finer);
            var (north, west) = (Math.Min((int)r, fine.GetLength(0) - 2), Math.Min((int)c, fine.GetLength(1) - 2));
            var (down, along) = (r - north, c - west);
            return (1 - down) * ((1 - along) * fine[north, west] + along * fine[north, west + 1]) + down * ((1 - along) * fine[north + 1, west] + along * fine[north + 1, west + 1]);
        });
        return raster;
    }

    public override double Interpolate(IReadOnlyList<float> values, double y, double x) =>
        CellAt(x, y) is var (row, column) ? Bilinear(values, row, column) : double.NaN;

    // Among the cells' centres; null beyond the map's edge and outside the grid.
    private (double Row, double Column)? CellAt(double x, double y) =>
        Projection.Inverse(x, y) is var (latitude, longitude) && Box.Contains(latitude, longitude) ? grid.Locate(latitude, longitude) : null;

    /// <param name="offset">0: the crossings of so many intervals' lines; 0.5: their middles.</param>
    private double[,] Raster(int rows, int columns, double offset, Func<double, double, double> valueAt)
    {
        var lines = offset == 0 ? 1 : 0;
        var raster = new double[rows + lines, columns + lines];
        Parallel.For(0, rows + lines, r =>
        {
            var y = Top - (r + offset) / rows * (Top - Bottom);
            for (var c = 0; c < columns + lines; c++)
            {
                raster[r, c] = CellAt(Left + (c + offset) / columns * (Right - Left), y) is var (row, column) ? valueAt(row, column) : double.NaN;
            }
        });
        return raster;
    }

    // From one place to one near it: to the cut and on from its other side, or to the horizon.
    private IEnumerable<Coordinates?> Step((double Latitude, double Longitude) from, (double Latitude, double Longitude) to)
    {
        var end = Projection.Forward(to.Latitude, to.Longitude);
        var start = Projection.Forward(from.Latitude, from.Longitude);
        if (Projection.Joins(from.Longitude, to.Longitude) && start is null == end is null)
        {
            yield return end is { } place ? Of(place) : null;
            yield break;
        }

        // Both ends are searched: what lies between is no longer than a hair.
        var (near, far) = (0.0, 1.0);
        for (var i = 0; i < Halvings; i++)
        {
            var middle = (near + far) / 2;
            var at = Between(from, to, middle);
            if (Projection.Joins(from.Longitude, at.Longitude) && Projection.Forward(at.Latitude, at.Longitude) is null == start is null)
            {
                near = middle;
            }
            else
            {
                far = middle;
            }
        }

        var (before, after) = (Between(from, to, near), Between(from, to, far));
        yield return Projection.Forward(before.Latitude, before.Longitude) is { } edge ? Of(edge) : null;
        yield return null;
        // A place on the cut itself, to which the way comes from the cut's other side, is where the line goes on.
        if (Projection.Joins(after.Longitude, to.Longitude) && Projection.Forward(after.Latitude, after.Longitude) is { } otherEdge)
        {
            yield return Of(otherEdge);
        }

        yield return end is { } last ? Of(last) : null;
    }

    private static (double Latitude, double Longitude) Between((double Latitude, double Longitude) from, (double Latitude, double Longitude) to, double along) =>
        (from.Latitude + along * (to.Latitude - from.Latitude), from.Longitude + along * Math.IEEERemainder(to.Longitude - from.Longitude, 360));

    private IEnumerable<IReadOnlyList<Coordinates>> EdgesOfBox()
    {
        // A hair inside: at the cut itself a side would be found at either edge of the map.
        var hair = Box.GoesRound && Projection.IsCut ? 1e-6 : 0;
        var (west, east) = (Box.West + hair, Box.East - hair);
        IEnumerable<(double, double)> Parallel(double latitude) => Enumerable.Range(0, 361).Select(i => (latitude, west + (east - west) * i / 360));
        IEnumerable<(double, double)> Meridian(double longitude) => Enumerable.Range(0, 181).Select(i => (Box.South + (Box.North - Box.South) * i / 180, longitude));
        if (Box.GoesRound && !Projection.IsCut)
        {
            foreach (var latitude in new[] { Box.South, Box.North }.Where(latitude => Math.Abs(latitude) < 90))
            {
                yield return Whole(Parallel(latitude));
            }

            yield break;
        }

        yield return Whole(Parallel(Box.South).Concat(Meridian(east)).Concat(Parallel(Box.North).Reverse()).Concat(Meridian(west).Reverse()));
    }

    private Coordinates[] Whole(IEnumerable<(double Latitude, double Longitude)> ring) => [.. ring.Select(at => Projection.Forward(at.Latitude, at.Longitude) is { } place
        ? Of(place)
        : throw new InvalidInputException($"the region goes beyond the edge of the map; choose another projection, another centre or a smaller region"))];

    private (EarthPoint, double) ReachOf()
    {
        var places = (
            from i in Enumerable.Range(0, 41)
            from j in Enumerable.Range(0, 41)
            let place = Projection.Inverse(Left + i / 40.0 * (Right - Left), Bottom + j / 40.0 * (Top - Bottom))
            where place is { } p && Box.Contains(p.Latitude, p.Longitude)
            select EarthPoint.At(place.Value.Latitude, place.Value.Longitude)).ToArray();
        var middle = EarthPoint.At(Box.MiddleLatitude, Box.MiddleLongitude);
        // The places between them too.
        return (middle, 1.1 * places.Max(place => place.Chord(middle)));
    }

    private static Coordinates Of((double X, double Y) place) => new(place.X, place.Y);
}
