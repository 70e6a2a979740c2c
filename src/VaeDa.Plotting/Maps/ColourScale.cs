using ScottPlot;
using ScottPlot.Colormaps;

namespace VaeDa.Plotting.Maps;

/// <summary>A range of values and the colours they are drawn in; values beyond the range take its end's colour.</summary>
public sealed record ColourScale
{
    private ColourScale(double minimum, double maximum, IColormap colours)
    {
        Minimum = minimum;
        Maximum = maximum;
        Colours = colours;
    }

    public double Minimum { get; }

    public double Maximum { get; }

    internal IColormap Colours { get; }

    /// <summary>−10…10 in blue, white and red: temperature anomalies in K.</summary>
    public static ColourScale Anomaly { get; } = Symmetric(10);

    /// <summary>Blue through white to red (after cmocean's balance), for anomalies and differences.</summary>
    /// <param name="limit">The end of the range on both sides, in the field's units.</param>
    /// <exception cref="ArgumentException">The limit is not positive.</exception>
    public static ColourScale Symmetric(double limit) => new(-Positive(limit), limit, new DivergingColours());

    /// <summary>From 0, pale, to <paramref name="limit"/>, dark (cmocean's dense), for spreads.</summary>
    /// <exception cref="ArgumentException">The limit is not positive.</exception>
    public static ColourScale Sequential(double limit) => new(0, Positive(limit), new Dense());

    /// <summary>
    /// The scale for a variable's anomalies when nobody chose one: <see cref="Anomaly"/> for kelvin, so that pictures
    /// compare; otherwise symmetric, wide enough for 99.5% of the values.
    /// </summary>
    /// <param name="units">UDUNITS string.</param>
    /// <param name="values">NaN is passed over.</param>
    public static ColourScale ForAnomalies(string units, IEnumerable<float> values) =>
        units is "K" or "degC" or "°C" or "Celsius" ? Anomaly : Symmetric(RoundLimit(values, 0.995));

    /// <summary>
    /// Between two values that someone chose. Where they lie on both sides of 0 the colours are those of
    /// <see cref="Symmetric"/> about the farther one, so that white stays at 0; elsewhere dark blue to pale yellow (cmocean's
    /// thermal).
    /// </summary>
    /// <exception cref="ArgumentException">They are not finite, or not in ascending order.</exception>
    public static ColourScale Between(double low, double high)
    {
        if (!(low < high) || !double.IsFinite(high - low))
        {
            throw new ArgumentException($"a colour scale must ascend; this one is from {low} to {high}");
        }

        var limit = Math.Max(-low, high);
        return new(low, high, low < 0 && high > 0 ? new CutColours(new DivergingColours(), (low + limit) / (2 * limit), (high + limit) / (2 * limit)) : new Thermal());
    }

    /// <summary>
    /// The scale for fields of which nobody said whether they are anomalies: <see cref="ForAnomalies"/>, unless they are
    /// temperatures mostly beyond it or values all on one side of 0. Then from end to end of the middle 99%.
    /// </summary>
    /// <param name="units">UDUNITS string.</param>
    /// <param name="values">NaN is passed over.</param>
    public static ColourScale ForFields(string units, IEnumerable<float> values)
    {
        var sorted = values.Where(float.IsFinite).Order().ToArray();
        var anomalies = ForAnomalies(units, sorted);
        if (sorted.Length == 0 || !(anomalies == Anomaly ? Math.Abs(sorted[sorted.Length / 2]) > Anomaly.Maximum : sorted[0] > 0 || sorted[^1] < 0))
        {
            return anomalies;
        }

        // Ends on a multiple of a step of which the range has 10 to 50.
        var (low, high) = ((double)sorted[(int)(0.005 * (sorted.Length - 1))], (double)sorted[(int)Math.Ceiling(0.995 * (sorted.Length - 1))]);
        var step = high > low ? Math.Pow(10, Math.Floor(Math.Log10((high - low) / 10))) : Math.Max(Math.Abs(high), 1) / 10;
        return Between(Math.Floor(low / step) * step, Math.Ceiling(high / step + (high > low ? 0 : 1)) * step);
    }

    /// <summary>From 0 to a round number above 99.5% of the spreads.</summary>
    public static ColourScale ForSpread(IEnumerable<float> values) => Sequential(RoundLimit(values, 0.995));

    /// <summary>The same colours for values that are multiplied by a factor above 0.</summary>
    internal ColourScale Times(double factor) => factor == 1 ? this : new(Minimum * factor, Maximum * factor, Colours);

    // The lowest of 1, 1.5, 2, 3, 4, 5, 6, 8 × 10ⁿ that holds the fraction of the absolute values; 1 where there are none.
    internal static double RoundLimit(IEnumerable<float> values, double fraction)
    {
        var sizes = values.Where(float.IsFinite).Select(Math.Abs).Order().ToArray();
        var size = sizes.Length == 0 ? 0 : sizes[(int)Math.Ceiling(fraction * (sizes.Length - 1))];
        if (size == 0)
        {
            return 1;
        }

        var decade = Math.Pow(10, Math.Floor(Math.Log10(size)));
        return decade * new[] { 1, 1.5, 2, 3, 4, 5, 6, 8, 10 }.First(step => step * decade >= size * (1 - 1e-6));
    }

    private static double Positive(double limit) => limit > 0 && double.IsFinite(limit)
        ? limit
        : throw new ArgumentException($"a colour scale's limit must be positive; this one is {limit}", nameof(limit));
}
