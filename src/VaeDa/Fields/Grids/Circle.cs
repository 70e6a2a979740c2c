namespace VaeDa.Fields.Grids;

/// <summary>What ascending longitudes say of the circle that they are on: whether they go round it, and where they leave it.</summary>
internal static class Circle
{
    // In units of the wider neighbour: two columns that are not there.
    private const double Gap = 2.5;

    // Decimals of a rounded spacing, and its least value in units of the last of them: with fewer digits anything is a rounded spacing.
    private const int MostDecimals = 5;
    private const int LeastUnits = 50;

    // Degrees: what float32 leaves of a coordinate.
    private const double Precision = 1e-4;

    /// <summary>
    /// Whether there is no room for another column between the last and the first; or whether there is only because the
    /// spacing was rounded and the error of each column is that of all before it: 640 columns every 0.562 degrees, for 0.5625.
    /// </summary>
    public static bool Closes(double first, double last, int count)
    {
        var spacing = (last - first) / (count - 1);
        var left = 360 - count * spacing;
        return Math.Abs(left) < 0.5 * spacing || IsRounded(spacing, count);
    }

    /// <summary>The number of the column that a region starts from, where its parts are at the two ends of the axis; else 0.</summary>
    /// <param name="longitudes">Ascending; where they do not, or come round to the first again, 0.</param>
    /// <exception cref="InvalidInputException">There is a gap that no other start takes out of the axis.</exception>
    public static int CutOf(double[] longitudes)
    {
        if (longitudes.Length < 2)
        {
            return 0;
        }

        // The way from each column to the next, from the last to the first.
        double[] steps = [.. longitudes.Zip(longitudes.Skip(1), (west, east) => east - west), longitudes[0] + 360 - longitudes[^1]];
        if (!steps.All(step => step > 0))
        {
            return 0;
        }

        var last = steps.Length - 1;
        var widest = Array.IndexOf(steps, steps.Max());
        var outside = widest != last && IsGap(widest, null) ? widest : last;
        for (var j = 0; j <= last; j++)
        {
            // The way round the rest of the Earth says nothing of the columns beside it.
            if (j != outside && IsGap(j, outside))
            {
                throw new InvalidInputException(FormattableString.Invariant(
                    $"the longitudes leave a gap of {steps[j]:0.###} degrees between {longitudes[j]:0.###} and {longitudes[(j + 1) % steps.Length]:0.###}; the columns of a grid lie side by side, so choose those on one side of it"));
            }
        }

        return (outside + 1) % steps.Length;

        bool IsGap(int j, int? without)
        {
            int[] neighbours = [.. new[] { (j + last) % steps.Length, (j + 1) % steps.Length }.Where(i => i != without)];
            return neighbours.Length > 0 && steps[j] > Gap * neighbours.Max(i => steps[i]);
        }
    }

    private static bool IsRounded(double spacing, int count)
    {
        var precision = Precision / (count - 1);
        for (var (decimals, unit) = (1, 0.1); decimals <= MostDecimals; decimals++, unit /= 10)
        {
            if (Math.Abs(spacing - Math.Round(spacing, decimals)) < precision)
            {
                // One that goes into the circle is not rounded: 359 columns every degree are a region.
                var columns = 360 / spacing;
                return spacing >= LeastUnits * unit && Math.Abs(columns - Math.Round(columns)) > 1e-3 && Math.Abs(spacing - 360.0 / count) <= unit / 2 + precision;
            }
        }

        return false;
    }
}
