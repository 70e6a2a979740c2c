using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Contours;

public sealed class LetteringTests
{
    [Theory]
    [InlineData("K", "K")]
    [InlineData("m s-1", "m s⁻¹")]
    [InlineData("m s**-1", "m s⁻¹")]
    [InlineData("kg m^-2", "kg m⁻²")]
    [InlineData("m2 s-2", "m² s⁻²")]
    [InlineData("degC", "°C")]
    [InlineData("1", "")]
    public void Units_are_written_as_in_print(string units, string expected) => Assert.Equal(expected, UnitText.Of(units));

    [Theory]
    [InlineData(0.4996, "K", "0.500 K")]
    [InlineData(12.34, "m s-1", "12.3 m s⁻¹")]
    [InlineData(1234.5, "Pa", "12.3 hPa")]
    public void Quantities_have_three_digits(double amount, string units, string expected) => Assert.Equal(expected, UnitText.Quantity(amount, units));

    [Theory]
    [InlineData(-10, 10, 10, "−10 −8 −6 −4 −2 0 2 4 6 8 10")]
    [InlineData(0, 1.5, 10, "0.0 0.2 0.4 0.6 0.8 1.0 1.2 1.4")]
    [InlineData(-400, 400, 10, "−400 −300 −200 −100 0 100 200 300 400")]
    [InlineData(1, 4, 3, "1 2 3 4")]
    public void Ticks_are_even_and_have_the_same_decimals(double low, double high, int most, string expected) =>
        Assert.Equal(expected, string.Join(' ', EvenTicks.Of(low, high, most).Select(tick => tick.Label)));

    [Theory]
    [InlineData(new[] { 0.3f, -2.2f, float.NaN }, 3)]
    [InlineData(new[] { 1450f }, 1500)]
    [InlineData(new[] { 0.05f }, 0.05)]
    [InlineData(new[] { 0f, float.NaN }, 1)]
    [InlineData(new float[0], 1)]
    public void Ranges_end_at_round_numbers(float[] values, double expected) => Assert.Equal(expected, ColourScale.RoundLimit(values, 1), 9);

    [Fact]
    public void Temperatures_are_always_drawn_from_minus_10_to_10_and_others_as_wide_as_they_are()
    {
        Assert.Equal((-10.0, 10.0), (ColourScale.ForAnomalies("K", [1f]).Minimum, ColourScale.ForAnomalies("K", [1f]).Maximum));
        Assert.Equal(3000, ColourScale.ForAnomalies("Pa", [2900f, -10f]).Maximum, 6);
        Assert.Throws<ArgumentException>(() => ColourScale.Symmetric(0));
        Assert.Throws<ArgumentException>(() => ColourScale.Sequential(double.NaN));
    }
}
