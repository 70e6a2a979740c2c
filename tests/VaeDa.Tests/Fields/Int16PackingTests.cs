using FsCheck.Xunit;
using VaeDa.Fields;

namespace VaeDa.Tests.Fields;

public class Int16PackingTests
{
    [Property]
    public void Every_value_of_the_range_has_a_code_that_is_not_the_fill_value_and_comes_back_within_half_a_step(short a, ushort width, ushort at)
    {
        double low = a / 100.0, high = low + width / 50.0;
        var packing = Int16Packing.Over(low, high);
        var value = low + at / 65535.0 * (high - low);
        var code = Math.Round((value - packing.AddOffset) / packing.ScaleFactor);
        Assert.InRange(code, -short.MaxValue, short.MaxValue);
        Assert.Equal(value, packing.AddOffset + code * packing.ScaleFactor, 0.5000001 * packing.ScaleFactor);
        // The codes are made use of.
        Assert.True(width == 0 || packing.ScaleFactor * 65530 < 1.001 * (high - low));
    }

    [Fact]
    public void A_constant_is_code_0_of_itself_and_a_range_without_values_is_harmless()
    {
        Assert.Equal(new Int16Packing(1, 273.15), Int16Packing.Over(273.15, 273.15));
        Assert.Equal(new Int16Packing(1, 0), Int16Packing.Over(double.NaN, double.NaN));
        Assert.Equal(new Int16Packing(1, 0), Int16Packing.Over(double.PositiveInfinity, double.NegativeInfinity));
    }
}
