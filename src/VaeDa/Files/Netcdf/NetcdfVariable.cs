namespace VaeDa.Files.Netcdf;

/// <summary>A variable's description; its values come from the dataset it belongs to.</summary>
internal sealed class NetcdfVariable
{
    public required string Name { get; init; }

    public required NetcdfType Type { get; init; }

    /// <summary>Slowest first; empty for a scalar.</summary>
    public required IReadOnlyList<NetcdfDimension> Dimensions { get; init; }

    public NetcdfAttributes Attributes { get; init; } = [];

    public long Elements => Dimensions.Aggregate(1L, (product, dimension) => product * dimension.Length);
}
