using FsCheck.Xunit;
using VaeDa.Fields.Grids;

namespace VaeDa.Tests.Fields.Grids;

public class GreatCircleTests
{
    [Theory]
    [InlineData(0, 0, 0, 90, 10007.5)]
    [InlineData(90, 0, -90, 123, 20015.1)]
    [InlineData(51.5, -0.1, 40.7, -74.0, 5571)]
    [InlineData(10, 179.5, 10, -179.5, 109.5)]
    [InlineData(10, 359.5, 10, 0.5, 109.5)]
    [InlineData(55, 37, 55, 37, 0)]
    [InlineData(20, 30, -20, 210, 20015.1)]
    public void Distances_are_known(double latitude1, double longitude1, double latitude2, double longitude2, double kilometres) =>
        Assert.Equal(kilometres, GreatCircle.Distance(latitude1, longitude1, latitude2, longitude2), 0.0005 * kilometres + 1e-6);

    [Property]
    public void A_destination_is_as_far_and_on_the_course_as_asked(ushort a, ushort b, ushort c, ushort d)
    {
        var (latitude, longitude) = (a / 65535.0 * 178 - 89, b / 65535.0 * 360 - 180);
        var (course, distance) = (c / 65535.0 * 358 - 179, 10 + d / 65535.0 * 19000);
        var reached = GreatCircle.Destination(latitude, longitude, course, distance);
        Assert.Equal(distance, GreatCircle.Distance(latitude, longitude, reached.Latitude, reached.Longitude), 1e-3);
        Assert.Equal(course, GreatCircle.Course(latitude, longitude, reached.Latitude, reached.Longitude), 1e-3);
        Assert.InRange(reached.Longitude, -180, 180);
    }
}
