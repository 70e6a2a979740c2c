using System.Globalization;
using ScottPlot;
using SkiaSharp;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Contours;

/// <summary>Draws a <see cref="ContourSet"/>: the lines, then their values along them, highs and lows.</summary>
/// <param name="dots">Places of observations, which values along lines keep away from.</param>
internal sealed class ContourPlot(MapExtent extent, ContourSet contours, string units, IReadOnlyList<Coordinates> dots) : IPlottable
{
    // Pixels from point to point of the raster that is contoured.
    private const float Step = 3;

    // Highs and lows are looked for within this part of the shorter side.
    private const float Reach = 0.12f;

    // Of the raster, from a high's or low's middle to the ends of its letter and value.
    private const int LetterRoom = 9;

    private static readonly Color Black = Color.FromHex("#1A1A1A");
    private static readonly Color Blue = Color.FromHex("#1F5FA8");
    private static readonly Color Red = Color.FromHex("#C1121F");

    public bool IsVisible { get; set; } = true;

    public IAxes Axes { get; set; } = new Axes();

    public IEnumerable<LegendItem> LegendItems => LegendItem.None;

    public AxisLimits GetAxisLimits() => AxisLimits.NoLimits;

    public void Render(RenderPack rp)
    {
        var (rows, columns) = ((int)MathF.Ceiling(rp.DataRect.Height / Step) + 1, (int)MathF.Ceiling(rp.DataRect.Width / Step) + 1);
        SKPoint PixelOf((double Row, double Column) point) => new(
            rp.DataRect.Left + (float)point.Column / (columns - 1) * rp.DataRect.Width,
            rp.DataRect.Top + (float)point.Row / (rows - 1) * rp.DataRect.Height);
        var lettering = new ContourLettering(
            rp.DataRect, dots.Select(Axes.GetPixel).Select(pixel => new SKPoint(pixel.X, pixel.Y)), MapPanel.DotSize(Math.Max(dots.Count, 1), rp.DataRect.Width) / 2);
        foreach (var layer in contours.Layers)
        {
            var raster = extent.Refine(layer.Values, contours.Smoothing, rows, columns);
            var (colour, width) = Pen(layer.Role);
            // One path: a translucent line must not darken where it meets the next level.
            using var path = new SKPath();
            foreach (var level in ContourInterval.Levels(raster, contours.Interval, units))
            {
                foreach (var line in MarchingSquares.Lines(raster, level))
                {
                    SKPoint[] pixels = [.. line.Points.Select(PixelOf)];
                    path.AddPoly(pixels, line.IsClosed);
                    if (layer.IsLettered)
                    {
                        lettering.AddLine(pixels, Text(level), colour);
                    }
                }
            }

            using var paint = new SKPaint { IsStroke = true, IsAntialias = true, StrokeWidth = width, StrokeJoin = SKStrokeJoin.Round, Color = colour.ToSKColor() };
            rp.Canvas.DrawPath(path, paint);
            // A letter has no room beside the edge of a map that does not fill its frame.
            foreach (var centre in layer.IsLettered ? Centre.Of(raster, (int)(Reach * Math.Min(rows, columns)), contours.Interval / 2).Where(c => extent.Edges is null || HasRoom(raster, c)) : [])
            {
                lettering.AddCentre(PixelOf((centre.Row, centre.Column)), centre.IsHigh, Text(centre.Value), colour);
            }
        }

        lettering.Draw(rp.Canvas);
    }

    private static bool HasRoom(double[,] raster, Centre centre) => new[] { (0, 1), (0, -1), (1, 0), (-1, 0) }.All(way =>
        (centre.Row + way.Item1 * LetterRoom, centre.Column + way.Item2 * LetterRoom) is var (r, c)
        && r >= 0 && c >= 0 && r < raster.GetLength(0) && c < raster.GetLength(1) && !double.IsNaN(raster[r, c]));

    // No more decimals than the interval has.
    private string Text(double value)
    {
        var decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(contours.Interval) + 1e-9));
        return value.ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace('-', '−');
    }

    private static (Color Colour, float Width) Pen(ContourRole role) => role switch
    {
        ContourRole.Truth => (Red, 2f),
        ContourRole.Member => (Blue.WithAlpha(.4), 0.9f),
        _ => (Black, 1.5f),
    };
}
