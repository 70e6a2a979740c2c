using VaeDa.Fields;

namespace VaeDa.Plotting.Figures;

/// <summary>What titles call a variable.</summary>
public static class VariableName
{
    /// <summary>Its long name, else its name, in words: <c>air_temperature</c> is air temperature.</summary>
    public static string Of(Variable variable)
    {
        ArgumentNullException.ThrowIfNull(variable);
        var name = string.IsNullOrWhiteSpace(variable.LongName) ? variable.Name : variable.LongName;
        // Names of one word with underscores are CF standard names; others are written as they are meant.
        return name.Contains(' ', StringComparison.Ordinal) ? name : name.Replace('_', ' ');
    }

    /// <summary>The same as an anomaly; of one that says so itself, as archives of anomalies do, what it says up to the first comma.</summary>
    public static string OfAnomaly(Variable variable)
    {
        var name = Of(variable);
        var head = name.Split(',')[0];
        return IsAnomaly(head) ? head : IsAnomaly(name) ? name : $"{name} anomaly";

        static bool IsAnomaly(string text) => text.Contains("anomaly", StringComparison.OrdinalIgnoreCase);
    }
}
