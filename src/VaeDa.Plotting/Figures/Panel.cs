using ScottPlot;
using SkiaSharp;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// A plot whose data area has a fixed size in pixels, with fixed margins, so that panels line up and a colour bar is as
/// tall as its map.
/// </summary>
internal sealed class Panel
{
    public const float TickSize = 17;
    public const float LabelSize = 18;
    public const float TitleSize = 20;

    private const float BarGap = 16;
    private const float BarWidth = 22;
    private const float PointLength = 13;
    private const float TextGap = 7;
    private const float InsideSize = 14;
    private const float LeastGap = 3;
    private const float LegendHeight = 14;

    public static readonly Color Ink = Color.FromHex("#222222");

    private readonly PixelPadding margins;
    private readonly List<(LabelStyle Label, Coordinates Place)> texts = [];
    private Action<SKCanvas, SKRect, float>? legend;
    private LabelStyle? barLabel;
    private (Color? Below, Color? Above) barPoints;

    public Panel(Plot plot, PixelSize data, PixelPadding margins, string title)
    {
        Plot = plot;
        Data = data;
        this.margins = margins;
        plot.Layout.Fixed(margins);
        plot.HideGrid();
        plot.Title(title, SizeToFit(title, data.Width));
        plot.Axes.Title.Label.Bold = false;
        plot.Axes.Title.Label.ForeColor = Ink;
        foreach (var axis in plot.Axes.GetAxes())
        {
            Style(axis);
        }
    }

    public Plot Plot { get; }

    /// <summary>Size of the data area, pixels.</summary>
    public PixelSize Data { get; }

    /// <summary>Where its letter ends, from its left and top, pixels.</summary>
    public Pixel Letter => new(margins.Left - 10, margins.Top - 26);

    /// <summary>Size with margins, pixels.</summary>
    public PixelSize Size => new(Data.Width + margins.Horizontal, Data.Height + margins.Vertical);

    /// <summary>The data area where the panel stands at (<paramref name="left"/>, <paramref name="top"/>).</summary>
    public SKRect DataAt(float left, float top) =>
        SKRect.Create(left + margins.Left, top + margins.Top, Data.Width, Data.Height);

    public void Draw(SKCanvas canvas, float left, float top)
    {
        // ScottPlot clears the whole of what it may draw on: a pixel that it clears in part and fills in part would be grey.
        canvas.Save();
        var device = canvas.TotalMatrix;
        var area = device.Invert().MapRect(SKRectI.Round(device.MapRect(SKRect.Create(left, top, Size.Width, Size.Height))));
        canvas.ClipRect(area);
        Plot.Render(canvas, new PixelRect(area.Left, area.Right, area.Bottom, area.Top));
        canvas.Restore();
        WriteTexts(canvas, DataAt(left, top));
        legend?.Invoke(canvas, DataAt(left, top), top + Size.Height - LegendHeight);
        if (barLabel is { } label)
        {
            using var paint = Paint.NewDisposablePaint();
            var data = DataAt(left, top);
            var middle = data.Right + BarGap + BarWidth / 2;
            if (barPoints.Above is { } above)
            {
                DrawPoint(canvas, above, middle, data.Top, -PointLength);
            }

            if (barPoints.Below is { } below)
            {
                DrawPoint(canvas, below, middle, data.Bottom, PointLength);
            }

            label.Render(canvas, new Pixel(middle, data.Top - 8 - (barPoints.Above is null ? 0 : PointLength)), paint);
        }
    }

    // An end of the colour bar: values go on.
    private static void DrawPoint(SKCanvas canvas, Color colour, float middle, float edge, float length)
    {
        using var path = new SKPath();
        path.MoveTo(middle - BarWidth / 2, edge);
        path.LineTo(middle, edge + length);
        path.LineTo(middle + BarWidth / 2, edge);
        using var fill = new SKPaint { Color = colour.ToSKColor(), IsAntialias = true };
        canvas.DrawPath(path, fill);
        using var line = new SKPaint { Color = Ink.ToSKColor(), IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1 };
        canvas.DrawPath(path, line);
    }

    /// <summary>Has a line drawn at the panel's foot.</summary>
    /// <param name="draw">On a canvas, under a data area, at so many pixels from the top.</param>
    public void AddLegend(Action<SKCanvas, SKRect, float> draw) => legend = draw;

