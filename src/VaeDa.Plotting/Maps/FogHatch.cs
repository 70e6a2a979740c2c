using ScottPlot;
using SkiaSharp;

namespace VaeDa.Plotting.Maps;

/// <summary>
/// The fog of ignorance: diagonal grey lines over a map, thicker and more opaque the nearer the ensemble spread comes to
/// the climatological standard deviation, with the field readable between them.
/// </summary>
internal sealed class FogHatch(MapExtent extent, IReadOnlyList<float> ignorance) : IPlottable
{
    private const double Begins = 0.33;
    private const double Full = 1;
    private const float Spacing = 9;
    private const float Step = 3;
    private const int Levels = 10;

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        // One path a level: thousands of short strokes drawn singly would take longer than all the rest.
        var paths = Enumerable.Range(0, Levels + 1).Select(_ => new SKPath()).ToArray();
        for (var start = rp.DataRect.Left - rp.DataRect.Height; start < rp.DataRect.Right; start += Spacing)
        {
            AddLine(paths, rp.DataRect, start);
        }

        using var paint = new SKPaint { IsStroke = true, IsAntialias = true };
        for (var level = 1; level <= Levels; level++)
        {
            var strength = (float)level / Levels;
            paint.StrokeWidth = 0.6f + 2.3f * strength;
            paint.Color = new SKColor(105, 105, 105, (byte)(45 + 155 * strength));
            rp.Canvas.DrawPath(paths[level], paint);
        }

        foreach (var path in paths)
        {
            path.Dispose();
        }
    }

    // A line rises from (start, bottom) to the right at 45°.
    private void AddLine(SKPath[] paths, PixelRect area, float start)
    {
        var drawn = 0;
        for (var along = Math.Max(0, area.Left - start); along < area.Height && start + along < area.Right; along += Step)
        {
            var (x, y) = (start + along, area.Bottom - along);
            var middle = Axes.GetCoordinates(new Pixel(x + Step / 2, y - Step / 2));
            var level = Level(extent.Interpolate(ignorance, middle.Y, middle.X));
            if (level != drawn)
            {
                paths[level].MoveTo(x, y);
            }

            paths[level].LineTo(x + Step, y - Step);
            drawn = level;
        }
    }

    /// <summary>0 where the ratio is small or unknown, 1 where nothing is known of the field.</summary>
    internal static float Strength(float ratio) => float.IsNaN(ratio) ? 0 : (float)Math.Clamp((ratio - Begins) / (Full - Begins), 0, 1);

    private static int Level(double ratio) => (int)Math.Ceiling(Levels * Strength((float)ratio));
}
