namespace VaeDa.Fields.Grids;

/// <summary>The CF grid mapping that a file gives for its projection. It is not computed with, but written into results, for those who read them.</summary>
public sealed record GridMapping
{
    /// <summary>The name of the netCDF variable that holds it.</summary>
    public required string Name { get; init; }

    /// <summary>Its attributes that are texts, by name.</summary>
    public required IReadOnlyDictionary<string, string> Texts { get; init; }

    /// <summary>Its attributes that are numbers, one or several, by name.</summary>
    public required IReadOnlyDictionary<string, double[]> Numbers { get; init; }
}
