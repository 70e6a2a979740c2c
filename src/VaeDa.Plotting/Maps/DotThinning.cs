using ScottPlot;

namespace VaeDa.Plotting.Maps;

/// <summary>Which dots are drawn so that the map can be seen between them: none nearer to another than a least distance, the first of them first.</summary>
internal static class DotThinning
{
    /// <param name="pixels">Places on paper (N).</param>
    /// <param name="least">Distance, pixels, above 0.</param>
    /// <returns>The numbers of those that stay, ascending.</returns>
    public static List<int> Of(IReadOnlyList<Pixel> pixels, float least)
    {
        var kept = new List<int>();
        // Squares as wide as the distance: whoever is too near is in one of nine.
        var squares = new Dictionary<(int, int), List<int>>();
        for (var i = 0; i < pixels.Count; i++)
        {
            var (x, y) = ((int)MathF.Floor(pixels[i].X / least), (int)MathF.Floor(pixels[i].Y / least));
            var isFree = true;
            for (var dx = -1; dx <= 1 && isFree; dx++)
            {
                for (var dy = -1; dy <= 1 && isFree; dy++)
                {
                    isFree = !squares.TryGetValue((x + dx, y + dy), out var near) || near.TrueForAll(other =>
                        (pixels[other].X - pixels[i].X) is var across && (pixels[other].Y - pixels[i].Y) is var down && across * across + down * down >= least * least);
                }
            }

            if (isFree)
            {
                kept.Add(i);
                (squares.TryGetValue((x, y), out var here) ? here : squares[(x, y)] = []).Add(i);
            }
        }

        return kept;
    }
}
