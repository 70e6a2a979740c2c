using System.Globalization;
using ScottPlot;
using SkiaSharp;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Maps;

/// <summary>
/// Observations over a map and, beneath it, what their marks mean: dots of those that were used, squares of those that were withheld,
/// crosses of those that quality control rejected. Where they would hide the field they are thinned, and it is said how many are drawn.
/// </summary>
internal sealed class ObservationLayer : IPlottable
{
    // Of a dot's diameter: half of the field is seen between the nearest dots.
    private const float LeastDistance = 1.25f;

    private static readonly SKColor Rim = new(0x1A, 0x1A, 0x1A);
    private static readonly SKColor Rejected = new(0xD1, 0x00, 0xB5);

    private readonly List<Mark> marks;
    private readonly ObservationDots dots;
    private readonly float size;
    private readonly FieldMap map;
    private readonly DotScale? own;

    /// <param name="map">In the units that are shown.</param>
    /// <param name="data">Of the map on paper, pixels.</param>
    public ObservationLayer(MapExtent extent, FieldMap map, PixelSize data)
    {
        (this.map, dots) = (map, map.Observations!);
        size = MapPanel.DotSize(Math.Max(dots.Count, 1), data.Width);
        if (dots.Colouring is not (null or ObservationColouring.Place))
        {
            // A coloured dot needs room for its colour.
            size = Math.Max(size, 5);
        }

        var all = Enumerable.Range(0, dots.Count)
            .Select(i => (Index: i, Place: extent.Place(dots.Latitudes[i], dots.Longitudes[i]), Fate: dots.Flagged?[i] == true ? ObservationFate.Rejected : ObservationFate.Used))
            .Concat(dots.Withheld.Select(at => (Index: -1, Place: extent.Place(at.Latitude, at.Longitude), Fate: ObservationFate.Withheld)))
            .Where(dot => dot.Place is not null)
            .Select(dot => new Mark(dot.Index, dot.Place!.Value, dot.Fate, dot.Index >= 0 && dots.OfOtherVariables?[dot.Index] == true))
            .ToList();
        own = DotScale.Of(dots, map.Units, [.. all.Where(mark => mark is { Index: >= 0, IsOfOther: false }).Select(mark => mark.Index)]);
        // What was not used is rare, and what one looks for; then what is worth most.
        all = [.. all.OrderBy(mark => mark.Fate == ObservationFate.Used ? 1 : 0).ThenByDescending(mark => own is { IsOrdered: true } && mark.Index >= 0 ? own.Values[mark.Index] : 0)];
        Pixel PixelOf(Coordinates place) => new(
            (place.X - extent.Left) / (extent.Right - extent.Left) * data.Width,
            (extent.Top - place.Y) / (extent.Top - extent.Bottom) * data.Height);
        marks = [.. DotThinning.Of([.. all.Select(mark => PixelOf(mark.Place))], size * LeastDistance).Select(i => all[i])];
        Shown = all.Count;
    }

    /// <summary>How many lie on the map, before thinning.</summary>
    public int Shown { get; }

