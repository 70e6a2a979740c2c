using VaeDa.Fields;

namespace VaeDa.Tests.Fields;

public sealed class UnitConversionTests
{
    [Theory]
    [InlineData("C", "K", 15, 288.15, 15)]
    [InlineData("°C", "K", -10, 263.15, -10)]
    [InlineData("degrees_celsius", "degC", 7.3, 7.3, 7.3)]
    [InlineData("\uFFFDC", "K", 0, 273.15, 0)] // a degree sign that was not UTF-8
    [InlineData("K", "degC", 273.15, 0, 273.15)]
    [InlineData("°F", "K", 32, 273.15, 160 / 9.0)]
    [InlineData("F", "C", 212, 100, 1060 / 9.0)]
    [InlineData("hPa", "Pa", 1013.25, 101325, 101325)]
    [InlineData("mbar", "hPa", 998, 998, 998)]
    [InlineData("mb", "Pa", 1, 100, 100)]
    [InlineData("mmHg", "hPa", 760, 1013.25, 1013.25)]
    [InlineData("inHg", "mmHg", 1, 25.4, 25.4)]
    [InlineData("m/s", "m s-1", 3, 3, 3)]
    [InlineData("m s**-1", "m s-1", 3, 3, 3)]
    [InlineData("km/h", "m s-1", 36, 10, 10)]
    [InlineData("knots", "m s-1", 1, 0.514444, 0.514444)]
    [InlineData("mm", "m", 12, 0.012, 0.012)]
    [InlineData("mm/day", "kg m-2 s-1", 86400, 1, 1)]
    [InlineData("%", "1", 50, 0.5, 0.5)]
    [InlineData("furlong", " Furlong ", 2, 2, 2)]
    public void Values_and_differences_are_converted(string from, string to, double number, double value, double difference)
    {
        var conversion = UnitConversion.Between(from, to)!.Value;
        Assert.Equal(value, conversion.OfValue(number), 1e-5 * Math.Max(1, Math.Abs(value)));
        Assert.Equal(difference, conversion.OfDifference(number), 1e-5 * Math.Max(1, Math.Abs(difference)));
        var back = UnitConversion.Between(to, from)!.Value;
        Assert.Equal(number, back.OfValue(conversion.OfValue(number)), 1e-9 * Math.Max(1, Math.Abs(number)));
    }

    [Theory]
    [InlineData("K", "Pa")]
    [InlineData("mm", "Pa")]
    [InlineData("", "K")]
    [InlineData("parrots", "K")]
    public void Units_of_other_quantities_or_unknown_ones_are_not(string from, string to) => Assert.Null(UnitConversion.Between(from, to));

    [Fact]
    public void The_same_unit_leaves_every_bit() => Assert.Equal(0.1 + 0.2, UnitConversion.Between("hPa", "millibars")!.Value.OfValue(0.1 + 0.2));
}
