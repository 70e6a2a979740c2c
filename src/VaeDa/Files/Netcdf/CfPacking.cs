using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VaeDa.Files.Netcdf;

/// <summary>
/// How a variable's stored numbers stand for values: <c>value = stored · scale_factor + add_offset</c>, and stored numbers
/// equal to <c>_FillValue</c> or <c>missing_value</c>, or beyond the valid range, are missing (CF conventions, sections 2.5 and 8.1).
/// NaN is missing here.
/// </summary>
internal sealed class CfPacking
{
    private readonly NetcdfVariable _variable;
    private readonly NetcdfType _type;
    private readonly double _scale;
    private readonly double _offset;
    private readonly double[] _missing;
    private readonly double? _fill;
    private readonly ValidRange _valid;

    /// <exception cref="InvalidInputException">An attribute cannot be understood.</exception>
    public CfPacking(NetcdfVariable variable)
    {
        _variable = variable;
        _type = TypeOf(variable);
        _scale = variable.PackingNumber("scale_factor") ?? 1;
        _offset = variable.PackingNumber("add_offset") ?? 0;
        var fill = variable.PackingNumbers("_FillValue");
        _fill = fill is [var first, ..] ? AsStored(first) : null;
        var missing = fill.Concat(variable.PackingNumbers("missing_value")).Select(AsStored);
        // As a float it is never meant; an integer may be, where the file says what else is missing.
        if (variable.Type.DefaultFill() is { } unwritten && (_fill is null || variable.Type.IsFloat()))
        {
            missing = missing.Append(AsStored(unwritten));
        }

        // An integer cannot equal a fraction.
        _missing = [.. missing.Where(m => _type.IsFloat() || m == Math.Floor(m)).Distinct()];
        _valid = ValidRange.Of(variable, _type, AsStored, _scale, _offset);
    }

    /// <param name="raw">Stored numbers of the variable's type, in this machine's byte order.</param>
    /// <param name="values">One for each stored number; NaN where missing.</param>
    public void Decode<TValue>(ReadOnlySpan<byte> raw, Span<TValue> values)
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        switch (_type)
        {
            case NetcdfType.Int8: Decode<sbyte, TValue>(raw, values); break;
            case NetcdfType.UInt8: Decode<byte, TValue>(raw, values); break;
            case NetcdfType.Int16: Decode<short, TValue>(raw, values); break;
            case NetcdfType.UInt16: Decode<ushort, TValue>(raw, values); break;
            case NetcdfType.Int32: Decode<int, TValue>(raw, values); break;
            case NetcdfType.UInt32: Decode<uint, TValue>(raw, values); break;
            case NetcdfType.Int64: Decode<long, TValue>(raw, values); break;
            case NetcdfType.UInt64: Decode<ulong, TValue>(raw, values); break;
            case NetcdfType.Float16: Decode<Half, TValue>(raw, values); break;
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
        switch (_type)
        {
            case NetcdfType.Int8: EncodeInteger<TValue, sbyte>(values, raw); break;
            case NetcdfType.UInt8: EncodeInteger<TValue, byte>(values, raw); break;
            case NetcdfType.Int16: EncodeInteger<TValue, short>(values, raw); break;
            case NetcdfType.UInt16: EncodeInteger<TValue, ushort>(values, raw); break;
            case NetcdfType.Int32: EncodeInteger<TValue, int>(values, raw); break;
            case NetcdfType.UInt32: EncodeInteger<TValue, uint>(values, raw); break;
            case NetcdfType.Int64: EncodeInteger<TValue, long>(values, raw); break;
            case NetcdfType.UInt64: EncodeInteger<TValue, ulong>(values, raw); break;
            case NetcdfType.Float16: EncodeFloat<TValue, Half>(values, raw); break;
            case NetcdfType.Float32: EncodeFloat<TValue, float>(values, raw); break;
            case NetcdfType.Float64: EncodeFloat<TValue, double>(values, raw); break;
            default: throw new ArgumentException($"variable '{_variable.Name}' holds no numbers");
        }
    }

