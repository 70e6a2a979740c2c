using VaeDa.Fields;

namespace VaeDa.Assimilation;

/// <summary>What an analysis says of one variable at a place, in the variable's units; NaN where the model has no value.</summary>
public sealed record AnalysedPlace
{
    /// <summary>Its name and units.</summary>
    public required Variable Variable { get; init; }

    /// <summary>Degrees north.</summary>
    public required double Latitude { get; init; }

    /// <summary>Degrees east.</summary>
    public required double Longitude { get; init; }

    /// <summary>Of the most probable field.</summary>
    public required double MostProbable { get; init; }

    /// <summary>Mean of the members; of the most probable field when there are none.</summary>
    public required double Mean { get; init; }

    /// <summary>Standard deviation of the members at the place; NaN when there are none.</summary>
    public required double Spread { get; init; }

    /// <summary>M values; none if there is no ensemble.</summary>
    public required IReadOnlyList<double> Members { get; init; }
}
