using ScottPlot;
using VaeDa.Fields.Grids;
using Grid = VaeDa.Fields.Grids.Grid;

namespace VaeDa.Plotting.Maps;

/// <summary>The part of the world that a map shows, its place on paper, and the fields of a grid on it.</summary>
/// <param name="grid">Of the fields.</param>
internal abstract class MapExtent(Grid grid)
{
    public double Left { get; protected init; }

    public double Right { get; protected init; }

    public double Bottom { get; protected init; }

    public double Top { get; protected init; }

    /// <summary>Width / height on paper.</summary>
    public double Aspect { get; protected init; }

    /// <summary>What <see cref="Rasterise"/> covers.</summary>
    public virtual CoordinateRect Covered => new(Left, Right, Bottom, Top);

    /// <summary>The map's edges, each once round; null where they are those of its frame.</summary>
    public virtual IReadOnlyList<IReadOnlyList<Coordinates>>? Edges => null;

    /// <summary>A place in the middle of what is shown, and the length of the line, through the Earth, to the farthest.</summary>
    public abstract (EarthPoint Middle, double Radius) Reach { get; }

    /// <param name="smooth">Whether fields are interpolated between cell centres rather than shown cell by cell.</param>
    public static MapExtent Of(Grid grid, MapView view, bool smooth = false) => view.On(grid) is var (projection, box)
        ? new ProjectedExtent(grid, projection, box, smooth)
        : new GridExtent(grid, smooth, view.Region);

    /// <summary>Where a place is on the map.</summary>
    /// <returns>Null for a place that the map does not show.</returns>
    public abstract Coordinates? Place(double latitude, double longitude);

    /// <summary>A line over the Earth as lines over the map.</summary>
    /// <param name="line">Places not far from each other; null where the line is broken.</param>
    /// <returns>Null where the pen is lifted: there, and at the map's edge.</returns>
    public abstract IEnumerable<Coordinates?> Trace(IEnumerable<(double Latitude, double Longitude)?> line);

    /// <summary>The field on an even raster over <see cref="Covered"/>, first row at the top.</summary>
    public abstract double[,] Rasterise(IReadOnlyList<float> values);

    /// <summary>The field on the crossings of even rows and columns from edge to edge of the map, first row at the top, by <see cref="CubicRaster"/>.</summary>
    /// <param name="smoothing">Standard deviation, in cells, of the Gaussian that the field is smoothed with before; 0 for none.</param>
    public abstract double[,] Refine(IReadOnlyList<float> values, double smoothing, int rowCount, int columnCount);

    /// <summary>Bilinear interpolation at a point of the map; NaN outside, the nearest cell's value beside a missing one.</summary>
    public abstract double Interpolate(IReadOnlyList<float> values, double y, double x);

    protected double Nearest(IReadOnlyList<float> values, double row, double column) =>
        values[(int)Math.Round(row) * grid.Width + (int)Math.Round(column) % grid.Width];

    protected double Bilinear(IReadOnlyList<float> values, double row, double column)
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
}
