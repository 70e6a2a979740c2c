using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Tests;

/// <summary>A figure saved to a real file and decoded by another library than the one that drew it.</summary>
internal sealed class Picture
{
    private readonly Image<Rgba32> image;
    private readonly FigureLayout layout;

    private Picture(Image<Rgba32> image, FigureLayout layout)
    {
        this.image = image;
        this.layout = layout;
    }

    public int Width => image.Width;

    public int Height => image.Height;

    public static Picture Of(Figure figure)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("figure.png");
        figure.Save(path);
        return new Picture(Image.Load<Rgba32>(path), figure.Arrange());
    }

    /// <summary>Data area of a panel, pixels.</summary>
    public Rectangle Data(int panel = 0)
    {
        var (drawn, left, top) = layout.Places[panel];
        var area = drawn.DataAt(left, top);
        return new Rectangle((int)area.Left, (int)area.Top, (int)area.Width, (int)area.Height);
    }

    public Rgba32 At(int x, int y) => image[x, y];

    /// <summary>The pixel of a point, from fractions of the data area counted from its left and top.</summary>
    public (int X, int Y) Pixel(double across, double down, int panel = 0)
    {
        var data = Data(panel);
        return ((int)(data.Left + across * data.Width), (int)(data.Top + down * data.Height));
    }

    /// <summary>The pixel of a place on a panel that shows the whole world.</summary>
    public (int X, int Y) WorldPixel(double latitude, double longitude, int panel = 0) =>
        Pixel((longitude + 180) / 360, (90 - latitude) / 180, panel);

    public IEnumerable<(int X, int Y)> Where(Rectangle area, Func<Rgba32, bool> condition)
    {
        for (var y = area.Top; y < area.Bottom; y++)
        {
            for (var x = area.Left; x < area.Right; x++)
            {
                if (condition(image[x, y]))
                {
                    yield return (x, y);
                }
            }
        }
    }

    public int Count(Rectangle area, Func<Rgba32, bool> condition) => Where(area, condition).Count();

    /// <summary>Mean darkness of an area, 0 white … 255 black.</summary>
    public double Ink(Rectangle area) => Where(area, _ => true).Average(place => 255 - Lightness(At(place.X, place.Y)));

    public static bool IsDark(Rgba32 colour) => Lightness(colour) < 90;

    public static bool Near(Rgba32 colour, ScottPlot.Color expected) =>
        Math.Abs(colour.R - expected.R) + Math.Abs(colour.G - expected.G) + Math.Abs(colour.B - expected.B) < 12;

    private static double Lightness(Rgba32 colour) => 0.3 * colour.R + 0.59 * colour.G + 0.11 * colour.B;
}
