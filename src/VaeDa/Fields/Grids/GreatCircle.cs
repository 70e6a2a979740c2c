namespace VaeDa.Fields.Grids;

/// <summary>Distances and courses on a sphere of the earth's mean radius; degrees and kilometres.</summary>
internal static class GreatCircle
{
    private const double Degree = Math.PI / 180;

    /// <summary>Kilometres between two points.</summary>
    public static double Distance(double latitude1, double longitude1, double latitude2, double longitude2) =>
        EarthPoint.At(latitude1, longitude1).Arc(EarthPoint.At(latitude2, longitude2));

    /// <summary>The point reached from another over a distance on a course.</summary>
    /// <param name="latitude">Degrees north, of the start.</param>
    /// <param name="longitude">Degrees east, of the start.</param>
    /// <param name="course">Degrees clockwise from north, at the start.</param>
    /// <param name="distance">Kilometres.</param>
    /// <returns>Longitude in −180…180.</returns>
    public static (double Latitude, double Longitude) Destination(double latitude, double longitude, double course, double distance)
    {
        var (sin, cos) = Math.SinCos(latitude * Degree);
        var (sinArc, cosArc) = Math.SinCos(distance / EarthPoint.Radius);
        var (sinCourse, cosCourse) = Math.SinCos(course * Degree);
        var sinReached = Math.Clamp(sin * cosArc + cos * sinArc * cosCourse, -1, 1);
        var east = Math.Atan2(sinCourse * sinArc * cos, cosArc - sin * sinReached);
        return (Math.Asin(sinReached) / Degree, Math.IEEERemainder(longitude + east / Degree, 360));
    }

    /// <summary>The course from one point to another, at the start, degrees clockwise from north.</summary>
    public static double Course(double latitude1, double longitude1, double latitude2, double longitude2)
    {
        var (sin1, cos1) = Math.SinCos(latitude1 * Degree);
        var (sin2, cos2) = Math.SinCos(latitude2 * Degree);
        var (sinEast, cosEast) = Math.SinCos((longitude2 - longitude1) * Degree);
        return Math.Atan2(sinEast * cos2, cos1 * sin2 - sin1 * cos2 * cosEast) / Degree;
    }
}
