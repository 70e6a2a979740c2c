using VaeDa.Fields;

namespace VaeDa.Plotting.Figures;

/// <summary>What a heading calls the anomaly of a variable.</summary>
internal static class AnomalyName
{
    /// <summary>The variable's long name as an anomaly; of one that says so itself, as archives of anomalies do, what it says up to the first comma.</summary>
    public static string Of(Variable variable)
    {
        var name = variable.LongName ?? variable.Name;
        var head = name.Split(',')[0];
        return IsAnomaly(head) ? head : IsAnomaly(name) ? name : $"{name} anomaly";

        static bool IsAnomaly(string text) => text.Contains("anomaly", StringComparison.OrdinalIgnoreCase);
    }
}
