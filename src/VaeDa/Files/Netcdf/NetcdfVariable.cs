namespace VaeDa.Files.Netcdf;

/// <summary>A variable's description; its values come from the dataset it belongs to.</summary>
internal sealed class NetcdfVariable
{
    /// <summary>Without its group.</summary>
    public required string Name { get; init; }

    /// <summary>The group of a netCDF-4 file that it is in, as <c>forecast/surface</c>; empty for the root.</summary>
    public string Group { get; init; } = "";

    /// <summary>Name with the group, as <c>forecast/surface/t2m</c>.</summary>
    public string FullName => Group.Length == 0 ? Name : $"{Group}/{Name}";

    public required NetcdfType Type { get; init; }

    /// <summary>Slowest first; empty for a scalar.</summary>
    public required IReadOnlyList<NetcdfDimension> Dimensions { get; init; }

    public NetcdfAttributes Attributes { get; init; } = [];

    /// <summary>What its attributes say of its stored numbers, once it is read.</summary>
    /// <exception cref="InvalidInputException">An attribute cannot be understood; the message names the variable, not the file.</exception>
    public CfPacking Packing => field ??= new CfPacking(this);

    public long Elements => Dimensions.Aggregate(1L, (product, dimension) => product * dimension.Length);
}
