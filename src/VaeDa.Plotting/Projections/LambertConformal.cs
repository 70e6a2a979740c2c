namespace VaeDa.Plotting.Projections;

/// <summary>
/// Lambert's conformal conic projection. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987), equations 15-1
/// to 15-5 and 14-9 to 14-11, with the pole of the cone at the origin.
/// </summary>
internal sealed class LambertConformal : MapProjection
{
    // Degrees beyond the equator: the other pole is infinitely far.
    private const double Farthest = 45;

    private readonly double cone;
    private readonly double scale;

    /// <param name="first">A standard parallel, degrees north.</param>
    /// <param name="second">The other, not as far from the equator on the other side; equal ones are one.</param>
    /// <param name="middle">Degrees east.</param>
    public LambertConformal(double first, double second, double middle)
        : base(middle, isCut: true)
    {
        cone = Math.Abs(first - second) < 1e-6
            ? Math.Sin(first * Radian)
            : Math.Log(Math.Cos(first * Radian) / Math.Cos(second * Radian)) / Math.Log(Tangent(second) / Tangent(first));
        scale = Math.Cos(first * Radian) * Math.Pow(Tangent(first), cone) / cone;
    }

    public override (double X, double Y)? Forward(double latitude, double longitude)
    {
        if (Math.Sign(cone) * latitude < -Farthest)
        {
            return null;
        }

        // At the cone's own pole the power is 0 but for rounding.
        var distance = Math.Abs(latitude) == 90 ? 0 : scale / Math.Pow(Tangent(latitude), cone);
        var (sin, cos) = Math.SinCos(cone * East(longitude) * Radian);
        return (distance * sin, -distance * cos);
    }

    public override (double Latitude, double Longitude)? Inverse(double x, double y)
    {
        var sign = Math.Sign(cone);
        var distance = sign * Math.Sqrt(x * x + y * y);
        var latitude = distance == 0 ? sign * 90 : 2 * Math.Atan(Math.Pow(scale / distance, 1 / cone)) / Radian - 90;
        var east = Math.Atan2(sign * x, -sign * y) / cone / Radian;
        return sign * latitude < -Farthest || Math.Abs(east) > 180 ? null : (latitude, Middle + east);
    }

    private static double Tangent(double latitude) => Math.Tan(Math.PI / 4 + latitude * Radian / 2);
}
