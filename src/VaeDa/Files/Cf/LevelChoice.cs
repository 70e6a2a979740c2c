using System.Globalization;
using System.Text.RegularExpressions;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>A level as a user names it: <c>850</c>, <c>850hPa</c>, <c>85000 Pa</c>, <c>10m</c>.</summary>
/// <param name="Text">As written.</param>
/// <param name="Value">The number.</param>
/// <param name="Units">Empty where none were written: those of the file, or hPa or Pa where the file has a pressure.</param>
internal sealed partial record LevelChoice(string Text, double Value, string Units)
{
    // A float32 holds its levels to seven digits, and users write fewer.
    private const double Tolerance = 1e-3;

    /// <exception cref="InvalidInputException">It is no number with or without units.</exception>
    public static LevelChoice Parse(string text)
    {
        var match = Pattern().Match(text);
        return match.Success && double.TryParse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? new LevelChoice(text, value, match.Groups["units"].Value)
            : throw new InvalidInputException($"'{text}' is not a level such as 850, 850hPa or 10m") { Setting = "Level" };
    }

    /// <summary>Finds the level among those of a coordinate.</summary>
    /// <param name="levels">Of the coordinate.</param>
    /// <param name="units">Of the coordinate; empty for none.</param>
    /// <returns>Its number; null where there is none.</returns>
    /// <exception cref="InvalidInputException">It may be either of two levels.</exception>
    public int? In(double[] levels, string units)
    {
        var found = Meanings(units).Select(meant => Array.FindIndex(levels, level => Math.Abs(level - meant) <= Tolerance * Math.Abs(meant))).Where(i => i >= 0).Distinct().ToList();
        return found.Count > 1
            ? throw new InvalidInputException(FormattableString.Invariant($"level '{Text}' may be {levels[found[0]]} {units} or {levels[found[1]]} {units}; write it with its units, as {Value}hPa")) { Setting = "Level" }
            : found.Count == 1 ? found[0] : null;
    }

    /// <summary>Pressures in hPa, as people name them; other levels as in the file.</summary>
    public static double ForPeople(double level, string units) => PascalsOf(units) is { } pascals ? Math.Round(level * pascals / 100, 6) : level;

    /// <summary>The units that <see cref="ForPeople"/> gives.</summary>
    public static string UnitsForPeople(string units) => PascalsOf(units) is null ? units : "hPa";

    private IEnumerable<double> Meanings(string units)
    {
        if (PascalsOf(units) is not { } pascals)
        {
            return Units.Length == 0 || Units == units ? [Value] : [];
        }

        return Units.Length > 0
            ? PascalsOf(Units) is { } own ? [Value * own / pascals] : []
            : [Value, Value * 100 / pascals, Value / pascals];
    }

    private static double? PascalsOf(string units) => units switch
    {
        "Pa" or "pascal" or "pascals" => 1,
        "hPa" or "mb" or "mbar" or "mbars" or "millibar" or "millibars" or "hectopascal" or "hectopascals" => 100,
        "kPa" or "kilopascal" or "kilopascals" => 1000,
        _ => null,
    };

    [GeneratedRegex(@"^\s*(?<number>[+-]?[\d.]+(?:[eE][+-]?\d+)?)\s*(?<units>[A-Za-z_]*\d*)\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
