using ScottPlot;
using ScottPlot.Plottables;
using SkiaSharp;
using VaeDa.Fields;

namespace VaeDa.Plotting;

/// <summary>The coasts of <see cref="Land"/> over a map, in whichever turn of longitude it shows.</summary>
internal sealed class Coastlines(MapExtent extent) : IPlottable
{
    private static readonly LineStyle Line = new(1.1f, Color.FromHex("#303030").WithAlpha(.85)) { AntiAlias = true };

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var path = new SKPath();
        foreach (var ring in Land.NaturalEarth.Rings)
        {
            // A region may show another turn of longitude than the rings', or parts of two.
            for (var turn = -360; turn <= 360; turn += 360)
            {
                AddRing(path, ring, turn);
            }
        }

        Line.Render(rp.Canvas, path, rp.Paint);
    }

    private void AddRing(SKPath path, IReadOnlyList<(double Longitude, double Latitude)> ring, double turn)
    {
        var penDown = false;
        for (var i = 1; i < ring.Count; i++)
        {
            var (from, to) = (ring[i - 1], ring[i]);
            if (!IsCoast(from, to) || Math.Max(from.Longitude, to.Longitude) + turn < extent.Left || Math.Min(from.Longitude, to.Longitude) + turn > extent.Right)
            {
                penDown = false;
                continue;
            }

            if (!penDown)
            {
                path.MoveTo(PixelOf(from, turn));
            }

            path.LineTo(PixelOf(to, turn));
            penDown = true;
        }
    }

    // Rings close along the antimeridian and the south pole, where there is no shore.
    private static bool IsCoast((double Longitude, double Latitude) from, (double Longitude, double Latitude) to) =>
        Math.Abs(to.Longitude - from.Longitude) < 180
        && !(Math.Abs(from.Longitude) > 179.9 && Math.Abs(to.Longitude) > 179.9)
        && !(from.Latitude < -89 && to.Latitude < -89);

    private SKPoint PixelOf((double Longitude, double Latitude) point, double turn)
    {
        var pixel = Axes.GetPixel(new Coordinates(point.Longitude + turn, point.Latitude));
        return new SKPoint(pixel.X, pixel.Y);
    }
}
