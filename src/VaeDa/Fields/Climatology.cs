namespace VaeDa.Fields;

/// <summary>Mean and standard deviation of one variable at each step of the year.</summary>
public sealed class Climatology
{
    public required ClimatologyCalendar Calendar { get; init; }

    /// <summary>For each step (H × W), in the variable's units; NaN where there were no values.</summary>
    public required IReadOnlyList<float[]> Mean { get; init; }

    /// <summary>For each step (H × W), in the variable's units, at least <see cref="Floor"/>; NaN where there were no values.</summary>
    public required IReadOnlyList<float[]> StandardDeviation { get; init; }

    /// <summary>Least standard deviation given: it is divided by, and a cell that hardly varies (ice, coast) must not dominate.</summary>
    public required double Floor { get; init; }
}