    /// <summary>Leaves the frame and the ticks of the data area out.</summary>
    public void HideFrame()
    {
        foreach (var axis in new IAxis[] { Plot.Axes.Left, Plot.Axes.Right, Plot.Axes.Bottom, Plot.Axes.Top })
        {
            axis.FrameLineStyle.Width = 0;
            axis.TickGenerator = new ScottPlot.TickGenerators.NumericManual([]);
        }
    }

    /// <summary>Writes beside a place of the data area, also beyond its edges.</summary>
    public void AddText(string text, Coordinates place, Alignment alignment)
    {
        var label = Text(text, TickSize, alignment);
        if (alignment == Alignment.MiddleCenter)
        {
            label.FontSize = InsideSize;
            label.BackgroundColor = Colors.White.WithAlpha(.55);
        }

        var (across, down) = (alignment.HorizontalFraction(), alignment.VerticalFraction());
        label.OffsetX = (float)(0.5 - across) * 2 * TextGap;
        label.OffsetY = (float)(0.5 - down) * -2 * TextGap;
        texts.Add((label, place));
    }

    private void WriteTexts(SKCanvas canvas, SKRect data)
    {
        using var paint = Paint.NewDisposablePaint();
        var limits = Plot.Axes.GetLimits();
        Pixel PixelOf(Coordinates place) => new(
            data.Left + (place.X - limits.Left) / (limits.Right - limits.Left) * data.Width,
            data.Top + (limits.Top - place.Y) / (limits.Top - limits.Bottom) * data.Height);
        // Where there is no room for all, those in the middle stay.
        var taken = new List<PixelRect>();
        foreach (var (label, pixel) in texts.Select(text => (text.Label, PixelOf(text.Place))).OrderBy(text => Math.Abs(text.Item2.X - data.MidX) + Math.Abs(text.Item2.Y - data.MidY)))
        {
            var size = label.Measure(paint);
            var left = pixel.X + label.OffsetX - size.Width * label.Alignment.HorizontalFraction();
            var top = pixel.Y + label.OffsetY - size.Height * (1 - label.Alignment.VerticalFraction());
            var area = new PixelRect(left - LeastGap, left + size.Width + LeastGap, top + size.Height, top);
            if (!taken.Exists(other => area.Left < other.Right && other.Left < area.Right && area.Top < other.Bottom && other.Top < area.Bottom))
            {
                taken.Add(area);
                label.Render(canvas, pixel, paint);
            }
        }
    }

    /// <summary>Puts a colour bar at the right of the data area, its label above it.</summary>
    /// <param name="source">What it is of.</param>
    /// <param name="label">Its units.</param>
    /// <param name="ticks">Along it.</param>
    /// <param name="below">The colour of its lower end where values go beyond; it is pointed then.</param>
    /// <param name="above">The same of its upper end.</param>
    public void AddColourBar(IHasColorAxis source, string label, ITickGenerator ticks, Color? below = null, Color? above = null)
    {
        // The bare right axis is the gap between the data and the bar.
        Plot.Axes.Right.MinimumSize = Plot.Axes.Right.MaximumSize = BarGap;
        var bar = Plot.Add.ColorBar(source);
        bar.Width = BarWidth;
        bar.Axis.TickGenerator = ticks;
        Style(bar.Axis);
        barLabel = Text(label, TickSize, Alignment.LowerCenter);
        barPoints = (below, above);
    }

    public static LabelStyle Text(string text, float size, Alignment alignment) => new()
    {
        Text = text,
        FontName = EmbeddedFont.Name,
        FontSize = size,
        Bold = false,
        ForeColor = Ink,
        Alignment = alignment,
    };

    private static float SizeToFit(string title, float width)
    {
        using var paint = Paint.NewDisposablePaint();
        var measured = Text(title, TitleSize, Alignment.MiddleCenter).Measure(paint).Width;
        return measured > width ? TitleSize * width / measured : TitleSize;
    }

    private static void Style(IAxis axis)
    {
        axis.TickLabelStyle.FontSize = TickSize;
        axis.TickLabelStyle.ForeColor = Ink;
        // The face's ascent is larger than its digits: centred text would stand above its tick.
        axis.TickLabelStyle.OffsetY = axis.Edge is Edge.Left or Edge.Right ? 2 : 0;
        axis.FrameLineStyle.Color = Ink;
        axis.MajorTickStyle.Color = Ink;
        axis.MinorTickStyle.Length = 0;
        axis.MajorTickStyle.Length = 6;
        if (axis is ScottPlot.AxisPanels.AxisBase labelled)
        {
            labelled.LabelFontSize = LabelSize;
            labelled.LabelBold = false;
            labelled.LabelFontColor = Ink;
        }
    }
}
