using ScottPlot;
using SkiaSharp;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>One colour bar for all panels of a figure, with a point at an end beyond which there are values.</summary>
/// <param name="Scale">In the units that are shown.</param>
/// <param name="Units">UDUNITS string of the same.</param>
/// <param name="GoesBelow">Whether values lie below the scale.</param>
/// <param name="GoesAbove">Whether values lie above it.</param>
internal sealed record ColourBar(ColourScale Scale, string Units, bool GoesBelow, bool GoesAbove)
{
    /// <summary>Beside the panels, its labels too, pixels.</summary>
    public const float Room = 96;

    private const float Thickness = 22;
    private const float PointLength = 13;
    private const float TickLength = 6;
    private const float Tallest = 760;

    /// <param name="maps">Of one unit and scale.</param>
    public static ColourBar Of(IReadOnlyList<FieldMap> maps)
    {
        FieldMap[] shown = [.. maps.Select(map => map.Shown())];
        var scale = shown[0].Scale;
        return new ColourBar(
            scale, shown[0].Units, shown.Any(map => map.Values.Any(v => v < scale.Minimum)), shown.Any(map => map.Values.Any(v => v > scale.Maximum)));
    }

    /// <param name="left">Of the bar itself.</param>
    /// <param name="top">Of the panels' data.</param>
    /// <param name="bottom">Of the panels' data.</param>
    public void Draw(SKCanvas canvas, float left, float top, float bottom)
    {
        var height = Math.Min(bottom - top, Tallest);
        var area = SKRect.Create(left, (top + bottom - height) / 2, Thickness, height);
        using var line = new SKPaint { Color = Panel.Ink.ToSKColor(), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        using (var gradient = SKShader.CreateLinearGradient(
            new SKPoint(0, area.Bottom), new SKPoint(0, area.Top), [.. Enumerable.Range(0, 129).Select(i => Scale.Colours.GetColor(i / 128.0).ToSKColor())], SKShaderTileMode.Clamp))
        using (var fill = new SKPaint { Shader = gradient })
        {
            canvas.DrawRect(area, fill);
        }

        canvas.DrawRect(area, line);
        if (GoesAbove)
        {
            Point(canvas, Scale.Colours.GetColor(1), area, area.Top, -PointLength, line);
        }

        if (GoesBelow)
        {
            Point(canvas, Scale.Colours.GetColor(0), area, area.Bottom, PointLength, line);
        }

        using var paint = Paint.NewDisposablePaint();
        foreach (var tick in EvenTicks.Of(Scale.Minimum, Scale.Maximum, (int)Math.Clamp(height / 45, 2, 10)))
        {
            var y = area.Bottom - (float)((tick.Position - Scale.Minimum) / (Scale.Maximum - Scale.Minimum)) * height;
            canvas.DrawLine(area.Right, y, area.Right + TickLength, y, line);
            // The face's ascent is larger than its digits: centred text would stand above its tick.
            Panel.Text(tick.Label, Panel.TickSize, Alignment.MiddleLeft).Render(canvas, new Pixel(area.Right + TickLength + 4, y + 2), paint);
        }

        Panel.Text(UnitText.Of(Units), Panel.TickSize, Alignment.LowerCenter).Render(canvas, new Pixel(area.MidX, area.Top - 8 - (GoesAbove ? PointLength : 0)), paint);
    }

    private static void Point(SKCanvas canvas, Color colour, SKRect area, float edge, float length, SKPaint line)
    {
        using var path = new SKPath();
        path.MoveTo(area.Left, edge);
        path.LineTo(area.MidX, edge + length);
        path.LineTo(area.Right, edge);
        using var fill = new SKPaint { Color = colour.ToSKColor(), IsAntialias = true };
        canvas.DrawPath(path, fill);
        canvas.DrawPath(path, line);
    }
}
