namespace VaeDa.Plotting.Projections;

/// <summary>
/// The equidistant cylindrical projection: latitude by longitude, meridians narrowed by the cosine of a standard parallel. With the
/// equator as the standard parallel it is the plate carrée. Snyder, Map Projections: A Working Manual, USGS Professional Paper 1395
/// (1987), equations 12-1 to 12-5.
/// </summary>
/// <param name="middle">Degrees east.</param>
/// <param name="standardParallel">Degrees north, where distances are true in all directions.</param>
internal sealed class PlateCarree(double middle, double standardParallel = 0) : MapProjection(middle, isCut: true)
{
    private readonly double narrowing = Math.Cos(standardParallel * Radian);

    public override (double X, double Y)? Forward(double latitude, double longitude) => (East(longitude) * narrowing * Radian, latitude * Radian);

    public override (double Latitude, double Longitude)? Inverse(double x, double y) =>
        (y / Radian, x / Radian / narrowing) is var (latitude, east) && Math.Abs(latitude) <= 90 && Math.Abs(east) <= 180 ? (latitude, Middle + east) : null;

    public override IReadOnlyList<(double X, double Y)> Edge
    {
        get
        {
            var (x, y) = (Math.PI * narrowing, Math.PI / 2);
            return [(-x, -y), (-x, y), (x, y), (x, -y)];
        }
    }
}
