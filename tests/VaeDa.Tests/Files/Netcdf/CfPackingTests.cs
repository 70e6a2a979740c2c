using System.Numerics;
using System.Runtime.InteropServices;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Files.Netcdf;

public class CfPackingTests
{
    private const double Nan = double.NaN;

    [Fact]
    public void Numbers_that_are_written_as_text_count() => AssertValues(
        new() { ["scale_factor"] = " 0.5", ["add_offset"] = "2.6e2", ["missing_value"] = "-9, -8", ["_FillValue"] = (short)-7, ["valid_max"] = "100" },
        (0, 260), (1, 260.5), (-9, Nan), (-8, Nan), (-7, Nan), (-6, 257), (100, 310), (101, Nan));

    [Theory]
    [InlineData("scale_factor", "see documentation")]
    [InlineData("scale_factor", "0,01")]
    [InlineData("scale_factor", "1 2")]
    [InlineData("scale_factor", "NaN")]
    [InlineData("add_offset", "none")]
    [InlineData("_FillValue", "none")]
    [InlineData("missing_value", "-9 or less")]
    [InlineData("valid_range", "0")]
    [InlineData("valid_range", "9 1")]
    [InlineData("valid_min", "0 1")]
    [InlineData("_Unsigned", "perhaps")]
    public void And_a_text_that_says_nothing_of_the_kind_is_refused(string attribute, string text)
    {
        var error = Assert.Throws<InvalidInputException>(() => new CfPacking(Variable(NetcdfType.Int16, new() { [attribute] = text })));
        Assert.StartsWith($"variable 'v': its attribute {attribute} ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void An_empty_attribute_is_none() => AssertValues(
        new() { ["scale_factor"] = "", ["add_offset"] = Array.Empty<double>(), ["_FillValue"] = " ", ["valid_range"] = Array.Empty<short>(), ["_Unsigned"] = "" },
        (1, 1), (-32766, -32766));

    [Fact]
    public void The_limits_of_the_valid_range_are_stored_numbers_and_valid_themselves()
    {
        var packed = new NetcdfAttributes { ["scale_factor"] = 0.01, ["add_offset"] = 260.0, ["valid_range"] = new short[] { -100, 200 } };
        AssertValues(packed, (-101, Nan), (-100, 259), (0, 260), (200, 262), (201, Nan), (32767, Nan));
        AssertValues(new() { ["valid_min"] = (short)5 }, (4, Nan), (5, 5), (32767, 32767));
        AssertValues(new() { ["valid_max"] = 5, ["_FillValue"] = (short)3 }, (-32768, -32768), (3, Nan), (5, 5), (6, Nan));
        AssertValues<float>(NetcdfType.Float32, new() { ["valid_max"] = 0.1 }, (0.1f, 0.1f), (MathF.BitIncrement(0.1f), Nan), (float.NaN, Nan));
    }

    [Fact]
    public void No_limit_follows_from_a_fill_value() =>
        AssertValues(new() { ["_FillValue"] = (short)100 }, (100, Nan), (101, 101), (-32767, -32767), (32767, 32767));

    [Fact]
    public void Limits_of_a_floating_type_on_packed_integers_are_values()
    {
        AssertValues(
            new() { ["scale_factor"] = 0.01f, ["add_offset"] = 260f, ["valid_range"] = new[] { 250f, 270f } },
            (-1001, Nan), (-1000, 250), (1000, 270), (1001, Nan));
        AssertValues(new() { ["scale_factor"] = -0.5, ["valid_min"] = 1.0 }, (-3, 1.5), (-2, 1), (-1, Nan));
        // Without a packing both readings are one.
        AssertValues(new() { ["valid_min"] = 1.5 }, (1, Nan), (2, 2));
        // As values they would exclude nothing, as stored numbers most: nobody knows which is meant.
        var error = Assert.Throws<InvalidInputException>(() => new CfPacking(Variable(
            NetcdfType.Int16, new() { ["scale_factor"] = 0.01, ["add_offset"] = 260.0, ["valid_range"] = new[] { -10000.0, 10000.0 } })));
        Assert.StartsWith("variable 'v': its attribute valid_range is of a floating-point type (-10000 to 10000)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_coordinate_keeps_its_values_whatever_its_range()
    {
        var longitude = new NetcdfVariable { Name = "lon", Type = NetcdfType.Float64, Dimensions = [new("lon", 2)], Attributes = new() { ["valid_max"] = 180.0 } };
        var values = new double[2];
        longitude.Packing.Decode(MemoryMarshal.AsBytes<double>([90, 270]), values);
        Assert.Equal([90, 270], values);
    }

    [Fact]
    public void Unsigned_numbers_in_a_signed_type_and_the_reverse()
    {
        AssertValues(
            new() { ["_Unsigned"] = "true", ["scale_factor"] = 0.5, ["_FillValue"] = (short)-1, ["valid_range"] = new short[] { 2, -3 } },
            (0, Nan), (2, 1), (32767, 16383.5), (-32768, 16384), (-3, 32766.5), (-2, Nan), (-1, Nan));
        AssertValues<sbyte>(NetcdfType.Int8, new() { ["_Unsigned"] = "True", ["_FillValue"] = (sbyte)-1 }, (127, 127), (-128, 128), (-2, 254), (-1, Nan));
        AssertValues<sbyte>(NetcdfType.Int8, new() { ["_Unsigned"] = "true", ["missing_value"] = (short)255 }, (-2, 254), (-1, Nan));
        AssertValues<int>(NetcdfType.Int32, new() { ["_Unsigned"] = "true" }, (-1, 4294967295), (7, 7));
        AssertValues<byte>(NetcdfType.UInt8, new() { ["_Unsigned"] = "false", ["missing_value"] = (byte)128 }, (127, 127), (128, Nan), (255, -1));
        AssertValues(new() { ["_Unsigned"] = "false" }, (-5, -5));
    }

    [Fact]
    public void Bytes_whose_valid_range_is_beyond_127_are_unsigned()
    {
        AssertValues<sbyte>(NetcdfType.Int8, new() { ["valid_range"] = new short[] { 0, 250 } }, (127, 127), (-128, 128), (-6, 250), (-5, Nan));
        AssertValues<sbyte>(NetcdfType.Int8, new() { ["valid_range"] = new sbyte[] { -100, 100 } }, (-101, Nan), (-100, -100), (101, Nan));
    }

    [Fact]
    public void Fill_value_and_missing_values_are_all_missing()
    {
        AssertValues(new() { ["_FillValue"] = (short)-1, ["missing_value"] = (short)-2 }, (-1, Nan), (-2, Nan), (-3, -3));
        AssertValues(new() { ["_FillValue"] = (short)-1, ["missing_value"] = new short[] { -2, -4 } }, (-1, Nan), (-2, Nan), (-3, -3), (-4, Nan));
        AssertValues<float>(NetcdfType.Float32, new() { ["_FillValue"] = 1e20, ["missing_value"] = -999f }, (1e20f, Nan), (-999, Nan), (2, 2));
        // No integer equals either.
        AssertValues(new() { ["_FillValue"] = (short)-1, ["missing_value"] = new[] { 0.5, 1e20 } }, (0, 0), (32767, 32767), (-1, Nan));
    }

    [Fact]
    public void What_the_library_leaves_unwritten_is_missing_where_no_fill_value_is_declared()
    {
        AssertValues(new() { ["scale_factor"] = 2.0 }, (-32767, Nan), (-32768, -65536), (32767, 65534));
        AssertValues(new() { ["missing_value"] = (short)-9 }, (-32767, Nan), (-9, Nan));
        AssertValues(new() { ["_FillValue"] = (short)-9 }, (-32767, -32767), (-9, Nan));
        AssertValues<int>(NetcdfType.Int32, [], (-2147483647, Nan), (-2147483648, -2147483648));
        AssertValues<long>(NetcdfType.Int64, [], (-9223372036854775806, Nan), (5, 5));
        AssertValues<ushort>(NetcdfType.UInt16, [], (65535, Nan), (65534, 65534));
        AssertValues<float>(NetcdfType.Float32, new() { ["_FillValue"] = -1f }, (9.9692099683868690e+36f, Nan), (-1, Nan));
        AssertValues<double>(NetcdfType.Float64, [], (9.9692099683868690e+36, Nan), (1e30, 1e30));
        // All values of a byte are meant.
        AssertValues<sbyte>(NetcdfType.Int8, [], (-127, -127), (-128, -128));
        AssertValues<byte>(NetcdfType.UInt8, [], (255, 255));
    }

    [Fact]
    public void Half_precision() => AssertValues<Half>(
        NetcdfType.Float16, new() { ["_FillValue"] = -999f, ["valid_max"] = 1000f }, ((Half)1.5f, 1.5), ((Half)(-999f), Nan), ((Half)1000f, 1000), ((Half)1001f, Nan), (Half.NaN, Nan));

    [Theory]
    [InlineData(new short[0], short.MinValue, short.MaxValue)]
    [InlineData(new short[] { -32768 }, short.MinValue, short.MaxValue)]
    [InlineData(new short[] { 7, -7 }, short.MinValue, short.MaxValue)]
    [InlineData(new short[] { 7, -7 }, -20000, 20001)]
    [InlineData(new short[] { 7, -7, 8 }, -20000, 20001)]
    public void All_codes_eight_at_a_time_have_the_bits_that_they_have_one_by_one(short[] missing, int low, int high)
    {
        var (scale, offset) = (0.0012345f, 271.3);
        var packing = new CfPacking(Variable(NetcdfType.Int16, new()
        {
            ["scale_factor"] = scale, ["add_offset"] = offset, ["_FillValue"] = missing is [var first, ..] ? first : (short)-32767, ["missing_value"] = missing, ["valid_range"] = new[] { low, high },
        }));
        short[] codes = [.. Enumerable.Range(short.MinValue, 65536 - 3).Select(code => (short)code)];
        var values = new float[codes.Length];
        packing.Decode(MemoryMarshal.AsBytes<short>(codes), values);
        Assert.Equal(
            codes.Select(code => missing.Contains(code) || (missing.Length == 0 && code == -32767) || code < low || code > high ? float.NaN : (float)(code * (double)scale + offset)).Select(BitConverter.SingleToInt32Bits),
            values.Select(value => float.IsNaN(value) ? float.NaN : value).Select(BitConverter.SingleToInt32Bits));
    }

    private static NetcdfVariable Variable(NetcdfType type, NetcdfAttributes attributes) =>
        new() { Name = "v", Type = type, Dimensions = [new("x", 1)], Attributes = attributes };

    private static void AssertValues(NetcdfAttributes attributes, params (short Stored, double Value)[] pairs) => AssertValues<short>(NetcdfType.Int16, attributes, pairs);

    /// <summary>Both as float64, one by one, and as float32, which of 16-bit integers are decoded eight at a time.</summary>
    private static void AssertValues<TStored>(NetcdfType type, NetcdfAttributes attributes, params (TStored Stored, double Value)[] pairs)
        where TStored : unmanaged, INumber<TStored>
    {
        var packing = new CfPacking(Variable(type, attributes));
        TStored[] stored = [.. Enumerable.Repeat(pairs, 9).SelectMany(p => p).Select(p => p.Stored)];
        var (wide, narrow) = (new double[stored.Length], new float[stored.Length]);
        packing.Decode(MemoryMarshal.AsBytes<TStored>(stored), wide);
        packing.Decode(MemoryMarshal.AsBytes<TStored>(stored), narrow);
        for (var i = 0; i < stored.Length; i++)
        {
            var (number, value) = pairs[i % pairs.Length];
            Assert.True(double.IsNaN(value) ? double.IsNaN(wide[i]) : Math.Abs(wide[i] - value) <= 1e-7 * Math.Abs(value), $"{number}: {wide[i]}, not {value}");
            Assert.True(double.IsNaN(value) ? float.IsNaN(narrow[i]) : Math.Abs(narrow[i] - value) <= 1e-6 * Math.Abs(value), $"{number}: {narrow[i]}, not {value}");
        }
    }
}
