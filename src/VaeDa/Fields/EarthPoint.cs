using TorchSharp;
using static TorchSharp.torch;

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

    /// <summary>The straight line to another place, km.</summary>
    public double Chord(EarthPoint other) => Math.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y) + (Z - other.Z) * (Z - other.Z));

    /// <summary>Straight lines between places, km: great-circle distances but for the Earth's curvature.</summary>
    /// <returns>(a, b), double precision.</returns>
    public static Tensor Chords(IReadOnlyList<EarthPoint> a, IReadOnlyList<EarthPoint> b)
    {
        using var scope = NewDisposeScope();
        return cdist(Positions(a), Positions(b)).MoveToOuterDisposeScope(); // (a, b)
    }

    /// <returns>(n, 3), km, double precision.</returns>
    public static Tensor Positions(IReadOnlyList<EarthPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return tensor([.. points.SelectMany(p => new[] { p.X, p.Y, p.Z })], [points.Count, 3]);
    }
}
