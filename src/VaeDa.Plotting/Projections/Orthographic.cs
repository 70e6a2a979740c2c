namespace VaeDa.Plotting.Projections;

/// <summary>
/// The globe from far away: the half that faces the eye. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395 (1987),
/// equations 20-3, 20-4, 5-3 and 20-14 to 20-19.
/// </summary>
/// <param name="latitude">Of the place beneath the eye, degrees north.</param>
/// <param name="longitude">Of the place beneath the eye, degrees east.</param>
internal sealed class Orthographic(double latitude, double longitude) : MapProjection(longitude, isCut: false)
{
    private readonly (double Sin, double Cos) beneath = Math.SinCos(latitude * Radian);

    public override (double X, double Y)? Forward(double latitude, double longitude)
    {
        var (sin, cos) = Math.SinCos(latitude * Radian);
        var (sinEast, cosEast) = Math.SinCos((longitude - Middle) * Radian);
        // The cosine of the distance from the middle.
        return beneath.Sin * sin + beneath.Cos * cos * cosEast < 0 ? null : (cos * sinEast, beneath.Cos * sin - beneath.Sin * cos * cosEast);
    }

    public override (double Latitude, double Longitude)? Inverse(double x, double y)
    {
        var squared = x * x + y * y;
        if (squared > 1)
        {
            return null;
        }

        var cos = Math.Sqrt(1 - squared);
        return (
            Math.Asin(Math.Clamp(cos * beneath.Sin + y * beneath.Cos, -1, 1)) / Radian,
            Middle + Math.Atan2(x, cos * beneath.Cos - y * beneath.Sin) / Radian);
    }

    public override IReadOnlyList<(double X, double Y)> Edge => [.. Enumerable.Range(0, 360).Select(i => Math.SinCos(i * Radian)).Select(p => (p.Sin, p.Cos))];
}
