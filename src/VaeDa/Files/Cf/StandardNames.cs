using System.Text.RegularExpressions;
using VaeDa.Fields;

namespace VaeDa.Files.Cf;

/// <summary>CF's names of quantities. The table has thousands; all that is known of it here is which of them have an anomaly.</summary>
internal static partial class StandardNames
{
    // CF standard name table, versions 78 to 92: the names that are another's with '_anomaly', difference from climatology.
    private static readonly string[] WithAnomaly = ["air_pressure", "air_temperature", "brightness_temperature", "geopotential_height", "sea_water_temperature", "surface_temperature"];

    /// <summary>A file's attribute, if it can be a standard name.</summary>
    /// <param name="attribute">As it stands in the file; null where there is none.</param>
    /// <returns>Null for what has not the form of one, and for <c>unknown</c>, which converters from GRIB write.</returns>
    public static string? Plausible(string? attribute) => attribute is not null && attribute != "unknown" && Form().IsMatch(attribute) ? attribute : null;

    /// <summary>The name of the anomaly of a quantity.</summary>
    /// <param name="variable">By its standard name; the long name serves too, as that of archives from before they had both.</param>
    /// <returns>Null where CF has none.</returns>
    public static string? OfAnomaly(Variable variable)
    {
        var name = variable.StandardName ?? variable.LongName;
        return WithAnomaly.Contains(name) ? $"{name}_anomaly"
            : name?.EndsWith("_anomaly", StringComparison.Ordinal) == true && WithAnomaly.Contains(name[..^"_anomaly".Length]) ? name
            : null;
    }

    [GeneratedRegex("^[a-z][a-z0-9_]*$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
