namespace VaeDa.Fields.Grids;

/// <summary>The CF grid mapping that a file gives for its projection, kept for those who read what is written.</summary>
public sealed record GridMapping
{
    /// <summary>Of the variable that holds it.</summary>
    public required string Name { get; init; }

    /// <summary>Its attributes that are texts.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    /// <summary>Its attributes that are numbers.</summary>
    public required IReadOnlyDictionary<string, double[]> Numbers { get; init; }
}
