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

    public Coastlines(MapExtent extent)
    {
        this.extent = extent;
        (middle, radius) = extent.Reach;
    }

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var path = new SKPath();
        PenPath.Add(path, Walk(), Axes);
        Line.Render(rp.Canvas, path, rp.Paint);
    }

    /// <summary>The coasts on the map, each line from where it enters the map to where it leaves it.</summary>
    public IEnumerable<IReadOnlyList<Coordinates>> Paths()
    {
        var line = new List<Coordinates>();
        foreach (var place in Walk())
        {
            if (place is { } at)
            {
                line.Add(at);
            }
            else if (line.Count > 0)
            {
                yield return line;
                line = [];
            }
        }
    }

    /// <summary>All rings on the map, null where a coast leaves it, ends or is none: at the end of each ring, too.</summary>
    private IEnumerable<Coordinates?> Walk() => Land.NaturalEarth.Rings.SelectMany(ring => extent.Trace(Points(ring)).Append(null));

    /// <summary>A ring in small steps, null where it is far from the map or is no coast.</summary>
    private IEnumerable<(double Latitude, double Longitude)?> Points(IReadOnlyList<(double Longitude, double Latitude)> ring)
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
                yield return (from.Latitude + along * (to.Latitude - from.Latitude), from.Longitude + along * (to.Longitude - from.Longitude));
            }
        }
    }

    // Rings close along the antimeridian and the south pole, where there is no shore.
    private static bool IsCoast((double Longitude, double Latitude) from, (double Longitude, double Latitude) to) =>
        Math.Abs(to.Longitude - from.Longitude) < 180
        && !(Math.Abs(from.Longitude) > 179.9 && Math.Abs(to.Longitude) > 179.9)
        && !(from.Latitude < -89 && to.Latitude < -89);
}
