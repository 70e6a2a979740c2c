namespace VaeDa.Fields.Grids;

/// <summary>What makes a grid a projected one: the coordinates of its rows and columns on the map, in the projection's plane.</summary>
public sealed record Projection
{
    /// <summary>The coordinates of the rows (H), in <see cref="Units"/>, strictly descending: the first row is at the top of the map.</summary>
    public required IReadOnlyList<double> Y { get; init; }

    /// <summary>The coordinates of the columns (W), in <see cref="Units"/>, strictly ascending.</summary>
    public required IReadOnlyList<double> X { get; init; }

    /// <summary>The units of both coordinates, such as <c>m</c>; <c>1</c> for mere numbers of rows and columns.</summary>
    public required string Units { get; init; }

    /// <summary>The CF grid mapping that came with the fields; null where they came without one.</summary>
    public GridMapping? Mapping { get; init; }
}
