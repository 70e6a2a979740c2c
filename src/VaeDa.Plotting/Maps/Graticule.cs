using ScottPlot;
using SkiaSharp;

namespace VaeDa.Plotting.Maps;

/// <summary>Meridians and parallels of a map in a projection, and what is written at their ends.</summary>
internal sealed class Graticule : IPlottable
{
    private static readonly double[] DegreeSteps = [0.5, 1, 2, 5, 10, 15, 20, 30, 60];

    private readonly ProjectedExtent extent;
    private readonly double[] meridians;
    private readonly double[] parallels;

    /// <param name="width">Of the map on paper, pixels.</param>
    /// <param name="height">Of the map on paper, pixels.</param>
    public Graticule(ProjectedExtent extent, float width, float height)
    {
        this.extent = extent;
        var box = extent.Box;
        meridians = Multiples(box.West, box.East, Math.Clamp(width / 110, 3, 8));
        parallels = Multiples(box.South, box.North, Math.Clamp(height / 60, 3, 7));
        if (box.GoesRound)
        {
            // The first and the last are the same.
            meridians = [.. meridians.Where(m => m < box.East - 1e-6)];
        }
    }

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        var box = extent.Box;
        using var path = new SKPath();
        foreach (var longitude in meridians)
        {
            PenPath.Add(path, extent.Trace(Even(box.South, box.North).Select(latitude => ((double, double)?)(latitude, longitude))), Axes);
        }

        foreach (var latitude in parallels)
        {
            PenPath.Add(path, extent.Trace(Even(box.West, box.East).Select(longitude => ((double, double)?)(latitude, longitude))), Axes);
        }

        using var line = new SKPaint { Color = new SKColor(70, 70, 70, 90), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 0.7f };
        rp.Canvas.DrawPath(path, line);
    }

    /// <summary>What is written about the map's edge, where, and to which side of it; none about a globe.</summary>
    public IEnumerable<(string Text, Coordinates Place, Alignment Alignment)> Labels()
    {
        var box = extent.Box;
        if (box is { GoesRound: true } && !extent.Projection.IsCut)
        {
            return extent.Projection is Projections.PolarStereographic ? AboutThePole() : [];
        }

        var south = meridians.Where(m => m > box.West + 1e-6 && m < box.East - 1e-6).Select(m => (LongitudeLabel(m), extent.Place(box.South, m), Alignment.UpperCenter));
        // A pole is a point or a line: nothing to write there.
        var west = parallels.Where(p => Math.Abs(p) < 90).Select(p => (LatitudeLabel(p), extent.Place(p, box.West + 1e-6), Alignment.MiddleRight));
        return south.Concat(west).Where(label => label.Item2 is not null).Select(label => (label.Item1, label.Item2!.Value, label.Item3));
    }

    public static string LatitudeLabel(double latitude) => FormattableString.Invariant(
        $"{Math.Abs(latitude):0.##}°{(latitude > 0 ? "N" : latitude < 0 ? "S" : "")}");

    public static string LongitudeLabel(double longitude)
    {
        var turned = Math.IEEERemainder(longitude, 360);
        return FormattableString.Invariant(
            $"{Math.Abs(turned):0.##}°{(Math.Abs(turned) is 0 or 180 ? "" : turned > 0 ? "E" : "W")}");
    }

    // Meridians round the outer edge.
    private IEnumerable<(string, Coordinates, Alignment)> AboutThePole()
    {
        var edge = Math.Abs(extent.Box.South) < Math.Abs(extent.Box.North) ? extent.Box.South : extent.Box.North;
        foreach (var longitude in meridians)
        {
            if (extent.Place(edge, longitude) is { } place)
            {
                var (right, up) = (place.X / extent.Right, place.Y / extent.Top);
                yield return (LongitudeLabel(longitude), place, (right, up) switch
                {
                    ( > 0.4, > 0.4) => Alignment.LowerLeft,
                    ( > 0.4, < -0.4) => Alignment.UpperLeft,
                    ( < -0.4, > 0.4) => Alignment.LowerRight,
                    ( < -0.4, < -0.4) => Alignment.UpperRight,
                    ( > 0.4, _) => Alignment.MiddleLeft,
                    ( < -0.4, _) => Alignment.MiddleRight,
                    (_, > 0) => Alignment.LowerCenter,
                    _ => Alignment.UpperCenter,
                });
            }
        }

        // Parallels inside, between two meridians.
        var beside = extent.Projection.Middle + (meridians[1] - meridians[0]) / 2;
        foreach (var latitude in parallels.Where(p => Math.Abs(p) < 85 && Math.Abs(p - edge) > 1))
        {
            if (extent.Place(latitude, beside) is { } place)
            {
                yield return (LatitudeLabel(latitude), place, Alignment.MiddleCenter);
            }
        }
    }

    private static double[] Multiples(double from, double to, double most)
    {
        var step = DegreeSteps.FirstOrDefault(s => (to - from) / s <= most, 60);
        var first = (int)Math.Ceiling(from / step - 1e-9);
        var last = (int)Math.Floor(to / step + 1e-9);
        return [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(i => i * step)];
    }

    private static IEnumerable<double> Even(double from, double to) => Enumerable.Range(0, 361).Select(i => from + (to - from) * i / 360);
}
