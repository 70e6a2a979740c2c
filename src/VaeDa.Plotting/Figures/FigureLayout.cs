using ScottPlot;

namespace VaeDa.Plotting.Figures;

/// <summary>Where the panels of a figure stand, pixels: rows beneath each other, each row from the left; and the place of a colour bar beside all.</summary>
internal sealed record FigureLayout(PixelSize Size, IReadOnlyList<(Panel Panel, float Left, float Top)> Places, (float Left, float Top, float Bottom) Bar)
{
    private const float RowGap = 10;
    private const float BarGap = 16;

    public static FigureLayout Of(IReadOnlyList<IReadOnlyList<Panel>> rows, float edge, float heading, bool hasBar)
    {
        var places = new List<(Panel, float, float)>();
        var (width, top) = (0f, heading);
        foreach (var row in rows)
        {
            var left = edge;
            foreach (var panel in row)
            {
                places.Add((panel, left, top));
                left += panel.Size.Width;
            }

            width = Math.Max(width, left);
            top += row.Max(panel => panel.Size.Height) + RowGap;
        }

        var data = places.ConvertAll(place => place.Item1.DataAt(place.Item2, place.Item3));
        var bar = (data.Max(d => d.Right) + BarGap + edge, data[0].Top, data.Max(d => d.Bottom));
        return new FigureLayout(
            new PixelSize(MathF.Ceiling(Math.Max(width, hasBar ? bar.Item1 + ColourBar.Room : 0)), MathF.Ceiling(top - RowGap + edge)), places, bar);
    }
}
