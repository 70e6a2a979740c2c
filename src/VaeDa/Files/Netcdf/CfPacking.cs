using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// How a variable's stored numbers stand for values: <c>value = stored · scale_factor + add_offset</c>, and stored numbers
/// equal to <c>_FillValue</c> or <c>missing_value</c> are missing (CF conventions, sections 2.5 and 8.1). NaN is missing here.
/// </summary>
internal sealed class CfPacking
{
    // What netCDF libraries leave where nothing was written; as a value it is never meant.
    private const float UnwrittenFloat = 9.9692099683868690e+36f;

    private readonly NetcdfVariable _variable;
    private readonly double _scale;
    private readonly double _offset;
    private readonly double[] _missing;
    private readonly double? _fill;

    public CfPacking(NetcdfVariable variable)
    {
        _variable = variable;
        _scale = variable.Attributes.Number("scale_factor") ?? 1;
        _offset = variable.Attributes.Number("add_offset") ?? 0;
        _fill = variable.Attributes.Number("_FillValue");
        var missing = variable.Attributes.Numbers("_FillValue").Concat(variable.Attributes.Numbers("missing_value"));
        if (variable.Type is NetcdfType.Float32 or NetcdfType.Float64)
        {
            missing = missing.Append(UnwrittenFloat);
        }

        _missing = [.. missing.Distinct()];
    }

