namespace VaeDa.Plotting.Maps;

/// <summary>
/// A field between its cell centres by cubic convolution (Keys 1981, IEEE Trans. Acoust. Speech Signal Process. 29, 1153,
/// a = −½): it passes through the cells' values and its slope is continuous, so isolines are smooth. Beyond the outermost
/// centres it goes on straight; beside missing cells it is bilinear, and missing where one of the four cells around is.
/// </summary>
internal static class CubicRaster
{
    /// <param name="values">(H × W), NaN where missing.</param>
    /// <param name="rows">Places of the raster's rows among the cells' (R), fractional.</param>
    /// <param name="columns">Places of its columns (C), fractional.</param>
    /// <param name="isPeriodic">Whether the last column neighbours the first.</param>
    /// <returns>(R, C).</returns>
    public static double[,] Of(IReadOnlyList<float> values, int height, int width, double[] rows, double[] columns, bool isPeriodic)
    {
        var (down, along) = (Array.ConvertAll(rows, row => Stencil(row, height, isPeriodic: false)), Array.ConvertAll(columns, column => Stencil(column, width, isPeriodic)));
        var (downStraight, alongStraight) = (Array.ConvertAll(rows, row => Straight(row, height, isPeriodic: false)), Array.ConvertAll(columns, column => Straight(column, width, isPeriodic)));
        var raster = new double[rows.Length, columns.Length];
        for (var r = 0; r < rows.Length; r++)
        {
            for (var c = 0; c < columns.Length; c++)
            {
                var cubic = Sum(values, width, down[r], along[c]);
                raster[r, c] = double.IsNaN(cubic) ? Sum(values, width, downStraight[r], alongStraight[c]) : cubic;
            }
        }

        return raster;
    }

    private static double Sum(IReadOnlyList<float> values, int width, (int Cell, double Weight)[] down, (int Cell, double Weight)[] along)
    {
        var sum = 0.0;
        foreach (var (row, weight) in down)
        {
            foreach (var (column, share) in along)
            {
                sum += weight * share * values[row * width + column];
            }
        }

        return sum;
    }

    private static (int Cell, double Weight)[] Stencil(double place, int count, bool isPeriodic)
    {
        var (first, t) = ((int)Math.Floor(place), place - Math.Floor(place));
        return Fold(
            [
                (first - 1, ((-0.5 * t + 1) * t - 0.5) * t),
                (first, (1.5 * t - 2.5) * t * t + 1),
                (first + 1, ((-1.5 * t + 2) * t + 0.5) * t),
                (first + 2, (0.5 * t - 0.5) * t * t),
            ],
            count,
            isPeriodic);
    }

    private static (int Cell, double Weight)[] Straight(double place, int count, bool isPeriodic)
    {
        var (first, t) = ((int)Math.Floor(place), place - Math.Floor(place));
        return Fold([(first, 1 - t), (first + 1, t)], count, isPeriodic);
    }

    // A cell beyond the edge is on the straight line through the two at the edge. A weight of 0 needs no cell, missing or not.
    private static (int Cell, double Weight)[] Fold(IReadOnlyList<(int Cell, double Weight)> stencil, int count, bool isPeriodic)
    {
        var weights = new SortedDictionary<int, double>();
        void Add(int cell, double weight) => weights[cell] = weights.GetValueOrDefault(cell) + weight;
        foreach (var (cell, weight) in stencil)
        {
            var (edge, inner) = cell < 0 ? (0, 1) : (count - 1, count - 2);
            if (isPeriodic || (cell >= 0 && cell < count))
            {
                Add((cell + count) % count, weight);
            }
            else
            {
                var beyond = Math.Abs(cell - edge);
                Add(edge, weight * (1 + beyond));
                Add(inner, -weight * beyond);
            }
        }

        return [.. weights.Where(pair => pair.Value != 0).Select(pair => (pair.Key, pair.Value))];
    }
}
