using VaeDa.Fields.Grids;

namespace VaeDa.Tests;

/// <summary>Projected grids by the formulae of the sphere, Snyder (1987), 'Map projections: a working manual', eq. 8-1 to 8-7 and 21-5 to 21-18.</summary>
internal static class ProjectedGrids
{
    private const double Radius = EarthPoint.Radius * 1000; // m
    private const double Degree = Math.PI / 180;

    /// <summary>Transverse Mercator about 49° N, 2° W, as of the British Isles; cells of 50 km.</summary>
    public static Grid Britain { get; } = Make(Axis(24, 1_150_000, -50_000), Axis(18, -425_000, 50_000), TransverseMercator, new GridMapping
    {
        Name = "transverse_mercator",
        Texts = new Dictionary<string, string> { ["grid_mapping_name"] = "transverse_mercator" },
        Numbers = new Dictionary<string, double[]>
        {
            ["latitude_of_projection_origin"] = [49],
            ["longitude_of_central_meridian"] = [-2],
            ["earth_radius"] = [Radius],
        },
    });

    /// <summary>Polar stereographic, the pole between four of its cells of 100 km.</summary>
    public static Grid Arctic { get; } = Make(Axis(30, 1_450_000, -100_000), Axis(30, -1_450_000, 100_000), Stereographic, null);

    /// <summary>As <see cref="Britain"/>, with rows that draw together northwards.</summary>
    public static Grid Uneven { get; } = Make(
        [.. Enumerable.Range(0, 24).Select(i => 1_150_000 - 40_000.0 * i - 500.0 * i * i)], Axis(18, -425_000, 50_000), TransverseMercator, null);

    /// <summary>Latitude by longitude, the poles without, as files of curvilinear grids hold it.</summary>
    /// <param name="spacing">Degrees.</param>
    public static (Grid Grid, Func<double, double, (double Latitude, double Longitude)> Inverse) Globe(double spacing)
    {
        var (rows, columns) = ((int)(180 / spacing), (int)(360 / spacing));
        static (double, double) Inverse(double y, double x) => (y, x);
        return (Make(Axis(rows, 90 - spacing / 2, -spacing), Axis(columns, spacing / 2, spacing), Inverse, null), Inverse);
    }

    /// <summary>A region about the equator of a grid whose pole is elsewhere, as regional climate models have it.</summary>
    /// <param name="spacing">Degrees.</param>
    /// <param name="latitudeOfPole">Degrees north, of the grid's north pole, at 162° W.</param>
    public static (Grid Grid, Func<double, double, (double Latitude, double Longitude)> Inverse) Rotated(double spacing, double latitudeOfPole)
    {
        (double, double) Inverse(double y, double x)
        {
            var (b, l, pole) = (y * Degree, x * Degree, latitudeOfPole * Degree);
            var latitude = Math.Asin(Math.Sin(b) * Math.Sin(pole) + Math.Cos(b) * Math.Cos(l) * Math.Cos(pole));
            return (latitude / Degree, 18 + Math.Atan2(Math.Cos(b) * Math.Sin(l), Math.Sin(pole) * Math.Cos(b) * Math.Cos(l) - Math.Cos(pole) * Math.Sin(b)) / Degree);
        }

        return (Make(Axis(12, 5.5 * spacing, -spacing), Axis(16, -7.5 * spacing, spacing), Inverse, null), Inverse);
    }

    /// <returns>Degrees north and east.</returns>
    public static (double Latitude, double Longitude) TransverseMercator(double y, double x)
    {
        var d = y / Radius + 49 * Degree;
        return (Math.Asin(Math.Sin(d) / Math.Cosh(x / Radius)) / Degree, -2 + Math.Atan2(Math.Sinh(x / Radius), Math.Cos(d)) / Degree);
    }

    /// <returns>Degrees north and east.</returns>
    public static (double Latitude, double Longitude) Stereographic(double y, double x)
    {
        var c = 2 * Math.Atan(Math.Sqrt(x * x + y * y) / (2 * Radius));
        return (90 - c / Degree, Math.Atan2(x, -y) / Degree);
    }

    /// <summary>The value at a fractional index of an axis.</summary>
    public static double At(IReadOnlyList<double> axis, double index)
    {
        var low = Math.Clamp((int)Math.Floor(index), 0, axis.Count - 2);
        return axis[low] + (index - low) * (axis[low + 1] - axis[low]);
    }

    private static double[] Axis(int count, double first, double step) => [.. Enumerable.Range(0, count).Select(i => first + step * i)];

    private static Grid Make(double[] y, double[] x, Func<double, double, (double Latitude, double Longitude)> inverse, GridMapping? mapping)
    {
        var places = y.SelectMany(_ => x, inverse).ToList();
        return new Grid(places.ConvertAll(p => p.Latitude), places.ConvertAll(p => p.Longitude), new Projection { Y = y, X = x, Units = "m", Mapping = mapping });
    }
}
