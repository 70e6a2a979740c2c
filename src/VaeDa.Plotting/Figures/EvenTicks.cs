using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace VaeDa.Plotting.Figures;

/// <summary>Ticks at round steps, all with the same number of decimals and a true minus sign.</summary>
internal static class EvenTicks
{
    /// <param name="most">The largest number of steps, at least 2.</param>
    public static NumericManual Between(double low, double high, int most) => new(Of(low, high, most));

    internal static Tick[] Of(double low, double high, int most)
    {
        var rough = (high - low) / most;
        var decade = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = decade * new[] { 1, 2, 5, 10 }.First(s => s * decade >= rough * (1 - 1e-9));
        var decimals = Math.Max(0, -(int)Math.Floor(Math.Log10(step) + 1e-9));
        var first = (long)Math.Ceiling(low / step - 1e-9);
        var last = (long)Math.Floor(high / step + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => At((first + i) * step, decimals))];
    }

    private static Tick At(double value, int decimals) =>
        Tick.Major(value, value.ToString($"F{decimals}", CultureInfo.InvariantCulture).Replace('-', '−'));
}
