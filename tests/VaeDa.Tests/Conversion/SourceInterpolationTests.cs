using VaeDa.Archives;
using VaeDa.Conversion;
using VaeDa.Fields;

namespace VaeDa.Tests.Conversion;

public sealed class SourceInterpolationTests
{
    private static readonly Grid Coarse = new([50, 40, 30], [0, 10, 20, 30]);
    private static readonly Variable Temperature = new() { Name = "t", Units = "K" };

    [Fact]
    public void A_field_linear_in_latitude_and_longitude_comes_out_as_it_is_and_as_nothing_outside()
    {
        var fine = new Grid([60, 45, 38, 31], [3, 17, 29.5]);
        var source = new InMemoryFields(Coarse, [Temperature], [[.. Field(Coarse)]]);
        var interpolated = Assert.Single(SourceInterpolation.Of(source, fine, [Temperature])!);
        Assert.All(interpolated[..3], value => Assert.Equal(float.NaN, value));
        Assert.All(interpolated[3..].Zip(Field(fine).Skip(3)), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void Another_variable_cannot_be_interpolated() =>
        Assert.Null(SourceInterpolation.Of(new InMemoryFields(Coarse, [Temperature], []), Coarse, [new Variable { Name = "z", Units = "m" }]));

    private static IEnumerable<float> Field(Grid grid) =>
        grid.Latitudes.SelectMany(latitude => grid.Longitudes.Select(longitude => (float)(2 * latitude - 0.5 * longitude)));
}
