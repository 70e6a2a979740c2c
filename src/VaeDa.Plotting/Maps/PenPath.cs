using ScottPlot;
using SkiaSharp;

namespace VaeDa.Plotting.Maps;

/// <summary>Lines that a pen draws and lifts.</summary>
internal static class PenPath
{
    /// <param name="places">Null where the pen is lifted.</param>
    public static void Add(SKPath path, IEnumerable<Coordinates?> places, IAxes axes)
    {
        var isDown = false;
        foreach (var place in places)
        {
            if (place is { } at)
            {
                var pixel = axes.GetPixel(at);
                if (isDown)
                {
                    path.LineTo(pixel.X, pixel.Y);
                }
                else
                {
                    path.MoveTo(pixel.X, pixel.Y);
                }
            }

            isDown = place is not null;
        }
    }
}