    /// <param name="raw">Stored numbers of the variable's type, in this machine's byte order.</param>
    /// <param name="values">One for each stored number; NaN where missing.</param>
    public void Decode<TValue>(ReadOnlySpan<byte> raw, Span<TValue> values)
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        switch (_variable.Type)
        {
            case NetcdfType.Int8: Decode<sbyte, TValue>(raw, values); break;
            case NetcdfType.UInt8: Decode<byte, TValue>(raw, values); break;
            case NetcdfType.Int16: Decode<short, TValue>(raw, values); break;
            case NetcdfType.UInt16: Decode<ushort, TValue>(raw, values); break;
            case NetcdfType.Int32: Decode<int, TValue>(raw, values); break;
            case NetcdfType.UInt32: Decode<uint, TValue>(raw, values); break;
            case NetcdfType.Int64: Decode<long, TValue>(raw, values); break;
            case NetcdfType.UInt64: Decode<ulong, TValue>(raw, values); break;
            case NetcdfType.Float32: Decode<float, TValue>(raw, values); break;
            case NetcdfType.Float64: Decode<double, TValue>(raw, values); break;
            default: throw new InvalidInputException($"variable '{_variable.Name}' holds no numbers");
        }
    }

    /// <param name="values">NaN is stored as <c>_FillValue</c>.</param>
    /// <param name="raw">Stored numbers of the variable's type, in this machine's byte order.</param>
    /// <exception cref="ArgumentException">A value does not fit the type, or is missing where the variable has no <c>_FillValue</c>.</exception>
    public void Encode<TValue>(ReadOnlySpan<TValue> values, Span<byte> raw)
        where TValue : unmanaged, INumber<TValue>
    {
        switch (_variable.Type)
        {
            case NetcdfType.Int8: EncodeInteger<TValue, sbyte>(values, raw); break;
            case NetcdfType.UInt8: EncodeInteger<TValue, byte>(values, raw); break;
            case NetcdfType.Int16: EncodeInteger<TValue, short>(values, raw); break;
            case NetcdfType.UInt16: EncodeInteger<TValue, ushort>(values, raw); break;
            case NetcdfType.Int32: EncodeInteger<TValue, int>(values, raw); break;
            case NetcdfType.UInt32: EncodeInteger<TValue, uint>(values, raw); break;
            case NetcdfType.Int64: EncodeInteger<TValue, long>(values, raw); break;
            case NetcdfType.UInt64: EncodeInteger<TValue, ulong>(values, raw); break;
            case NetcdfType.Float32: EncodeFloat<TValue, float>(values, raw); break;
            case NetcdfType.Float64: EncodeFloat<TValue, double>(values, raw); break;
            default: throw new ArgumentException($"variable '{_variable.Name}' holds no numbers");
        }
    }

    private void Decode<TRaw, TValue>(ReadOnlySpan<byte> raw, Span<TValue> values)
        where TRaw : unmanaged, INumber<TRaw>
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        var stored = MemoryMarshal.Cast<byte, TRaw>(raw);
        // A float32 file may give 1e20 as float64, so compare in the stored type; an integer cannot equal what it cannot hold.
        var isFloat = _variable.Type is NetcdfType.Float32 or NetcdfType.Float64;
        var missing = _missing.Where(m => isFloat || double.CreateSaturating(TRaw.CreateSaturating(m)) == m)
            .Select(TRaw.CreateSaturating).ToArray();
        var done = typeof(TRaw) == typeof(short) && typeof(TValue) == typeof(float) && missing.Length <= 1
            ? DecodeEights(MemoryMarshal.Cast<byte, short>(raw), missing is [var one] ? int.CreateTruncating(one) : int.MinValue, MemoryMarshal.Cast<TValue, float>(values))
            : 0;
        for (var i = done; i < stored.Length; i++)
        {
            values[i] = missing.AsSpan().Contains(stored[i])
                ? TValue.NaN
                : TValue.CreateTruncating(double.CreateTruncating(stored[i]) * _scale + _offset);
        }
    }

    /// <summary>The same numbers to the last bit, eight at a time: what an archive's fields are read with.</summary>
    /// <returns>How many were decoded: the largest multiple of eight.</returns>
    private int DecodeEights(ReadOnlySpan<short> stored, int missing, Span<float> values)
    {
        var (scale, offset, absent, nan) = (Vector512.Create(_scale), Vector512.Create(_offset), Vector256.Create(missing), Vector256.Create(float.NaN));
        var whole = stored.Length / 8 * 8;
        for (var i = 0; i < whole; i += 8)
        {
            var codes = Vector256.WidenLower(Vector128.Create(stored.Slice(i, 8)).ToVector256Unsafe());
            var exact = Vector512.ConvertToDouble(Vector512.WidenLower(codes.ToVector512Unsafe())) * scale + offset;
            var rounded = Vector256.Narrow(exact.GetLower(), exact.GetUpper());
            Vector256.ConditionalSelect(Vector256.Equals(codes, absent).AsSingle(), nan, rounded).CopyTo(values.Slice(i, 8));
        }

        return whole;
    }

    private void EncodeInteger<TValue, TRaw>(ReadOnlySpan<TValue> values, Span<byte> raw)
        where TValue : unmanaged, INumber<TValue>
        where TRaw : unmanaged, IBinaryInteger<TRaw>, IMinMaxValue<TRaw>
    {
        var stored = MemoryMarshal.Cast<byte, TRaw>(raw);
        var (low, high) = (double.CreateTruncating(TRaw.MinValue), double.CreateTruncating(TRaw.MaxValue));
        var done = typeof(TRaw) == typeof(short) && typeof(TValue) == typeof(float)
            ? EncodeEights(MemoryMarshal.Cast<TValue, float>(values), MemoryMarshal.Cast<byte, short>(raw))
            : 0;
        for (var i = done; i < values.Length; i++)
        {
            var value = double.CreateTruncating(values[i]);
            if (double.IsNaN(value))
            {
                stored[i] = TRaw.CreateTruncating(_fill ?? throw new ArgumentException($"variable '{_variable.Name}': a missing value, and no _FillValue"));
                continue;
            }

            var code = Math.Round((value - _offset) / _scale);
            if (!(code >= low && code <= high) || code == _fill)
            {
                throw new ArgumentException(FormattableString.Invariant($"variable '{_variable.Name}': {value} does not fit its packing"));
            }

            stored[i] = TRaw.CreateTruncating(code);
        }
    }

    /// <summary>The same codes, eight at a time, up to eight that need a closer look: a missing value among them, or one that does not fit.</summary>
    /// <returns>How many were encoded.</returns>
    private int EncodeEights(ReadOnlySpan<float> values, Span<short> stored)
    {
        var (scale, offset, absent) = (Vector512.Create(_scale), Vector512.Create(_offset), Vector512.Create(_fill ?? double.NaN));
        var (low, high) = (Vector512.Create((double)short.MinValue), Vector512.Create((double)short.MaxValue));
        // A product is cheaper than a quotient and, on this range, within 1e-10 of it: it rounds to the same code but near a tie.
        var (inverse, nearTie) = (Vector512.Create(1 / _scale), Vector512.Create(0.5 - 1e-6));
        var whole = values.Length / 8 * 8;
        for (var i = 0; i < whole; i += 8)
        {
            var shifted = Vector512.WidenLower(Vector256.Create(values.Slice(i, 8)).ToVector512Unsafe()) - offset;
            var product = shifted * inverse;
            var codes = Vector512.Round(product);
            if (Vector512.GreaterThanAny(Vector512.Abs(product - codes), nearTie))
            {
                codes = Vector512.Round(shifted / scale);
            }

            // False where NaN is.
            if (!Vector512.GreaterThanOrEqualAll(codes, low) || !Vector512.LessThanOrEqualAll(codes, high) || Vector512.EqualsAny(codes, absent))
            {
                return i;
            }

            var wide = Vector256.ConvertToInt32(Vector256.Narrow(codes.GetLower(), codes.GetUpper()));
            Vector128.Narrow(wide.GetLower(), wide.GetUpper()).CopyTo(stored.Slice(i, 8));
        }

        return whole;
    }

    private void EncodeFloat<TValue, TRaw>(ReadOnlySpan<TValue> values, Span<byte> raw)
        where TValue : unmanaged, INumber<TValue>
        where TRaw : unmanaged, IFloatingPointIeee754<TRaw>
    {
        var stored = MemoryMarshal.Cast<byte, TRaw>(raw);
        for (var i = 0; i < values.Length; i++)
        {
            var value = double.CreateTruncating(values[i]);
            stored[i] = TRaw.CreateTruncating(double.IsNaN(value) ? _fill ?? double.NaN : (value - _offset) / _scale);
        }
    }
}
