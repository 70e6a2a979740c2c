using FsCheck.Xunit;
using ScottPlot.Colormaps;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Maps;

public sealed class ColourScaleTests
{
    [Theory]
    [InlineData(-5, 20)]
    [InlineData(-20, 5)]
    [InlineData(-10, 10)]
    public void Between_values_on_both_sides_of_0_white_stays_at_0_and_both_sides_have_one_step(double low, double high)
    {
        var scale = ColourScale.Between(low, high);
        var limit = Math.Max(-low, high);
        foreach (var value in new[] { low, low / 2, 0, high / 2, high })
        {
            Assert.Equal(new DivergingColours().GetColor((value + limit) / (2 * limit)), scale.Colours.GetColor((value - low) / (high - low)));
        }
    }

    [Theory]
    [InlineData("K", -6, 8, -10, 10)]
    [InlineData("K", -25, 30, -10, 10)]
    [InlineData("K", 241.2, 299.7, 241, 300)]
    [InlineData("degC", -31, 35, -10, 10)]
    [InlineData("Pa", -1800, 1900, -2000, 2000)]
    [InlineData("Pa", 98_640, 103_760, 98_600, 103_800)]
    [InlineData("m s-1", -12, 14, -15, 15)]
    [InlineData("1", 3, 3, 3, 3.3)]
    public void A_field_s_scale_fits_anomalies_and_full_values(string units, double low, double high, double from, double to)
    {
        float[] values = [float.NaN, .. Enumerable.Range(0, 201).Select(i => (float)(low + i * (high - low) / 200))];
        var scale = ColourScale.ForFields(units, values);
        Assert.Equal(from, scale.Minimum, 1e-6 * Math.Abs(from));
        Assert.Equal(to, scale.Maximum, 1e-6 * Math.Abs(to));
    }

    [Fact]
    public void Where_there_is_no_value_there_is_still_a_scale() => Assert.Equal((-1, 1), (ColourScale.ForFields("Pa", [float.NaN]).Minimum, ColourScale.ForFields("Pa", []).Maximum));

    [Property]
    public void A_scale_of_full_values_holds_the_middle_of_them(float[] values, bool kelvin)
    {
        var full = values.Where(float.IsFinite).Select(value => Math.Abs(value) + 11).Order().ToArray();
        var scale = ColourScale.ForFields(kelvin ? "K" : "Pa", full);
        Assert.True(scale.Minimum < scale.Maximum);
        if (full.Length > 0)
        {
            Assert.InRange(full[full.Length / 2], scale.Minimum, scale.Maximum);
        }
    }

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(0, double.PositiveInfinity)]
    public void A_scale_that_does_not_ascend_is_refused(double low, double high) => Assert.Throws<ArgumentException>(() => ColourScale.Between(low, high));
}
