namespace VaeDa.Fields.Grids;

/// <summary>What makes a grid a projected one: the coordinates of its rows and columns on the map.</summary>
public sealed record Projection
{
    /// <summary>Of the rows (H), strictly descending: the first row is at the top of the map.</summary>
    public required IReadOnlyList<double> Y { get; init; }

    /// <summary>Of the columns (W), strictly ascending.</summary>
    public required IReadOnlyList<double> X { get; init; }

    /// <summary>Of both; <c>1</c> for mere numbers of rows and columns.</summary>
    public required string Units { get; init; }

    /// <summary>Null where the fields came without one.</summary>
    public GridMapping? Mapping { get; init; }
}
