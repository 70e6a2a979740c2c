using System.Numerics;
using VaeDa.Fields;

namespace VaeDa.Archives.Preparation;

/// <summary>Each cell's smallest and largest value in each calendar month.</summary>
internal sealed class MonthlyRanges
{
    private readonly float[][] _low = new float[12][];
    private readonly float[][] _high = new float[12][];

    public MonthlyRanges(int cells)
    {
        for (var m = 0; m < 12; m++)
        {
            Array.Fill(_low[m] = new float[cells], float.PositiveInfinity);
            Array.Fill(_high[m] = new float[cells], float.NegativeInfinity);
        }
    }

    /// <param name="month">1…12.</param>
    /// <param name="field">(H × W), NaN where missing.</param>
    public void Add(int month, ReadOnlySpan<float> field)
    {
        var (low, high) = (_low[month - 1], _high[month - 1]);
        var whole = field.Length / Vector<float>.Count * Vector<float>.Count;
        for (var c = 0; c < whole; c += Vector<float>.Count)
        {
            var (value, lowest, highest) = (new Vector<float>(field[c..]), new Vector<float>(low, c), new Vector<float>(high, c));
            // NaN compares false.
            Vector.ConditionalSelect(Vector.LessThan(value, lowest), value, lowest).CopyTo(low, c);
            Vector.ConditionalSelect(Vector.GreaterThan(value, highest), value, highest).CopyTo(high, c);
        }

        for (var c = whole; c < field.Length; c++)
        {
            low[c] = field[c] < low[c] ? field[c] : low[c];
            high[c] = field[c] > high[c] ? field[c] : high[c];
        }
    }

    /// <summary>The range of all values.</summary>
    public ValueRange Range()
    {
        var range = ValueRange.None;
        for (var m = 0; m < 12; m++)
        {
            range = range with { Low = Math.Min(range.Low, _low[m].Min()), High = Math.Max(range.High, _high[m].Max()) };
        }

        return range;
    }

    /// <summary>For each cell a range that holds all its values; empty where it has none.</summary>
    /// <param name="subtrahends">Given these, a range that holds every difference of a value and a subtrahend of the same month.</param>
    public ValueRange[] OfCells(MonthlyRanges? subtrahends)
    {
        var ranges = new ValueRange[_low[0].Length];
        Array.Fill(ranges, ValueRange.None);
        for (var m = 0; m < 12; m++)
        {
            for (var c = 0; c < ranges.Length; c++)
            {
                var (low, high) = subtrahends is null ? (0, 0) : (subtrahends._low[m][c], subtrahends._high[m][c]);
                if (_low[m][c] <= _high[m][c] && low <= high)
                {
                    ranges[c] = new ValueRange(Math.Min(ranges[c].Low, _low[m][c] - high), Math.Max(ranges[c].High, _high[m][c] - low));
                }
            }
        }

        return ranges;
    }
}
