using ScottPlot;
using SkiaSharp;
using VaeDa.Fields.Grids;

namespace VaeDa.Plotting.Maps;

/// <summary>The coasts of <see cref="Land"/> over a map.</summary>
internal sealed class Coastlines : IPlottable
{
    // Of the map's radius: a coast that leaves the map is cut short by less than a pixel or two.
    private const double PieceLength = 1 / 300.0;

    private static readonly LineStyle Line = new(1.1f, Color.FromHex("#303030").WithAlpha(.85)) { AntiAlias = true };

    private readonly MapExtent extent;
    private readonly EarthPoint middle;
    private readonly double radius;

    public Coastlines(MapExtent extent, VaeDa.Fields.Grids.Grid grid)
    {
        this.extent = extent;
        var cells = EarthPoint.Of(grid);
        middle = cells[grid.Height / 2 * grid.Width + grid.Width / 2];
        // The cells' outer halves too.
        radius = cells.Max(cell => (cell - middle).Norm) * (1 + 1.0 / Math.Min(grid.Height, grid.Width));
    }

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var path = new SKPath();
        foreach (var line in Paths())
        {
            path.MoveTo(PixelOf(line[0]));
            foreach (var place in line.Skip(1))
            {
                path.LineTo(PixelOf(place));
            }
        }

        Line.Render(rp.Canvas, path, rp.Paint);
    }

    /// <summary>The coasts on the map, each cut where it leaves the map or crosses the edge of its turn of longitude.</summary>
    public IEnumerable<IReadOnlyList<Coordinates>> Paths()
    {
        foreach (var ring in Land.NaturalEarth.Rings)
        {
            var line = new List<Coordinates>();
            foreach (var place in Points(ring))
            {
                // The edge of the map's turn of longitude.
                if (line.Count > 0 && !(place is { } to && Math.Abs(to.X - line[^1].X) < (extent.Right - extent.Left) / 2))
                {
                    yield return line;
                    line = [];
                }

                if (place is { } next)
                {
                    line.Add(next);
                }
            }

            if (line.Count > 0)
            {
                yield return line;
            }
        }
    }

    /// <summary>A ring in small steps, null where it is not on the map or is no coast.</summary>
    private IEnumerable<Coordinates?> Points(IReadOnlyList<(double Longitude, double Latitude)> ring)
    {
        for (var i = 1; i < ring.Count; i++)
        {
            var (from, to) = (ring[i - 1], ring[i]);
            var (start, end) = (EarthPoint.At(from.Latitude, from.Longitude), EarthPoint.At(to.Latitude, to.Longitude));
            var length = (end - start).Norm;
            if (!IsCoast(from, to) || Math.Min((start - middle).Norm, (end - middle).Norm) - length > radius)
            {
                yield return null;
                continue;
            }

            var pieces = (int)Math.Ceiling(length / (PieceLength * radius));
            for (var piece = 0; piece <= pieces; piece++)
            {
                var along = pieces == 0 ? 0 : (double)piece / pieces;
                yield return extent.Place(from.Latitude + along * (to.Latitude - from.Latitude), from.Longitude + along * (to.Longitude - from.Longitude));
            }
        }
    }

    // Rings close along the antimeridian and the south pole, where there is no shore.
    private static bool IsCoast((double Longitude, double Latitude) from, (double Longitude, double Latitude) to) =>
        Math.Abs(to.Longitude - from.Longitude) < 180
        && !(Math.Abs(from.Longitude) > 179.9 && Math.Abs(to.Longitude) > 179.9)
        && !(from.Latitude < -89 && to.Latitude < -89);

    private SKPoint PixelOf(Coordinates place)
    {
        var pixel = Axes.GetPixel(place);
        return new SKPoint(pixel.X, pixel.Y);
    }
}
