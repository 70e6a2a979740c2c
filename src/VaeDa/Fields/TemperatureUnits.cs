namespace VaeDa.Fields;

/// <summary>The one pair of units that comes mixed in practice, kelvin and degrees Celsius.</summary>
internal static class TemperatureUnits
{
    /// <summary>What to add to a value in one unit to have it in the other; null if that cannot be told.</summary>
    public static double? Offset(string from, string to) => from == to ? 0
        : UnitConversion.Between(from, to) is { Scale: 1 } conversion && (conversion.Offset == 0 || AreTemperature(to)) ? conversion.Offset : null;

    /// <summary>The unit of a difference of two values.</summary>
    public static string OfDifference(string units) => AreTemperature(units) ? "K" : units;

    /// <summary>Whether it is a unit of temperature that is known here, in steps of a kelvin.</summary>
    public static bool AreTemperature(string units) => UnitConversion.Between(units, "K") is { Scale: 1 };
}
