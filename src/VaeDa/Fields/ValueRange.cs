using System.Numerics;

namespace VaeDa.Fields;

/// <summary>Smallest and largest of some values; of none, an empty range.</summary>
internal readonly record struct ValueRange(float Low, float High)
{
    public static ValueRange None => new(float.PositiveInfinity, float.NegativeInfinity);

    public ValueRange With(ReadOnlySpan<float> values)
    {
        var (low, high) = this;
        var (lows, highs) = (new Vector<float>(low), new Vector<float>(high));
        var whole = values.Length / Vector<float>.Count * Vector<float>.Count;
        for (var i = 0; i < whole; i += Vector<float>.Count)
        {
            // NaN compares false.
            var some = new Vector<float>(values[i..]);
            lows = Vector.ConditionalSelect(Vector.LessThan(some, lows), some, lows);
            highs = Vector.ConditionalSelect(Vector.GreaterThan(some, highs), some, highs);
        }

        for (var lane = 0; lane < Vector<float>.Count; lane++)
        {
            (low, high) = (Math.Min(low, lows[lane]), Math.Max(high, highs[lane]));
        }

        foreach (var value in values[whole..])
        {
            // NaN compares false.
            low = value < low ? value : low;
            high = value > high ? value : high;
        }

        return new ValueRange(low, high);
    }
}
