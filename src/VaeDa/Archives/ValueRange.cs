namespace VaeDa.Archives;

/// <summary>Smallest and largest of some values; of none, an empty range.</summary>
internal readonly record struct ValueRange(float Low, float High)
{
    public static ValueRange None => new(float.PositiveInfinity, float.NegativeInfinity);

    public ValueRange With(ReadOnlySpan<float> values)
    {
        var (low, high) = this;
        foreach (var value in values)
        {
            // NaN compares false.
            low = value < low ? value : low;
            high = value > high ? value : high;
        }

        return new ValueRange(low, high);
    }
}
