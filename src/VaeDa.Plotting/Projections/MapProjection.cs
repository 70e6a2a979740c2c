namespace VaeDa.Plotting.Projections;

/// <summary>A map of the sphere of radius 1 on a plane.</summary>
/// <param name="middle">The meridian in the map's middle, degrees east.</param>
/// <param name="isCut">Whether the map is cut along the opposite meridian, so that lines across it go on at the other side.</param>
internal abstract class MapProjection(double middle, bool isCut)
{
    protected const double Radian = Math.PI / 180;

    /// <summary>The meridian in the map's middle, degrees east.</summary>
    public double Middle { get; } = middle;

    /// <summary>Whether the map is cut along the meridian opposite to <see cref="Middle"/>.</summary>
    public bool IsCut { get; } = isCut;

    /// <summary>Where a place is on the plane.</summary>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east, in any convention.</param>
    /// <returns>Null for a place that the map does not show.</returns>
    public abstract (double X, double Y)? Forward(double latitude, double longitude);

    /// <summary>Which place is at a point of the plane.</summary>
    /// <returns>Degrees north and east, the longitude within 180 of <see cref="Middle"/>; null beyond the map's edge.</returns>
    public abstract (double Latitude, double Longitude)? Inverse(double x, double y);

    /// <summary>The edge of the map of all that it can show, once round; null where it has none but for a region's.</summary>
    public virtual IReadOnlyList<(double X, double Y)>? Edge => null;

    /// <summary>Whether a short way between two longitudes does not cross the cut.</summary>
    public bool Joins(double from, double to) => !IsCut || Math.Abs(East(from) - East(to)) < 180;

    /// <summary>Degrees east of the middle, −180…180.</summary>
    protected double East(double longitude) => Math.IEEERemainder(longitude - Middle, 360);
}
