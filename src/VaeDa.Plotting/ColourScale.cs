using ScottPlot;
using ScottPlot.Colormaps;

namespace VaeDa.Plotting;

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

    /// <summary>−10…10 in cmocean's balance: temperature anomalies in K.</summary>
    public static ColourScale Anomaly { get; } = Symmetric(10);

    /// <summary>Blue through white to red (cmocean's balance), for anomalies and differences.</summary>
    /// <param name="limit">The end of the range on both sides, in the field's units.</param>
    /// <exception cref="ArgumentException">The limit is not positive.</exception>
    public static ColourScale Symmetric(double limit) => new(-Positive(limit), limit, new Balance());

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

    /// <summary>From 0 to a round number above 99.5% of the spreads.</summary>
    public static ColourScale ForSpread(IEnumerable<float> values) => Sequential(RoundLimit(values, 0.995));

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
