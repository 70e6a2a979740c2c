namespace VaeDa.Fields;

/// <summary>The one pair of units that comes mixed in practice, kelvin and degrees Celsius.</summary>
internal static class TemperatureUnits
{
    /// <summary>What to add to a value in one unit to have it in the other; null if that cannot be told.</summary>
    public static double? Offset(string from, string to) => (from == to, IsKelvin(from), IsCelsius(from), IsKelvin(to), IsCelsius(to)) switch
    {
        (true, _, _, _, _) or (_, true, _, true, _) or (_, _, true, _, true) => 0,
        (_, _, true, true, _) => 273.15,
        (_, true, _, _, true) => -273.15,
        _ => null,
    };

    /// <summary>Whether it is a unit of temperature that is known here.</summary>
    public static bool AreTemperature(string units) => IsCelsius(units) || IsKelvin(units);

    /// <summary>The unit of a difference of two values.</summary>
    public static string OfDifference(string units) => AreTemperature(units) ? "K" : units;

    private static bool IsKelvin(string units) => units.Trim().ToLowerInvariant()
        is "k" or "°k" or "kelvin" or "kelvins" or "degk" or "deg_k" or "degreek" or "degreesk" or "degree_k" or "degrees_k" or "degree_kelvin" or "degrees_kelvin";

    private static bool IsCelsius(string units) => units.Trim().ToLowerInvariant()
        is "c" or "°c" or "℃" or "celsius" or "degc" or "deg_c" or "deg c" or "degreec" or "degreesc" or "degree_c" or "degrees_c" or "degrees c"
            or "degree_celsius" or "degrees_celsius" or "degree celsius" or "degrees celsius";
}
