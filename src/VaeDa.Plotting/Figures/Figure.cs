using System.Text;
using ScottPlot;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.PixelFormats;
using SixLabors.ImageSharp.Processing.Processors.Quantization;
using SkiaSharp;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>A picture made of panels under a line or two of heading.</summary>
public abstract class Figure
{
    private const float Edge = 12;
    private const float HeadingSize = 24;

    // Of PDF, 72 to the inch, in a pixel, 96 to the inch.
    private const float Point = 0.75f;

    // Of what the panels ask for, the part that print leaves to them.
    private float fit = 1;

    static Figure() => EmbeddedFont.Register();

    /// <summary>The endings of the files that <see cref="Save"/> makes.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".png", ".svg", ".pdf"];

    /// <summary>Draws the figure and writes it as PNG, or by the file's ending as SVG or PDF, whole or not at all.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="width">Pixels; null for the width that its panels ask for.</param>
    /// <param name="colours">At most so many, 2…256, which makes a small file; null for all. Of PNG alone.</param>
    /// <exception cref="ArgumentException">The figure's fields do not fit its grid or each other.</exception>
    public void Save(string path, int? width = null, int? colours = null)
    {
        var picture = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => ToSvg(width),
            ".pdf" => ToPdf(width),
            _ when colours is not null || Style.PrintWidth is not null => ToPng(width, colours),
            _ => ToPng(width),
        };
        AtomicFile.Write(path, aside => File.WriteAllBytes(aside, picture));
    }

    /// <summary>Draws the figure as PNG.</summary>
    /// <param name="width">Pixels; null for the width that its panels ask for.</param>
    /// <exception cref="ArgumentException">The figure's fields do not fit its grid or each other.</exception>
    public byte[] ToPng(int? width = null)
    {
        using var image = Draw(width);
        using var pixels = image.PeekPixels();
        // Filters cost most of the time that encoding takes and gain little on flat colours.
        using var png = pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.Sub, 6));
        return png?.ToArray() ?? throw new InvalidOperationException("Skia could not encode the figure as PNG");
    }

    /// <summary>Draws the figure as SVG: cells as a picture, all else as lines and text.</summary>
    /// <param name="width">Pixels; null for the width that its panels ask for.</param>
    internal byte[] ToSvg(int? width = null)
    {
        var (layout, scale) = OnPaper(width);
        using var stream = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(layout.Size.Width * scale, layout.Size.Height * scale), stream))
        {
            DrawOn(canvas, layout, scale);
        }

        // Cells have edges, which viewers would blur.
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(stream.ToArray()).Replace("<image ", "<image style=\"image-rendering:pixelated\" ", StringComparison.Ordinal));
    }

    /// <summary>Draws the figure as PDF: a page of its size, cells as a picture, all else as lines and text.</summary>
    /// <param name="width">Pixels, 96 to the inch; null for the width that its panels ask for.</param>
    internal byte[] ToPdf(int? width = null)
    {
        var (layout, scale) = OnPaper(width);
        using var stream = new MemoryStream();
        using (var document = SKDocument.CreatePdf(stream))
        {
            DrawOn(document.BeginPage(layout.Size.Width * scale * Point, layout.Size.Height * scale * Point), layout, scale * Point);
            document.EndPage();
            document.Close();
        }

        return stream.ToArray();
    }

    // Skia writes neither palettes nor the density that a picture is meant for.
    private byte[] ToPng(int? width, int? colours)
    {
        using var image = Draw(width);
        using var pixels = image.PeekPixels();
        using var picture = SixLabors.ImageSharp.Image.LoadPixelData<Rgba32>(pixels.GetPixelSpan(), image.Width, image.Height);
        using var png = new MemoryStream();
        if (Style.PrintWidth is not null)
        {
            picture.Metadata.ResolutionUnits = SixLabors.ImageSharp.Metadata.PixelResolutionUnit.PixelsPerInch;
            picture.Metadata.HorizontalResolution = picture.Metadata.VerticalResolution = FigureStyle.PrintDensity;
        }

        picture.SaveAsPng(png, colours is not { } few ? new PngEncoder { ColorType = PngColorType.Rgb } : new PngEncoder
        {
            ColorType = PngColorType.Palette,
            // Dithered, flat colours would grain and hardly compress.
            Quantizer = new WuQuantizer(new QuantizerOptions { Dither = null, MaxColors = few }),
            BitDepth = few <= 16 ? PngBitDepth.Bit4 : PngBitDepth.Bit8,
            FilterMethod = PngFilterMethod.None,
            CompressionLevel = PngCompressionLevel.BestCompression,
        });
        return png.ToArray();
    }

    /// <summary>Draws the figure, RGBA and opaque.</summary>
    internal SKImage Draw(int? width)
    {
        var (layout, scale) = Sized(width);
        using var surface = SKSurface.Create(new SKImageInfo((int)MathF.Round(layout.Size.Width * scale), (int)MathF.Round(layout.Size.Height * scale), SKColorType.Rgba8888, SKAlphaType.Opaque));
        DrawOn(surface.Canvas, layout, scale);
        return surface.Snapshot();
    }

    private (FigureLayout Layout, float Scale) Sized(int? width)
    {
        var layout = Arrange();
        return (layout, (width ?? Style.Pixels) is { } pixels ? pixels / layout.Size.Width : 1);
    }

    // 96 to the inch, as SVG and PDF are measured here.
    private (FigureLayout Layout, float Scale) OnPaper(int? width)
    {
        var (layout, scale) = Sized(width);
        return (layout, width is null && Style.PrintWidth is not null ? scale * 96 / FigureStyle.PrintDensity : scale);
    }

    private void DrawOn(SKCanvas canvas, FigureLayout layout, float scale)
    {
        canvas.Clear(SKColors.White);
        canvas.Scale(scale);
        foreach (var (panel, left, top) in layout.Places)
        {
            panel.Draw(canvas, left, top);
            // What it has drawn with is not managed memory, and of hundreds of figures nothing would hurry to collect it.
            panel.Plot.Dispose();
        }

        if (Style.Letters && layout.Places.Count > 1)
        {
            WriteLetters(canvas, layout);
        }

        SharedBar?.Draw(canvas, layout.Bar.Left, layout.Bar.Top, layout.Bar.Bottom);
        WriteHeading(canvas, layout.Size.Width);
    }

    private static void WriteLetters(SKCanvas canvas, FigureLayout layout)
    {
        using var paint = Paint.NewDisposablePaint();
        foreach (var (i, (panel, left, top)) in layout.Places.Index())
        {
            Panel.Text($"({(char)('a' + i % 26)})", Panel.TitleSize, Alignment.MiddleRight).Render(canvas, new Pixel(left + panel.Letter.X, top + panel.Letter.Y), paint);
        }
    }

    /// <summary>How the maps are drawn.</summary>
    public virtual FigureStyle Style { get; set; } = FigureStyle.Usual;

    /// <summary>A map in the figure's style.</summary>
    /// <param name="width">The widest that the panel may be, margins included, pixels.</param>
    /// <param name="height">The tallest that its data area may be, pixels.</param>
    private protected Panel MapOf(FieldMap map, float width, float height) =>
        MapPanel.Create(Styled(map), width * fit - (map.HasBar ? 0 : MapPanel.BarRoom), height * fit);

    private FieldMap Styled(FieldMap map) => ShownUncertainty.On(map, Style) with
    {
        View = Style.View,
        Observations = Style.Observations is not { } colouring || map.Observations is null ? map.Observations
            : colouring == ObservationColouring.None ? null
            : map.Observations with { Colouring = colouring },
    };

    /// <summary>The colour bar beside all panels; null where each has its own.</summary>
    private protected virtual ColourBar? SharedBar => null;

    /// <summary>The line over the panels, left; null for none.</summary>
    private protected virtual string? Heading => null;

    /// <summary>What stands at the right end of the heading.</summary>
    private protected virtual string? Note => null;

    /// <summary>The panels in rows, top to bottom and left to right.</summary>
    private protected abstract IReadOnlyList<IReadOnlyList<Panel>> Panels();

    internal FigureLayout Arrange()
    {
        FigureLayout Layout() => FigureLayout.Of(Panels(), Edge, Heading is null ? Edge : 2 * Edge + HeadingSize, SharedBar is not null);
        fit = 1;
        var layout = Layout();
        if (Style.Width is { } target)
        {
            // Margins keep their size, so that the maps have to give way; a map that is as tall as it may be gives way later.
            for (var i = 0; i < 3 && Math.Abs(layout.Size.Width / target - 1) > 0.02; i++)
            {
                fit *= target / layout.Size.Width;
                layout = Layout();
            }
        }

        return layout;
    }

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
