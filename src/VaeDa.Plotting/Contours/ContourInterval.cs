namespace VaeDa.Plotting.Contours;

/// <summary>The step from contour to contour.</summary>
public static class ContourInterval
{
    /// <summary>Contours of one field by default.</summary>
    public const int Usual = 12;

    /// <summary>Contours of each of many fields in one picture by default: more would be a tangle.</summary>
    public const int Few = 6;

    // More would be a grey area, and hours of drawing where a unit is mistaken.
    private const int Most = 200;

    /// <summary>The 1, 2 or 4 × 10ⁿ of which the values' range holds most nearly so many: 4 hPa for the pressure of a windy region and 12 contours.</summary>
    /// <param name="values">NaN is passed over.</param>
    /// <param name="wanted">Number of contours.</param>
    /// <returns>1 where the values do not vary.</returns>
    public static double For(IEnumerable<float> values, int wanted)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values.Where(float.IsFinite))
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        if (!(high > low))
        {
            return 1;
        }

        var ideal = (high - low) / wanted;
        var decade = Math.Pow(10, Math.Floor(Math.Log10(ideal)));
        return new[] { 1, 2, 4, 10 }.Select(step => step * decade).MinBy(step => Math.Abs(Math.Log(step / ideal)));
    }

    /// <summary>The multiples of an interval within the values' range, ascending.</summary>
    /// <param name="values">(rows, columns), NaN where missing.</param>
    /// <param name="units">Of the values, as shown.</param>
    /// <exception cref="InvalidInputException">They are too many to be told apart.</exception>
    internal static IReadOnlyList<double> Levels(double[,] values, double interval, string units)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in values)
        {
            // Both comparisons are false for NaN.
            low = value < low ? value : low;
            high = value > high ? value : high;
        }

        if (!(high >= low))
        {
            return [];
        }

        var (first, last) = (Math.Ceiling(low / interval), Math.Floor(high / interval));
        return last - first <= Most
            ? [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * interval)]
            : throw new InvalidInputException(FormattableString.Invariant($"a contour interval of {interval:g4} {units} makes {last - first:f0} contours between {low:g5} and {high:g5} {units}; at most {Most} can be drawn"));
    }
}
