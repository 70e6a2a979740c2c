using ScottPlot;
using SkiaSharp;

namespace VaeDa.Plotting.Maps;

/// <summary>The edge of a map that does not fill its frame: what lies beyond is paper.</summary>
internal sealed class MapEdge(IReadOnlyList<IReadOnlyList<Coordinates>> edges) : IPlottable
{
    private const float Width = 1.3f;

    private static readonly SKColor Ink = new(0x22, 0x22, 0x22);

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        using var edge = new SKPath();
        foreach (var ring in edges)
        {
            edge.AddPoly([.. ring.Select(Axes.GetPixel).Select(pixel => new SKPoint(pixel.X, pixel.Y))], close: true);
        }

        using var beyond = new SKPath(edge) { FillType = SKPathFillType.EvenOdd };
        // Rings within each other, as of a map about a pole that does not reach it, leave a hole that is paper too.
        beyond.AddRect(new SKRect(rp.DataRect.Left - 2, rp.DataRect.Top - 2, rp.DataRect.Right + 2, rp.DataRect.Bottom + 2));
        using var paper = new SKPaint { Color = SKColors.White, IsAntialias = true };
        rp.Canvas.DrawPath(beyond, paper);
        using var line = new SKPaint { Color = Ink, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = Width };
        rp.Canvas.DrawPath(edge, line);
    }
}
