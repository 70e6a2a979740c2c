namespace VaeDa.Fields;

/// <summary>A place as a point of three-dimensional space, kilometres from the Earth's centre.</summary>
public readonly record struct EarthPoint(double X, double Y, double Z)
{
    /// <summary>Mean radius, km.</summary>
    public const double Radius = 6371.0;

    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east.</param>
    public static EarthPoint At(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(latitude * Math.PI / 180);
        var (sinLongitude, cosLongitude) = Math.SinCos(longitude * Math.PI / 180);
        return new EarthPoint(Radius * cosLatitude * cosLongitude, Radius * cosLatitude * sinLongitude, Radius * sinLatitude);
    }

    /// <summary>The centres of a grid's cells, (H × W).</summary>
    public static EarthPoint[] Of(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return [.. grid.Latitudes.SelectMany(_ => grid.Longitudes, At)];
    }

    /// <summary>Length of the straight line between two places, km: the great-circle distance but for its curvature.</summary>
    public double ChordTo(EarthPoint other) =>
        Math.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y) + (Z - other.Z) * (Z - other.Z));
}
