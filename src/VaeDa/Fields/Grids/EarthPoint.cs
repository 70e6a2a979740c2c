using static TorchSharp.torch;

namespace VaeDa.Fields.Grids;

/// <summary>
/// A place on the Earth, or the way between two, as a vector of three-dimensional space in kilometres. The vector of a place starts at
/// the Earth's centre; the Earth is a sphere of radius <see cref="Radius"/>.
/// </summary>
/// <param name="X">Towards the equator at longitude 0, km.</param>
/// <param name="Y">Towards the equator at longitude 90° east, km.</param>
/// <param name="Z">Towards the north pole, km.</param>
public readonly record struct EarthPoint(double X, double Y, double Z)
{
    /// <summary>The mean radius of the Earth, km.</summary>
    public const double Radius = 6371.0;

    /// <summary>The longest chord, km.</summary>
    internal const double Diameter = 2 * Radius;

    /// <summary>The length of the vector, km.</summary>
    public double Norm => Math.Sqrt(Dot(this));

    /// <summary>The sum of two vectors.</summary>
    /// <param name="a">A place or a way, km.</param>
    /// <param name="b">The way that is added, km.</param>
    /// <returns>Where the way leads to, km.</returns>
    public static EarthPoint operator +(EarthPoint a, EarthPoint b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>The difference of two vectors.</summary>
    /// <param name="a">The place at the way's end, km.</param>
    /// <param name="b">The place at its start, km.</param>
    /// <returns>The straight way from <paramref name="b"/> to <paramref name="a"/>, km.</returns>
    public static EarthPoint operator -(EarthPoint a, EarthPoint b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>A vector stretched by a factor.</summary>
    /// <param name="factor">A number without units.</param>
    /// <param name="a">A place or a way, km.</param>
    /// <returns>The vector of the same direction, its length times the factor, km.</returns>
    public static EarthPoint operator *(double factor, EarthPoint a) => new(factor * a.X, factor * a.Y, factor * a.Z);

    internal double Dot(EarthPoint other) => X * other.X + Y * other.Y + Z * other.Z;

    internal EarthPoint Cross(EarthPoint other) => new(Y * other.Z - Z * other.Y, Z * other.X - X * other.Z, X * other.Y - Y * other.X);

    /// <summary>The place at a latitude and longitude, on the Earth's surface.</summary>
    /// <param name="latitude">Degrees north.</param>
    /// <param name="longitude">Degrees east, in any convention.</param>
    /// <returns>The vector from the Earth's centre, km.</returns>
    public static EarthPoint At(double latitude, double longitude)
    {
        var (sinLatitude, cosLatitude) = Math.SinCos(latitude * Math.PI / 180);
        var (sinLongitude, cosLongitude) = Math.SinCos(longitude * Math.PI / 180);
        return new EarthPoint(Radius * cosLatitude * cosLongitude, Radius * cosLatitude * sinLongitude, Radius * sinLatitude);
    }

    /// <summary>The centres of a grid's cells.</summary>
    /// <param name="grid">The grid, H × W cells.</param>
    /// <returns>The vectors from the Earth's centre (H × W), row-major, km.</returns>
    public static EarthPoint[] Of(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return [.. Enumerable.Range(0, grid.Cells).Select(cell => At(grid.LatitudeOf(cell), grid.LongitudeOf(cell)))];
    }

    /// <summary>The length of the straight line to another place, through the Earth.</summary>
    /// <param name="other">The other place.</param>
    /// <returns>The length, km.</returns>
    public double Chord(EarthPoint other) => Math.Sqrt((X - other.X) * (X - other.X) + (Y - other.Y) * (Y - other.Y) + (Z - other.Z) * (Z - other.Z));

    /// <summary>The distance to another place along the great circle.</summary>
    /// <param name="other">The other place; both are on the Earth's surface.</param>
    /// <returns>The distance, km.</returns>
    public double Arc(EarthPoint other) => Diameter * Math.Asin(Math.Min(1, Chord(other) / Diameter));

    /// <summary>Straight lines between places, km: great-circle distances but for the Earth's curvature.</summary>
    /// <returns>(a, b), double precision.</returns>
    internal static Tensor Chords(IReadOnlyList<EarthPoint> a, IReadOnlyList<EarthPoint> b)
    {
        using var scope = NewDisposeScope();
        return Chords(Positions(a), Positions(b)).MoveToOuterDisposeScope(); // (a, b)
    }

    /// <summary>The same of <see cref="Positions"/>.</summary>
    /// <param name="a">(a, 3)</param>
    /// <param name="b">(b, 3)</param>
    /// <returns>(a, b), double precision.</returns>
    internal static Tensor Chords(Tensor a, Tensor b) => cdist(a, b); // (a, b)

    /// <returns>(n, 3), km, double precision.</returns>
    internal static Tensor Positions(IReadOnlyList<EarthPoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        return tensor([.. points.SelectMany(p => new[] { p.X, p.Y, p.Z })], [points.Count, 3]);
    }
}
