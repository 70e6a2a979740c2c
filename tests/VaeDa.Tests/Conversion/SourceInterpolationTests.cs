using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using static TorchSharp.torch;

namespace VaeDa.Tests.Conversion;

public sealed class SourceInterpolationTests
{
    private static readonly Grid Coarse = new([50, 40, 30], [0, 10, 20, 30]);
    private static readonly Grid Fine = new([60, 45, 38, 31], [3, 17, 29.5]);
    private static readonly Variable Pressure = new() { Name = "msl", Units = "Pa" };
    private static readonly Variable Temperature = new() { Name = "t", Units = "K" };

    [Fact]
    public void A_field_linear_in_latitude_and_longitude_comes_out_as_it_is_and_as_nothing_outside()
    {
        var interpolated = SourceInterpolation.Between(Coarse, [Temperature], Fine, [Temperature])!.Apply([.. Field(Coarse)]);
        Assert.All(interpolated[..3], value => Assert.Equal(float.NaN, value));
        Assert.All(interpolated[3..].Zip(Field(Fine).Skip(3)), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
    }

    [Fact]
    public void What_the_source_says_beyond_a_field_is_nothing_where_they_agree_and_their_difference_where_not()
    {
        using var scope = NewDisposeScope();
        var within = new Grid([48, 40, 32], [5, 15, 25]);
        var interpolation = SourceInterpolation.Between(Coarse, [Pressure, Temperature], within, [Temperature])!;
        Assert.Equal(["t"], interpolation.Variables);
        var other = Enumerable.Repeat(1000f, Coarse.Cells);
        var (source, present) = (tensor([.. other.Concat(Field(Coarse).Select(x => x + 3))], [1, 2 * Coarse.Cells]), ones(1, 2 * Coarse.Cells));
        var field = tensor([.. Field(within)], [1, within.Cells]);
        var correction = interpolation.Correction(source, present, field).data<float>().ToArray();
        // In the middle all four source cells have equivalents of the field.
        Assert.Equal(3, correction[4], 1e-3);
        Assert.Equal(0, interpolation.Correction(source, zeros_like(present), field).abs().max().item<float>());
    }

    [Fact]
    public void Another_variable_cannot_be_interpolated() =>
        Assert.Null(SourceInterpolation.Between(Coarse, [Temperature], Coarse, [Pressure]));

    private static IEnumerable<float> Field(Grid grid) =>
        grid.Latitudes.SelectMany(latitude => grid.Longitudes.Select(longitude => (float)(2 * latitude - 0.5 * longitude)));
}
