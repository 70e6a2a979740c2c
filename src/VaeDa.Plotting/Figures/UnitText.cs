using System.Globalization;
using System.Text.RegularExpressions;

namespace VaeDa.Plotting.Figures;

/// <summary>UDUNITS strings as print has them: <c>m s-1</c> becomes m s⁻¹.</summary>
internal static partial class UnitText
{
    public static string Of(string units) => units switch
    {
        "degC" or "Celsius" or "celsius" => "°C",
        "1" or "" => "",
        _ => Exponent().Replace(units, match => string.Concat(match.Value.TrimStart('^', '*').Select(Raise))),
    };

    /// <summary><c>10⁻³</c></summary>
    public static string PowerOfTen(int exponent) => $"10{string.Concat(exponent.ToString(CultureInfo.InvariantCulture).Select(Raise))}";

    /// <summary>The label of an axis in the units that are shown, <see cref="ShownUnits"/>: <c>Spread (K)</c>, or the name alone for a pure number.</summary>
    public static string Label(string name, string units) => Of(ShownUnits.Of(units).Units) is { Length: > 0 } text ? $"{name} ({text})" : name;

    /// <summary>A positive amount to three digits in the units that are shown: <c>0.500 K</c>.</summary>
    public static string Quantity(double amount, string units)
    {
        var shown = ShownUnits.Of(units);
        (amount, units) = (amount * shown.Factor, shown.Units);
        var decimals = amount > 0 && double.IsFinite(amount) ? Math.Clamp(2 - (int)Math.Floor(Math.Log10(amount)), 0, 6) : 0;
        return $"{amount.ToString($"F{decimals}", CultureInfo.InvariantCulture)} {Of(units)}".TrimEnd();
    }

    private static char Raise(char sign) => sign switch
    {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        _ => (char)('⁰' + (sign - '0')),
    };

    [GeneratedRegex(@"(?<=[A-Za-z])(\*\*|\^)?-?[0-9]+")]
    private static partial Regex Exponent();
}
