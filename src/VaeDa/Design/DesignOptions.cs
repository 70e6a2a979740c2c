using VaeDa.Reanalysis.Series;

namespace VaeDa.Design;

/// <summary>What a design is for.</summary>
public sealed record DesignOptions
{
    /// <summary>The number of stations to add or to remove, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>
    /// The standard deviations of the errors (σ, above 0) by the name of the variable, in its units, for stations that bring none of their own.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Errors { get; init; }

    /// <summary>The name of the variable that new instruments observe; null for the model's only one.</summary>
    public string? Observed { get; init; }

    /// <summary>The name of the variable whose error counts; null for the one that is observed.</summary>
    public string? Target { get; init; }

    /// <summary>The area whose mean error counts; null for all of the grid.</summary>
    public SeriesAreaDescription? Area { get; init; }

    /// <summary>
    /// The times of the year that the design is for, equally important; null for the model's mean. None: the middle of January, April, July and
    /// October where the model has a season.
    /// </summary>
    public IReadOnlyList<DateTime?> Times { get; init; } = [];

    /// <summary>What makes one place better than another.</summary>
    public DesignCriterion Criterion { get; init; }

    /// <summary>Whether places that were chosen one after the other are exchanged for others as long as that is better.</summary>
    public bool Exchange { get; init; }
}
