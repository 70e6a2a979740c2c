using VaeDa.Fields;

namespace VaeDa.Assimilation;

/// <summary>What an analysis says of one variable at a place, in the variable's units; NaN where the model has no value.</summary>
public sealed record AnalysedPlace
{
    /// <summary>The variable that the values are of.</summary>
    public required Variable Variable { get; init; }

    /// <summary>The latitude of the place, degrees north.</summary>
    public required double Latitude { get; init; }

    /// <summary>The longitude of the place, degrees east.</summary>
    public required double Longitude { get; init; }

    /// <summary>The value of the most probable field at the place, as an anomaly.</summary>
    public required double MostProbable { get; init; }

    /// <summary>The mean of the members at the place, as an anomaly; the value of the most probable field when there are none.</summary>
    public required double Mean { get; init; }

    /// <summary>The standard deviation of the members at the place about their mean; NaN when there are none.</summary>
    public required double Spread { get; init; }

    /// <summary>The value of each of the M members at the place, as an anomaly; empty when there is no ensemble.</summary>
    public required IReadOnlyList<double> Members { get; init; }
}
