using TorchSharp;
using static TorchSharp.torch;

namespace VaeDa.Fields.Grids;

/// <summary>A place, or the way between two, as a vector of three-dimensional space, kilometres; places from the Earth's centre.</summary>
public readonly record struct EarthPoint(double X, double Y, double Z)
{
    /// <summary>Mean radius, km.</summary>
    public const double Radius = 6371.0;

    /// <summary>The longest chord, km.</summary>
    public const double Diameter = 2 * Radius;

    public double Norm => Math.Sqrt(Dot(this));

    public static EarthPoint operator +(EarthPoint a, EarthPoint b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static EarthPoint operator -(EarthPoint a, EarthPoint b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    public static EarthPoint operator *(double factor, EarthPoint a) => new(factor * a.X, factor * a.Y, factor * a.Z);

    public double Dot(EarthPoint other) => X * other.X + Y * other.Y + Z * other.Z;

    public EarthPoint Cross(EarthPoint other) => new(Y * other.Z - Z * other.Y, Z * other.X - X * other.Z, X * other.Y - Y * other.X);

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
        return [.. Enumerable.Range(0, grid.Cells).Select(cell => At(grid.LatitudeOf(cell), grid.LongitudeOf(cell)))];
    }

    /// <summary>The straight line to another place, km.</summary>
    public double Chord(EarthPoint other) => Math.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y) + (Z - other.Z) * (Z - other.Z));

    /// <summary>The great circle to another place, km.</summary>
    public double Arc(EarthPoint other) => Diameter * Math.Asin(Math.Min(1, Chord(other) / Diameter));

    /// <summary>Straight lines between places, km: great-circle distances but for the Earth's curvature.</summary>
    /// <returns>(a, b), double precision.</returns>
    public static Tensor Chords(IReadOnlyList<EarthPoint> a, IReadOnlyList<EarthPoint> b)
    {
        using var scope = NewDisposeScope();
        return Chords(Positions(a), Positions(b)).MoveToOuterDisposeScope(); // (a, b)
    }

    /// <summary>The same of <see cref="Positions"/>.</summary>
    /// <param name="a">(a, 3)</param>
    /// <param name="b">(b, 3)</param>
    /// <returns>(a, b), double precision.</returns>
    public static Tensor Chords(Tensor a, Tensor b) => cdist(a, b); // (a, b)

    /// <returns>(n, 3), km, double precision.</returns>
    public static Tensor Positions(IReadOnlyList<EarthPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return tensor([.. points.SelectMany(p => new[] { p.X, p.Y, p.Z })], [points.Count, 3]);
    }
}
