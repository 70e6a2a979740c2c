using VaeDa.Fields;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Pages;

/// <summary>A variable of a page's maps, in the units that people read it in.</summary>
public sealed class PageVariable
{
    // Of colours in a scale: enough that the browser's own shades between them cannot be told from the scale's.
    private const int Stops = 33;

    // Of all values, for the choice of scales: more do not change it.
    private const int Looked = 200_000;

    private readonly ShownUnits shown;

    /// <param name="variable">As files have it.</param>
    /// <param name="means">Fields that scales are chosen by, in the variable's units.</param>
    /// <param name="spreads">Likewise; empty without an ensemble.</param>
    public PageVariable(Variable variable, IEnumerable<float> means, IEnumerable<float> spreads)
    {
        ArgumentNullException.ThrowIfNull(variable);
        shown = ShownUnits.Of(variable.Units);
        (Name, Title, Units) = (variable.Name, VariableName.OfAnomaly(variable), UnitText.Of(shown.Units));
        var (values, deviations) = (shown.Convert(means.Take(Looked)), shown.Convert(spreads.Where(float.IsFinite).Take(Looked)));
        Step = StepFor(values, deviations);
        (Scale, SpreadScale) = (new PageScale(ColourScale.ForAnomalies(shown.Units, values), Stops), new PageScale(ColourScale.ForSpread(deviations), Stops));
        DifferenceScale = new PageScale(ColourScale.Symmetric(ColourScale.RoundLimit(deviations.Length > 0 ? deviations.Select(d => 3 * d) : values, 0.5)), Stops);
    }

    /// <summary>Its short name.</summary>
    public string Name { get; }

    /// <summary>Its long name as an anomaly.</summary>
    public string Title { get; }

    /// <summary>Of the page, as print has them; empty for pure numbers.</summary>
    public string Units { get; }

    /// <summary>What values are rounded to, a power of ten: a twentieth of the usual spread at most, or a hundredth of the usual value.</summary>
    public double Step { get; }

    /// <summary>The digits after the point that this leaves.</summary>
    public int Digits => Math.Max(0, -(int)Math.Round(Math.Log10(Step)));

    /// <summary>The colours of its anomalies.</summary>
    public PageScale Scale { get; }

    /// <summary>The colours of its spread.</summary>
    public PageScale SpreadScale { get; }

    /// <summary>The colours of differences from the truth.</summary>
    public PageScale DifferenceScale { get; }

    /// <summary>The block of the climatological standard deviation; null where it is not known.</summary>
    public int? Deviation { get; set; }

    /// <summary>Values in the units of the page.</summary>
    public float[] Shown(IEnumerable<float> values) => shown.Convert(values);

    /// <summary>A value in the units of the page.</summary>
    public double Shown(double value) => value * shown.Factor;

    private static double StepFor(float[] values, float[] spreads)
    {
        var finest = spreads.Length > 0 ? RootMeanSquare(spreads) / 20 : RootMeanSquare(values) / 100;
        return finest > 0 ? Math.Pow(10, Math.Floor(Math.Log10(finest))) : 1e-6;
    }

    private static double RootMeanSquare(IEnumerable<float> values) => Math.Sqrt(values.Where(float.IsFinite).Select(v => (double)v * v).DefaultIfEmpty().Average());
}
