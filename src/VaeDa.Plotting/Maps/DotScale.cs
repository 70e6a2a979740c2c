using System.Globalization;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Maps;

/// <summary>Colours of observations that are not those of the map, and what the legend says of them.</summary>
/// <param name="Label">What they tell, with its units.</param>
/// <param name="Values">Of the observations (N), NaN where there is none.</param>
/// <param name="Scale">In the units of the values.</param>
/// <param name="Factor">From these to the units that are shown.</param>
/// <param name="Format">Of the legend's numbers.</param>
/// <param name="GoesBeyond">Whether values lie beyond the scale.</param>
/// <param name="IsOrdered">Whether larger values are what one looks for, and are drawn before others where there is no room for all.</param>
internal sealed record DotScale(string Label, IReadOnlyList<double> Values, ColourScale Scale, double Factor, string Format, bool GoesBeyond, bool IsOrdered)
{
    // Of the values, so that few do not take the colours from all others.
    private const double Within = 0.98;

    /// <param name="dots">With their colouring.</param>
    /// <param name="units">That the map is shown in.</param>
    /// <param name="shown">Which of the observations lie on the map and have a colour.</param>
    /// <returns>Null where the colouring has no scale of its own, or its values are not known.</returns>
    public static DotScale? Of(ObservationDots dots, string units, IReadOnlyList<int> shown)
    {
        var squared = units.Contains(' ', StringComparison.Ordinal) ? $"({UnitText.Of(units)})²" : $"{UnitText.Of(units)}²";
        return dots switch
        {
            { Colouring: ObservationColouring.Departure, Departures: { } values } => Make($"departure ({UnitText.Of(units)}):", values, dots.Factor, "+0.###;−0.###;0", isSigned: true),
            { Colouring: ObservationColouring.Influence, Influences: { } values } => Make("influence:", values, 1, "0.###", isSigned: false),
            { Colouring: ObservationColouring.Gain, Gains: { } values } => Make($"gain removed ({squared}):", values, dots.Factor * dots.Factor, "g3", isSigned: false),
            _ => null,
        };

        DotScale Make(string label, IReadOnlyList<double> values, double factor, string format, bool isSigned)
        {
            var limit = ColourScale.RoundLimit(shown.Select(i => (float)values[i]), Within);
            return new DotScale(label, values, isSigned ? ColourScale.Symmetric(limit) : ColourScale.Sequential(limit), factor, format, shown.Any(i => Math.Abs(values[i]) > limit), !isSigned);
        }
    }

    /// <summary>The colours that the legend shows: their places on the scale, 0…1, and what is written beside them.</summary>
    public IEnumerable<(double Position, string Text)> Entries()
    {
        foreach (var position in new[] { 0, 0.5, 1 })
        {
            var number = (Factor * (Scale.Minimum + position * (Scale.Maximum - Scale.Minimum))).ToString(Format, CultureInfo.InvariantCulture);
            var isEnd = GoesBeyond && (position == 1 || (position == 0 && Scale.Minimum < 0));
            yield return (position, isEnd ? $"{(position == 1 ? '≥' : '≤')} {number}" : number);
        }
    }
}
