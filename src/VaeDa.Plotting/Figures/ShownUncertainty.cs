using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>An ensemble's spread over the map of its mean, as a style has it.</summary>
internal static class ShownUncertainty
{
    // Of hatching that is there or not, as strong as fog half-way.
    private const float Hatched = 0.67f;

    /// <param name="map">With the relative spread as its fog, if that is known.</param>
    public static FieldMap On(FieldMap map, FigureStyle style) => style.Uncertainty switch
    {
        _ when map.Ignorance is null => map,
        Uncertainty.None => map with { Ignorance = null },
        Uncertainty.Fade => map with { Ignorance = null, Fading = [.. map.Ignorance.Select(FogHatch.Strength)] },
        Uncertainty.Absolute when map.Spread is { } spread => map with { Ignorance = Above(spread, style.UncertainAbove ?? throw new InvalidInputException("hatching of the absolute spread needs the amount that it begins at")) },
        _ => style.UncertainAbove is { } part ? map with { Ignorance = Above(map.Ignorance, part) } : map,
    };

    /// <summary>What the title of such a map says.</summary>
    /// <param name="units">Of the variable.</param>
    public static string Described(FigureStyle style, string units) => style.Uncertainty switch
    {
        Uncertainty.Fade => "; faded: uncertain",
        Uncertainty.Absolute => $"; hatched: spread above {UnitText.Quantity(style.UncertainAbove ?? 0, units)}",
        _ => FormattableString.Invariant($"; hatched: spread above {100 * style.UncertainAbove:0.#}% of the climatological"),
    };

    private static float[] Above(IReadOnlyList<float> values, double least) => [.. values.Select(value => value > least ? Hatched : 0)];
}