    /// <summary>Older formats have no unsigned types but for bytes; <c>_Unsigned</c> says that a signed one is meant so, or the reverse.</summary>
    private static NetcdfType TypeOf(NetcdfVariable variable) => variable.Attributes.Text("_Unsigned")?.Trim().ToLowerInvariant() switch
    {
        // The older way to say it, of bytes alone (CF conventions, section 2.2).
        null or "" => variable.Type == NetcdfType.Int8 && ValidRange.Written(variable) is { High: > sbyte.MaxValue and < double.PositiveInfinity } ? NetcdfType.UInt8 : variable.Type,
        "true" => variable.Type.WithSign(isSigned: false),
        "false" => variable.Type.WithSign(isSigned: true),
        var text => throw variable.Wrong("_Unsigned", $"is '{text}'; 'true' or 'false' is needed"),
    };

    /// <summary>An attribute is of the variable's own type: where that stands for another, −1 stands for 255.</summary>
    private double AsStored(double number)
    {
        var (low, high) = _type == _variable.Type ? (double.NegativeInfinity, double.PositiveInfinity) : _type.Bounds();
        var turn = high - low + 1;
        return number < low && number >= low - turn / 2 ? number + turn : number > high && number <= high + turn / 2 ? number - turn : number;
    }

    private void Decode<TRaw, TValue>(ReadOnlySpan<byte> raw, Span<TValue> values)
        where TRaw : unmanaged, INumber<TRaw>
        where TValue : unmanaged, IFloatingPointIeee754<TValue>
    {
        var stored = MemoryMarshal.Cast<byte, TRaw>(raw);
        // A float32 file may give 1e20 as float64, so compare in the stored type.
        double InType(double number) => _type.IsFloat() ? double.CreateTruncating(TRaw.CreateSaturating(number)) : number;
        var missing = Array.ConvertAll(_missing, InType);
        var (low, high) = (InType(_valid.Low), InType(_valid.High));
        var done = typeof(TRaw) == typeof(short) && typeof(TValue) == typeof(float) && missing.Length <= 2
            ? DecodeEights(MemoryMarshal.Cast<byte, short>(raw), Array.ConvertAll(missing, int.CreateSaturating), MemoryMarshal.Cast<TValue, float>(values))
            : 0;
        for (var i = done; i < stored.Length; i++)
        {
            var number = double.CreateTruncating(stored[i]);
            values[i] = missing.AsSpan().Contains(number) || number < low || number > high
                ? TValue.NaN
                : TValue.CreateTruncating(number * _scale + _offset);
        }
    }

    /// <summary>The same numbers to the last bit, eight at a time: what an archive's fields are read with.</summary>
    /// <returns>How many were decoded: the largest multiple of eight.</returns>
    private int DecodeEights(ReadOnlySpan<short> stored, int[] missing, Span<float> values)
    {
        // No code is the least integer of 32 bits: where nothing is missing it stands for that.
        var (one, other) = missing switch { [] => (int.MinValue, int.MinValue), [var only] => (only, only), _ => (missing[0], missing[1]) };
        var (low, high) = (Vector256.Create(int.CreateSaturating(Math.Ceiling(_valid.Low))), Vector256.Create(int.CreateSaturating(Math.Floor(_valid.High))));
        var (scale, offset, absent, absentToo, nan) = (Vector512.Create(_scale), Vector512.Create(_offset), Vector256.Create(one), Vector256.Create(other), Vector256.Create(float.NaN));
        var whole = stored.Length / 8 * 8;
        for (var i = 0; i < whole; i += 8)
        {
            var codes = Vector256.WidenLower(Vector128.Create(stored.Slice(i, 8)).ToVector256Unsafe());
            var exact = Vector512.ConvertToDouble(Vector512.WidenLower(codes.ToVector512Unsafe())) * scale + offset;
            var rounded = Vector256.Narrow(exact.GetLower(), exact.GetUpper());
            var isMissing = Vector256.Equals(codes, absent) | Vector256.Equals(codes, absentToo) | Vector256.LessThan(codes, low) | Vector256.GreaterThan(codes, high);
            Vector256.ConditionalSelect(isMissing.AsSingle(), nan, rounded).CopyTo(values.Slice(i, 8));
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
