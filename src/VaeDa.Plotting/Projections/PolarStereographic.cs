namespace VaeDa.Plotting.Projections;

/// <summary>
/// The stereographic projection about a pole, which keeps angles. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395
/// (1987), equations 21-5, 21-6, 21-9, 21-10 and 20-16 to 20-18, scale 1 at the pole.
/// </summary>
/// <param name="isNorth">Which pole.</param>
/// <param name="middle">The meridian that points downwards from the north pole, upwards from the south pole; degrees east.</param>
internal sealed class PolarStereographic(bool isNorth, double middle) : MapProjection(middle, isCut: false)
{
    // Degrees beyond the equator: the other pole is infinitely far.
    private const double Farthest = 45;

    private readonly double sign = isNorth ? 1 : -1;

    public override (double X, double Y)? Forward(double latitude, double longitude)
    {
        if (sign * latitude < -Farthest)
        {
            return null;
        }

        var distance = 2 * Math.Tan(Math.PI / 4 - sign * latitude * Radian / 2);
        var (sin, cos) = Math.SinCos((longitude - Middle) * Radian);
        return (distance * sin, -sign * distance * cos);
    }

    public override (double Latitude, double Longitude)? Inverse(double x, double y)
    {
        var latitude = sign * (90 - 2 * Math.Atan(Math.Sqrt(x * x + y * y) / 2) / Radian);
        return sign * latitude < -Farthest ? null : (latitude, Middle + Math.Atan2(x, -sign * y) / Radian);
    }
}
