namespace VaeDa.Plotting.Maps;

/// <summary>A high or a low of a chart.</summary>
internal readonly record struct Centre(int Row, int Column, double Value, bool IsHigh)
{
    /// <summary>
    /// The values that none within the reach exceeds (or undercuts), unless the field differs there by less than a least
    /// amount, or the centre may lie beyond the raster's edge.
    /// </summary>
    /// <param name="values">(rows, columns), NaN where missing.</param>
    /// <param name="reach">Cells, rows and columns alike.</param>
    /// <param name="least">How far the field must come down (up) from it within the reach.</param>
    public static IReadOnlyList<Centre> Of(double[,] values, int reach, double least)
    {
        var (highest, lowest) = (Extremes(values, reach, Math.Max), Extremes(values, reach, Math.Min));
        var centres = new List<Centre>();
        for (var r = 1; r + 1 < values.GetLength(0); r++)
        {
            for (var c = 1; c + 1 < values.GetLength(1); c++)
            {
                var value = values[r, c];
                if (!(highest[r, c] - lowest[r, c] >= least) || (value != highest[r, c] && value != lowest[r, c]))
                {
                    continue;
                }

                var isHigh = value == highest[r, c];
                // Of a plateau, one.
                if (centres.TrueForAll(known => known.IsHigh != isHigh || Math.Abs(known.Row - r) > reach || Math.Abs(known.Column - c) > reach))
                {
                    centres.Add(new Centre(r, c, value, isHigh));
                }
            }
        }

        return centres;
    }

    // Over squares of 2 · reach + 1, rows then columns; NaN is passed over.
    private static double[,] Extremes(double[,] values, int reach, Func<double, double, double> choose)
    {
        var (height, width) = (values.GetLength(0), values.GetLength(1));
        double Better(double a, double b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : choose(a, b);
        var across = new double[height, width];
        var all = new double[height, width];
        for (var r = 0; r < height; r++)
        {
            for (var c = 0; c < width; c++)
            {
                across[r, c] = double.NaN;
                for (var k = Math.Max(0, c - reach); k <= Math.Min(width - 1, c + reach); k++)
                {
                    across[r, c] = Better(across[r, c], values[r, k]);
                }
            }
        }

        for (var r = 0; r < height; r++)
        {
            for (var c = 0; c < width; c++)
            {
                all[r, c] = double.NaN;
                for (var k = Math.Max(0, r - reach); k <= Math.Min(height - 1, r + reach); k++)
                {
                    all[r, c] = Better(all[r, c], across[k, c]);
                }
            }
        }

        return all;
    }
}
