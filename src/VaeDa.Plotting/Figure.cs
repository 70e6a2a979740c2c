using ScottPlot;
using SkiaSharp;
using VaeDa.Archives;

namespace VaeDa.Plotting;

/// <summary>A picture made of panels under a line or two of heading.</summary>
public abstract class Figure
{
    private const float Edge = 12;
    private const float HeadingSize = 24;

    static Figure() => EmbeddedFont.Register();

    /// <summary>Draws the figure and writes it as PNG, whole or not at all.</summary>
    /// <exception cref="ArgumentException">The figure's fields do not fit its grid or each other.</exception>
    public void Save(string path)
    {
        var picture = ToPng();
        AtomicFile.Write(path, aside => File.WriteAllBytes(aside, picture));
    }

    /// <summary>Draws the figure as PNG.</summary>
    /// <exception cref="ArgumentException">The figure's fields do not fit its grid or each other.</exception>
    public byte[] ToPng()
    {
        var layout = Arrange();
        using var surface = SKSurface.Create(new SKImageInfo((int)layout.Size.Width, (int)layout.Size.Height, SKColorType.Rgba8888));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        foreach (var (panel, left, top) in layout.Places)
        {
            panel.Draw(canvas, left, top);
        }

        WriteHeading(canvas, layout.Size.Width);
        using var image = surface.Snapshot();
        using var pixels = image.PeekPixels();
        // Filters cost most of the time that encoding takes and gain little on flat colours.
        using var png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, 6));
        return png?.ToArray() ?? throw new InvalidOperationException("Skia could not encode the figure as PNG");
    }

    /// <summary>The line over the panels, left; null for none.</summary>
    private protected virtual string? Heading => null;

    /// <summary>What stands at the right end of the heading.</summary>
    private protected virtual string? Note => null;

    /// <summary>The panels in rows, top to bottom and left to right.</summary>
    private protected abstract IReadOnlyList<IReadOnlyList<Panel>> Panels();

    internal FigureLayout Arrange() => FigureLayout.Of(Panels(), Edge, Heading is null ? Edge : 2 * Edge + HeadingSize);

    private void WriteHeading(SKCanvas canvas, float width)
    {
        using var paint = Paint.NewDisposablePaint();
        var heading = Panel.Text(Heading ?? "", HeadingSize, Alignment.MiddleLeft);
        var note = Panel.Text(Note ?? "", HeadingSize - 5, Alignment.MiddleRight);
        // Both stand on one line: on a narrow figure both shrink rather than meet.
        var room = (width - 6 * Edge) / (heading.Measure(paint).Width + note.Measure(paint).Width);
        foreach (var (label, x) in new[] { (heading, 2 * Edge), (note, width - 2 * Edge) })
        {
            label.FontSize *= Math.Min(1, room);
            label.Render(canvas, new Pixel(x, Edge + HeadingSize / 2), paint);
        }
    }
}
