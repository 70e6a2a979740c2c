using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>A grid's dimensions in a file that is being written, and what the fields on it say of their places.</summary>
internal sealed record GridDimensions(NetcdfDimension Row, NetcdfDimension Column)
{
    /// <summary>Names of the variables with the cells' latitudes and longitudes; null where the dimensions' own have them.</summary>
    internal string? Coordinates { get; init; }

    /// <summary>Name of the variable with the grid mapping; null without.</summary>
    internal string? Mapping { get; init; }

    /// <summary>Adds a field's CF attributes <c>coordinates</c> and <c>grid_mapping</c>, where the grid needs them.</summary>
    /// <param name="attributes">Their <c>coordinates</c>, if any, stay.</param>
    public void Describe(NetcdfAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        if (Coordinates is not null)
        {
            attributes["coordinates"] = attributes.Text("coordinates") is { } others ? $"{others} {Coordinates}" : Coordinates;
        }

        if (Mapping is not null)
        {
            attributes["grid_mapping"] = Mapping;
        }
    }
}
