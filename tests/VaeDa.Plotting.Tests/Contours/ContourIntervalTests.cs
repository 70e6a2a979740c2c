using FsCheck.Xunit;
using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Tests.Contours;

public sealed class ContourIntervalTests
{
    [Theory]
    // Sea level pressure in Pa, windy and calm, and in hPa.
    [InlineData(97_600, 103_400, 400)]
    [InlineData(98_200, 104_000, 400)]
    [InlineData(101_000, 103_400, 200)]
    [InlineData(976, 1034, 4)]
    // Geopotential in m² s⁻², temperature in K.
    [InlineData(49_000, 58_200, 1000)]
    [InlineData(251, 304, 4)]
    public void Some_twelve_contours_at_a_step_that_charts_have(double low, double high, double expected) =>
        Assert.Equal(expected, ContourInterval.For([(float)low, float.NaN, (float)high], ContourInterval.Usual), 6);

    [Fact]
    public void Many_fields_in_one_picture_have_fewer() => Assert.Equal(1000, ContourInterval.For([97_600, 103_400], ContourInterval.Few), 6);

    [Fact]
    public void A_field_that_does_not_vary_has_an_interval_all_the_same()
    {
        Assert.Equal(1, ContourInterval.For([5, 5], ContourInterval.Usual));
        Assert.Equal(1, ContourInterval.For([float.NaN], ContourInterval.Usual));
        Assert.Equal([5], ContourInterval.Levels(new double[,] { { 5, 5 } }, 1, "K"));
        Assert.Empty(ContourInterval.Levels(new double[,] { { double.NaN, double.NaN } }, 1, "K"));
    }

    [Property]
    public void Levels_are_the_multiples_within_the_range_and_their_number_is_near_the_wanted(uint size, short offset)
    {
        var (low, range) = (offset / 7.0, 1 + size % 100_000 / 3.0);
        var raster = new double[,] { { low, double.NaN }, { low + range, low } };
        var interval = ContourInterval.For([(float)low, (float)(low + range)], ContourInterval.Usual);
        var levels = ContourInterval.Levels(raster, interval, "K");
        Assert.InRange(levels.Count, 6, 20);
        Assert.All(levels, level => Assert.InRange(level, low - 1e-9, low + range + 1e-9));
        Assert.All(levels, level => Assert.Equal(Math.Round(level / interval), level / interval, 6));
        Assert.True(levels[0] - interval < low && levels[^1] + interval > low + range);
    }

    [Fact]
    public void A_mistaken_unit_is_refused_before_thousands_of_lines_are_drawn()
    {
        var message = Assert.Throws<InvalidInputException>(() => ContourInterval.Levels(new double[,] { { 980, 1030 } }, 0.04, "hPa")).Message;
        Assert.Equal("a contour interval of 0.04 hPa makes 1250 contours between 980 and 1030 hPa; at most 200 can be drawn", message);
    }

    [Theory]
    [InlineData("Pa", "hPa", 0.01)]
    [InlineData("millibars", "hPa", 1)]
    [InlineData("m2 s-2", "m2 s-2", 1)]
    public void Pressures_are_shown_in_hectopascals(string units, string shown, double factor) => Assert.Equal(new ShownUnits(shown, factor), ShownUnits.Of(units));
}