    /// <summary>How many are drawn.</summary>
    public int Drawn => marks.Count;

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        // The crosses last, so that no dot lies on them.
        foreach (var mark in Enumerable.Reverse(marks))
        {
            var pixel = Axes.GetPixel(mark.Place);
            Draw(rp.Canvas, mark.Fate, mark.IsOfOther, new SKPoint(pixel.X, pixel.Y), ColourOf(mark));
        }
    }

    /// <summary>Writes what the marks mean in one line under the map, as far as there is room.</summary>
    public void DrawLegend(SKCanvas canvas, SKRect data, float top)
    {
        using var paint = Paint.NewDisposablePaint();
        var entries = Entries().ToArray();
        LabelStyle Label(string text, float textSize) => Panel.Text(text, textSize, Alignment.MiddleLeft);
        float WidthWith(float textSize) => entries.Sum(entry => (entry.Draw is null ? 0 : 18) + Label(entry.Text, textSize).Measure(paint).Width + 14);
        var textSize = 15 * Math.Min(1, (data.Width + 60) / WidthWith(15));
        var x = data.MidX - WidthWith(textSize) / 2;
        foreach (var (text, draw) in entries)
        {
            if (draw is not null)
            {
                draw(canvas, new SKPoint(x + 7, top));
                x += 18;
            }

            var label = Label(text, textSize);
            label.Render(canvas, new Pixel(x, top + 1), paint);
            x += label.Measure(paint).Width + 14;
        }
    }

    private IEnumerable<(string Text, Action<SKCanvas, SKPoint>? Draw)> Entries()
    {
        foreach (var fate in Enum.GetValues<ObservationFate>())
        {
            if (marks.Exists(mark => mark.Fate == fate))
            {
                yield return (fate.ToString().ToLowerInvariant(), (canvas, at) => Draw(canvas, fate, false, at, dots.Colouring == ObservationColouring.Place && fate == ObservationFate.Used ? Rim : SKColors.White));
            }
        }

        if (marks.Exists(mark => mark is { IsOfOther: true, Fate: ObservationFate.Used }))
        {
            yield return ("of another variable", (canvas, at) => Draw(canvas, ObservationFate.Used, true, at, Rim));
        }

        if (own is not null)
        {
            yield return (own.Label, null);
            foreach (var (position, text) in own.Entries())
            {
                var colour = own.Scale.Colours.GetColor(position).ToSKColor();
                yield return (text, (canvas, at) => Draw(canvas, ObservationFate.Used, false, at, colour));
            }
        }

        if (Drawn < Shown)
        {
            yield return (string.Create(CultureInfo.InvariantCulture, $"{Drawn:N0} of {Shown:N0} drawn"), null);
        }
    }

    private SKColor? ColourOf(Mark mark)
    {
        ColourScale? scale;
        double value;
        switch (dots)
        {
            case var _ when mark.Index < 0:
                return SKColors.White;
            case { Colouring: ObservationColouring.Value, Values: { } values } when !mark.IsOfOther:
                (scale, value) = (map.Scale, dots.Factor * values[mark.Index]);
                break;
            case var _ when own is not null && !mark.IsOfOther:
                (scale, value) = (own.Scale, own.Values[mark.Index]);
                break;
            default:
                return Rim;
        }

        // One that could not be compared has no colour.
        return double.IsFinite(value) ? scale.Colours.GetColor(Math.Clamp((value - scale.Minimum) / (scale.Maximum - scale.Minimum), 0, 1)).ToSKColor() : null;
    }

    private void Draw(SKCanvas canvas, ObservationFate fate, bool isOfOther, SKPoint at, SKColor? colour)
    {
        var radius = size / 2;
        using var fill = new SKPaint { Color = colour ?? MapPanel.Missing.ToSKColor(), IsAntialias = true };
        using var line = new SKPaint { Color = Rim, IsAntialias = true, Style = SKPaintStyle.Stroke, StrokeWidth = 1.2f };
        using var halo = new SKPaint { Color = SKColors.White.WithAlpha(180), IsAntialias = true };
        switch (fate)
        {
            case ObservationFate.Rejected:
                var arm = radius + 2;
                line.Color = Rejected;
                line.StrokeWidth = 2.2f;
                canvas.DrawLine(at.X - arm, at.Y - arm, at.X + arm, at.Y + arm, line);
                canvas.DrawLine(at.X - arm, at.Y + arm, at.X + arm, at.Y - arm, line);
                break;
            case ObservationFate.Withheld:
                canvas.DrawRect(SKRect.Create(at.X - radius, at.Y - radius, size, size), fill);
                canvas.DrawRect(SKRect.Create(at.X - radius, at.Y - radius, size, size), line);
                break;
            case ObservationFate.Used when isOfOther:
                canvas.DrawCircle(at, radius + 0.8f, halo);
                canvas.DrawCircle(at, radius, line);
                break;
            default:
                // A white rim keeps black dots apart from the dark ends of the colours, a dark one coloured dots from the map.
                canvas.DrawCircle(at, radius + 0.8f, halo);
                canvas.DrawCircle(at, radius, fill);
                if (colour != Rim)
                {
                    canvas.DrawCircle(at, radius, line);
                }

                break;
        }
    }

    private readonly record struct Mark(int Index, Coordinates Place, ObservationFate Fate, bool IsOfOther);
}
