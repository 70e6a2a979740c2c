using ScottPlot;
using SkiaSharp;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Contours;

/// <summary>
/// What is written on contours: highs and lows with their values, and values along the lines where these are straightest.
/// Nothing is written over something else or over the frame: what finds no room is left out, lines before centres.
/// </summary>
/// <param name="area">The data area.</param>
/// <param name="dots">Where lines should not be written on.</param>
/// <param name="dotRadius">Of the dots, pixels.</param>
internal sealed class ContourLettering(PixelRect area, IEnumerable<SKPoint> dots, float dotRadius)
{
    private const float ValueSize = 15;
    private const float LetterSize = 26;

    // A line shorter than the first bears no value; a longer one bears another after each of the second.
    private const float ShortestLine = 150;
    private const float Again = 560;

    // Places along a line that are tried, pixels apart.
    private const float Stride = 7;

    private readonly List<(SKPoint[] Pixels, string Text, Color Colour)> lines = [];
    private readonly List<(SKPoint Place, bool IsHigh, string Text, Color Colour)> centres = [];
    private readonly List<(SKPoint Place, float Radius)> taken = [];
    private readonly SKTypeface face = Fonts.GetTypeface(EmbeddedFont.Name, bold: false, italic: false);

    public void AddLine(SKPoint[] pixels, string text, Color colour) => lines.Add((pixels, text, colour));

    public void AddCentre(SKPoint place, bool isHigh, string text, Color colour) => centres.Add((place, isHigh, text, colour));

    public void Draw(SKCanvas canvas)
    {
        using SKFont letters = new(face, LetterSize), values = new(face, ValueSize);
        foreach (var (place, isHigh, text, colour) in centres.Where(centre => IsFree(centre.Place, LetterSize)))
        {
            Write(canvas, isHigh ? "H" : "L", letters, new SKPoint(place.X, place.Y - 6), colour, 0);
            Write(canvas, text, values, new SKPoint(place.X, place.Y + 15), colour, 0);
            taken.Add((place, LetterSize));
        }

        taken.AddRange(dots.Select(dot => (dot, dotRadius)));
        foreach (var (pixels, text, colour) in lines.OrderByDescending(line => line.Pixels.Length))
        {
            var half = values.MeasureText(text) / 2 + 3;
            var lengths = Lengths(pixels);
            for (var from = 0f; lengths[^1] >= ShortestLine && from < lengths[^1] - Again / 4; from += Again)
            {
                if (Straightest(pixels, lengths, from, Math.Min(from + Again, lengths[^1]), half) is { } place)
                {
                    Write(canvas, text, values, place.Middle, colour, place.Degrees);
                    taken.Add((place.Middle, half));
                }
            }
        }
    }

    // A white rim parts the text from its line and from colours.
    private static void Write(SKCanvas canvas, string text, SKFont font, SKPoint place, Color colour, float degrees)
    {
        using SKPaint rim = new() { IsAntialias = true, IsStroke = true, StrokeWidth = 5, StrokeJoin = SKStrokeJoin.Round, Color = new SKColor(255, 255, 255, 225) };
        using SKPaint ink = new() { IsAntialias = true, Color = colour.ToSKColor() };
        canvas.Save();
        canvas.Translate(place.X, place.Y);
        canvas.RotateDegrees(degrees);
        // Capitals and digits are 0.73 of the size.
        var baseline = 0.365f * font.Size;
        canvas.DrawText(text, 0, baseline, SKTextAlign.Center, font, rim);
        canvas.DrawText(text, 0, baseline, SKTextAlign.Center, font, ink);
        canvas.Restore();
    }

    private bool IsFree(SKPoint place, float radius) =>
        place.X - radius > area.Left && place.X + radius < area.Right && place.Y - radius > area.Top && place.Y + radius < area.Bottom
        && taken.TrueForAll(other => SKPoint.Distance(other.Place, place) > other.Radius + radius);

    private (SKPoint Middle, float Degrees)? Straightest(SKPoint[] pixels, float[] lengths, float from, float to, float half)
    {
        (SKPoint Middle, float Degrees)? best = null;
        var bestChord = 0.96f * 2 * half;
        for (var at = from + half; at + half <= to; at += Stride)
        {
            var (start, middle, end) = (Along(pixels, lengths, at - half), Along(pixels, lengths, at), Along(pixels, lengths, at + half));
            var chord = SKPoint.Distance(start, end);
            if (chord > bestChord && IsFree(middle, half))
            {
                // Never upside down.
                var (dx, dy) = end.X >= start.X ? (end.X - start.X, end.Y - start.Y) : (start.X - end.X, start.Y - end.Y);
                best = (middle, MathF.Atan2(dy, dx) * 180 / MathF.PI);
                // Straight is straight: the first of two alike.
                bestChord = chord + 0.05f;
            }
        }

        return best;
    }

    private static float[] Lengths(SKPoint[] pixels)
    {
        var lengths = new float[pixels.Length];
        for (var i = 1; i < pixels.Length; i++)
        {
            lengths[i] = lengths[i - 1] + SKPoint.Distance(pixels[i - 1], pixels[i]);
        }

        return lengths;
    }

    private static SKPoint Along(SKPoint[] pixels, float[] lengths, float length)
    {
        var found = Array.BinarySearch(lengths, length);
        var after = Math.Clamp(found >= 0 ? found : ~found, 1, lengths.Length - 1);
        var step = lengths[after] - lengths[after - 1];
        var part = step > 0 ? (length - lengths[after - 1]) / step : 0;
        return new SKPoint(
            pixels[after - 1].X + part * (pixels[after].X - pixels[after - 1].X),
            pixels[after - 1].Y + part * (pixels[after].Y - pixels[after - 1].Y));
    }
}
