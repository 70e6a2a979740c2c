using VaeDa.Fields;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>The CF attributes of fields, by what the fields are; <see cref="GridDimensions.Describe"/> adds those of their places.</summary>
internal static class FieldAttributes
{
    /// <summary>What stands for a missing value of floating-point fields, as in CMIP: with NaN, NCO's means over time would be NaN.</summary>
    public const float Missing = 1e20f;

    /// <summary>Of anomalies: members, random fields, an archive's.</summary>
    /// <param name="variable">With the units of its anomalies.</param>
    /// <param name="what">What else there is to say, after a comma; null for nothing.</param>
    public static NetcdfAttributes OfAnomaly(Variable variable, string? what = null) =>
        Of(NameOfAnomaly(variable), what, StandardNames.OfAnomaly(variable), variable.Units, isDifference: true, variable.CellMethods);

    /// <summary>Of the mean of an ensemble of anomalies.</summary>
    /// <param name="variable">With the units of its anomalies.</param>
    /// <param name="spread">The name of the variable with the spread in the file.</param>
    public static NetcdfAttributes OfMean(Variable variable, string spread)
    {
        var attributes = OfAnomaly(variable with { CellMethods = CfCellMethods.Joined(variable.CellMethods, "realization: mean") }, "ensemble mean");
        attributes["ancillary_variables"] = spread;
        return attributes;
    }

    /// <summary>Of the standard deviation of an ensemble of anomalies about its mean.</summary>
    public static NetcdfAttributes OfSpread(Variable variable) =>
        OfAnomaly(variable with { CellMethods = CfCellMethods.Joined(variable.CellMethods, "realization: standard_deviation") }, "ensemble standard deviation");

    /// <summary>Of the standard deviation of a field's error, where it is known without an ensemble.</summary>
    public static NetcdfAttributes OfStandardError(Variable variable)
    {
        var attributes = OfAnomaly(variable, "standard deviation of its error");
        if (attributes.Text("standard_name") is { } name)
        {
            attributes["standard_name"] = $"{name} standard_error";
        }

        return attributes;
    }

    /// <summary>Of whole fields, anomalies with the climatological mean: members and most probable ones.</summary>
    /// <param name="variable">With the units of the whole fields.</param>
    /// <param name="what">What else there is to say, after a comma; null for nothing.</param>
    public static NetcdfAttributes OfWhole(Variable variable, string? what = null) =>
        Of(NameOf(variable), what, variable.StandardName, variable.Units, isDifference: false, variable.CellMethods);

    /// <summary>Of the mean of an ensemble of whole fields.</summary>
    /// <param name="variable">With the units of the whole fields.</param>
    /// <param name="spread">The name of the variable with the spread in the file, which is that of the anomalies.</param>
    public static NetcdfAttributes OfWholeMean(Variable variable, string spread)
    {
        var attributes = OfWhole(variable with { CellMethods = CfCellMethods.Joined(variable.CellMethods, "realization: mean") }, "ensemble mean");
        attributes["ancillary_variables"] = spread;
        return attributes;
    }

    /// <summary>Of one climatological standard deviation for the whole year. It has no time, and so no method over it that CF has words for.</summary>
    public static NetcdfAttributes OfClimatologicalDeviation(Variable variable) =>
        Of(NameOfAnomaly(variable), "climatological standard deviation", null, variable.Units, isDifference: true, CfCellMethods.Without(variable.CellMethods, "time"));

    /// <summary>Of a climatological mean, along a climatological time.</summary>
    /// <param name="variable">With the units of the mean.</param>
    /// <param name="note">How it was smoothed; null if it was not.</param>
    public static NetcdfAttributes OfClimatologicalMean(Variable variable, string? note) =>
        Of(NameOf(variable), "climatological mean", variable.StandardName, variable.Units, isDifference: false, OverYears(variable, "mean", note));

    /// <summary>Of a climatological standard deviation, along a climatological time.</summary>
    /// <param name="variable">With the units of the mean, or of anomalies.</param>
    /// <param name="note">How it was smoothed; null if it was not.</param>
    public static NetcdfAttributes OfClimatologicalDeviation(Variable variable, string? note) =>
        Of(NameOf(variable), "climatological standard deviation", variable.StandardName, TemperatureUnits.OfDifference(variable.Units), isDifference: true, OverYears(variable, "standard_deviation", note));

    private static NetcdfAttributes Of(string name, string? what, string? standardName, string units, bool isDifference, string? cellMethods)
    {
        var attributes = new NetcdfAttributes { ["long_name"] = what is null ? name : $"{name}, {what}" };
        if (standardName is not null)
        {
            attributes["standard_name"] = standardName;
        }

        attributes["units"] = units;
        if (TemperatureUnits.AreTemperature(units))
        {
            attributes["units_metadata"] = isDifference ? "temperature: difference" : "temperature: on_scale";
        }

        if (cellMethods is not null)
        {
            attributes["cell_methods"] = cellMethods;
        }

        attributes["_FillValue"] = Missing;
        return attributes;
    }

    // Section 7.4: a method within the part of each year, and one over the years.
    private static string OverYears(Variable variable, string method, string? note) => CfCellMethods.Joined(
        CfCellMethods.Without(variable.CellMethods, "time"),
        $"time: {CfCellMethods.Of(variable.CellMethods, "time") ?? "mean"} within years",
        $"time: {method} over years{(note is null ? "" : $" ({note})")}")!;

    // A standard name in the place of a long one is read as words.
    private static string NameOf(Variable variable) =>
        (variable.LongName ?? variable.StandardName) is not { } name ? variable.Name : StandardNames.Plausible(name) is not null ? name.Replace('_', ' ') : name;

    private static string NameOfAnomaly(Variable variable) =>
        NameOf(variable) is var name && name.Contains("anomal", StringComparison.OrdinalIgnoreCase) ? name : $"{name} anomaly";
}
