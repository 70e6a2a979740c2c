using FsCheck.Xunit;
using VaeDa.Plotting.Projections;

namespace VaeDa.Plotting.Tests.Projections;

public sealed class ProjectionTests
{
    private static readonly MapProjection[] All =
    [
        new PlateCarree(30),
        new PlateCarree(-170, 50),
        new Robinson(0),
        new Robinson(160),
        new Orthographic(50, 10),
        new Orthographic(-90, 0),
        new PolarStereographic(isNorth: true, -45),
        new PolarStereographic(isNorth: false, 90),
        new LambertConformal(33, 45, -96),
        new LambertConformal(50, 50, 10),
        new LambertConformal(-20, -50, 175),
    ];

    [Property(MaxTest = 300)]
    public void A_place_that_is_shown_is_found_again(double y, double x)
    {
        var (latitude, longitude) = (90 * Fraction(y), 360 * Fraction(x));
        foreach (var projection in All)
        {
            if (projection.Forward(latitude, longitude) is not { } place)
            {
                continue;
            }

            // On the horizon itself rounding may put it beyond.
            var back = projection.Inverse(place.X, place.Y) ?? projection.Inverse(place.X * (1 - 1e-9), place.Y * (1 - 1e-9));
            Assert.NotNull(back);
            var (found, wanted) = (Fields.Grids.EarthPoint.At(back.Value.Latitude, back.Value.Longitude), Fields.Grids.EarthPoint.At(latitude, longitude));
            // Metres; at the horizon of a globe the plane hardly tells places apart.
            Assert.True(found.Chord(wanted) < (projection is Orthographic ? 1 : 1e-3), $"{projection}: {latitude}, {longitude}, found {back}");
        }
    }

    [Property(MaxTest = 300)]
    public void A_point_beyond_the_edge_is_no_place(double angle)
    {
        var (sin, cos) = Math.SinCos(Math.PI * Fraction(angle));
        Assert.Null(new Orthographic(20, 70).Inverse(1.001 * sin, 1.001 * cos));
        Assert.NotNull(new Orthographic(20, 70).Inverse(0.999 * sin, 0.999 * cos));
        // The corners of the frame about the world.
        Assert.Null(new Robinson(0).Inverse(Math.CopySign(2.6, sin), Math.CopySign(1.3, cos)));
        Assert.Null(new Robinson(0).Inverse(0, 1.36));
        Assert.Null(new PlateCarree(0).Inverse(0, 1.6));
    }

    /// <summary>Snyder (1987), the numerical examples of the appendix: pages 291 (Lambert) and 311 (orthographic), to their digits.</summary>
    [Fact]
    public void Snyders_examples_come_out()
    {
        // Standard parallels 33° and 45° N, meridian 96° W; his origin is at 23° N, 1.5071429 from the cone's pole.
        AssertNear(0.2966785, 0.2462112 - 1.5071429, new LambertConformal(33, 45, -96).Forward(35, -75));
        AssertNear(-0.1503837, -0.1651911, new Orthographic(40, -100).Forward(30, -110));
    }

    [Fact]
    public void Robinsons_table_comes_out_at_its_rows()
    {
        AssertNear(0.8487 * Math.PI, 0, new Robinson(0).Forward(0, 180));
        AssertNear(-0.8487 * Math.PI * 0.5322, 1.3523, new Robinson(0).Forward(90, -180));
        AssertNear(0.8487 * Math.PI / 2 * 0.8962, -1.3523 * 0.5571, new Robinson(10).Forward(-45, 100));
        // Between rows, by PROJ 9.4 (robin, its own polynomials) to what the table's four digits tell.
        var (x, y) = new Robinson(0).Forward(1, 2)!.Value;
        Assert.Equal(189588.42 / 6_400_000, x, 1e-4);
        Assert.Equal(107318.53 / 6_400_000, y, 1e-4);
    }

    [Fact]
    public void A_polar_map_is_as_geometry_has_it()
    {
        var north = new PolarStereographic(isNorth: true, 0);
        AssertNear(0, 0, north.Forward(90, 77));
        AssertNear(0, -2, north.Forward(0, 0));
        AssertNear(2 * Math.Tan(Math.PI / 6), 0, north.Forward(30, 90));
        AssertNear(0, 2, new PolarStereographic(isNorth: false, 0).Forward(0, 0));
        Assert.Null(north.Forward(-60, 0));
    }

    [Fact]
    public void The_far_side_of_the_globe_is_not_shown()
    {
        var globe = new Orthographic(0, 0);
        Assert.Null(globe.Forward(0, 91));
        Assert.Null(globe.Forward(10, 180));
        AssertNear(Math.Sin(89 * Math.PI / 180), 0, globe.Forward(0, 89));
    }

    [Property(MaxTest = 200)]
    public void Stereographic_and_Lambert_keep_angles(double y, double x)
    {
        var (latitude, longitude) = (45 + 40 * Fraction(y), 179 * Fraction(x));
        foreach (var projection in new MapProjection[] { new PolarStereographic(true, 0), new LambertConformal(33, 45, 0) })
        {
            const double Step = 1e-4;
            (double X, double Y) Slope(double north, double east)
            {
                var (a, b) = (projection.Forward(latitude, longitude)!.Value, projection.Forward(latitude + north * Step, longitude + east * Step / Math.Cos(latitude * Math.PI / 180))!.Value);
                return ((b.X - a.X) / Step, (b.Y - a.Y) / Step);
            }

            var (north, east) = (Slope(1, 0), Slope(0, 1));
            var scale = north.X * north.X + north.Y * north.Y;
            Assert.InRange((north.X * east.X + north.Y * east.Y) / scale, -1e-4, 1e-4);
            Assert.InRange((east.X * east.X + east.Y * east.Y) / scale, 1 - 1e-4, 1 + 1e-4);
        }
    }

    private static void AssertNear(double x, double y, (double X, double Y)? place)
    {
        Assert.NotNull(place);
        Assert.Equal(x, place.Value.X, 2e-7);
        Assert.Equal(y, place.Value.Y, 2e-7);
    }

    // −1…1.
    private static double Fraction(double any) => double.IsFinite(any) ? Math.IEEERemainder(any, 2) : 0;
}
