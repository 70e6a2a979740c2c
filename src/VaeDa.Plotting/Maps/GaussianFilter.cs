namespace VaeDa.Plotting.Maps;

/// <summary>A field weighted by a Gaussian about each cell, rows then columns; missing cells have no weight and stay missing.</summary>
internal static class GaussianFilter
{
    /// <param name="values">(H × W).</param>
    /// <param name="deviation">Standard deviation in cells; 0 leaves the field as it is.</param>
    /// <param name="isPeriodic">Whether the last column neighbours the first.</param>
    /// <returns>(H × W).</returns>
    public static float[] Apply(IReadOnlyList<float> values, int height, int width, double deviation, bool isPeriodic)
    {
        if (deviation <= 0)
        {
            return [.. values];
        }

        var reach = (int)Math.Ceiling(3 * deviation);
        var kernel = Enumerable.Range(-reach, 2 * reach + 1).Select(i => Math.Exp(-0.5 * i * i / (deviation * deviation))).ToArray();
        var down = Pass([.. values], (cell, step) => cell / width + step is var row && row >= 0 && row < height ? cell + step * width : -1);
        return Pass(down, (cell, step) => Beside(cell % width + step) is >= 0 and var column ? cell - cell % width + column : -1);

        int Beside(int column) => isPeriodic ? ((column % width) + width) % width : column < width ? column : -1;

        float[] Pass(float[] field, Func<int, int, int> neighbour)
        {
            var filtered = new float[field.Length];
            for (var cell = 0; cell < field.Length; cell++)
            {
                double sum = 0, weights = 0;
                for (var step = -reach; step <= reach; step++)
                {
                    if (neighbour(cell, step) is >= 0 and var other && !float.IsNaN(field[other]))
                    {
                        sum += kernel[step + reach] * field[other];
                        weights += kernel[step + reach];
                    }
                }

                filtered[cell] = float.IsNaN(field[cell]) ? float.NaN : (float)(sum / weights);
            }

            return filtered;
        }
    }
}
