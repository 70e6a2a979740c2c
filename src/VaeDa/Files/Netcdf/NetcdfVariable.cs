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

    /// <summary>Number of values; <see cref="long.MaxValue"/> if there are more.</summary>
    public long Elements => Dimensions.Any(d => d.Length == 0) ? 0 : Dimensions.Aggregate(1L, (product, d) => product > long.MaxValue / d.Length ? long.MaxValue : product * d.Length);
}
