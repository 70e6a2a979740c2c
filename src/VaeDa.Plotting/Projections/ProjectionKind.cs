namespace VaeDa.Plotting.Projections;

/// <summary>How a map is projected.</summary>
public enum ProjectionKind
{
    /// <summary>Latitude by longitude.</summary>
    PlateCarree,

    /// <summary>The world, for publications.</summary>
    Robinson,

    /// <summary>The globe from far away.</summary>
    Orthographic,

    /// <summary>About a pole, keeping angles.</summary>
    PolarStereographic,

    /// <summary>Lambert's conformal cone, for regions of middle latitudes.</summary>
    Lambert,
}
