using VaeDa.Fields;

namespace VaeDa.Archives.Sources;

/// <summary>Finds the largest and the smallest value where they come again and lie far beyond all others: codes that come and go, as those of ice in winter.</summary>
/// <param name="cells">Of a field.</param>
internal sealed class StrayValueWatch(int cells)
{
    // Of weather no extreme comes twice to the last digit so far from the rest.
    private const int FewestTimes = 2;

    // Where the other extreme is a code as well, the range of the values is that between the next ones.
    private const double FarBetweenCodes = 10;

    private readonly Extreme _high = new(cells, 1);
    private readonly Extreme _low = new(cells, -1);

    /// <param name="field">(H × W), NaN where missing.</param>
    public void Add(ReadOnlySpan<float> field)
    {
        var range = ValueRange.None.With(field);
        _high.Add(field, range.High);
        _low.Add(field, -range.Low);
    }

    /// <param name="variable">Short name.</param>
    /// <param name="cells">Of the same fields: a value of cells that never change alone is named already.</param>
    public IEnumerable<StrayValue> Describe(string variable, ConstantCellWatch cells)
    {
        double highest = _high.Value, lowest = -_low.Value, nextHighest = _high.Next, nextLowest = -_low.Next;
        var between = nextHighest - nextLowest;
        var (isHigh, isLow) = (IsFar(highest - nextHighest, nextHighest - lowest), IsFar(nextLowest - lowest, highest - nextLowest));
        foreach (var (extreme, value, isFar) in new[] { (_high, highest, isHigh), (_low, lowest, isLow) })
        {
            if (isFar && extreme.Times >= FewestTimes && !extreme.Cells.All(cells.IsConstant))
            {
                yield return new StrayValue
                {
                    Variable = variable,
                    Value = ConstantCellWatch.AsWritten((float)value),
                    Cells = extreme.Cells.Count(),
                    Share = (double)extreme.Times / cells.Values,
                    LowestOther = isLow ? nextLowest : lowest,
                    HighestOther = isHigh ? nextHighest : highest,
                };
            }
        }

        // A field of two or three different values has no usual range.
        bool IsFar(double gap, double others) => double.IsFinite(gap) && between > 0 && (gap > others || gap > FarBetweenCodes * between);
    }

    /// <summary>The largest of values times a sign, where it is, and the next largest.</summary>
    private sealed class Extreme(int cells, int sign)
    {
        private readonly bool[] _holds = new bool[cells];

        public float Value { get; private set; } = float.NegativeInfinity;

        public float Next { get; private set; } = float.NegativeInfinity;

        public long Times { get; private set; }

        public IEnumerable<int> Cells => Enumerable.Range(0, _holds.Length).Where(c => _holds[c]);

        public void Add(ReadOnlySpan<float> field, float largest)
        {
            if (!(largest > Next))
            {
                return;
            }

            if (largest > Value)
            {
                (Next, Value, Times) = (Value, largest, 0);
                Array.Clear(_holds);
            }

            for (var c = 0; c < field.Length; c++)
            {
                var value = sign * field[c];
                if (value == Value)
                {
                    (_holds[c], Times) = (true, Times + 1);
                }
                else if (value > Next)
                {
                    Next = value;
                }
            }
        }
    }
}
