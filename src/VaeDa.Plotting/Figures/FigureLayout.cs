using ScottPlot;

namespace VaeDa.Plotting.Figures;

/// <summary>Where the panels of a figure stand, pixels: rows beneath each other, each row from the left.</summary>
internal sealed record FigureLayout(PixelSize Size, IReadOnlyList<(Panel Panel, float Left, float Top)> Places)
{
    private const float RowGap = 10;

    public static FigureLayout Of(IReadOnlyList<IReadOnlyList<Panel>> rows, float edge, float heading)
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

        return new FigureLayout(new PixelSize(MathF.Ceiling(width), MathF.Ceiling(top - RowGap + edge)), places);
    }
}
