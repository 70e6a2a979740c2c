using System.Collections.Concurrent;
using System.Runtime.Intrinsics;

namespace VaeDa.Fields;

/// <summary>
/// Builds a climatology from fields given one at a time, in any order (Welford's update, so that float sums lose nothing).
/// Memory is that of the climatology, whatever the number of fields.
/// </summary>
public sealed class ClimatologyAccumulator
{
    // Relative to the standard deviation of all cells together.
    private const double RelativeFloor = 0.01;

    // Cells worked on together.
    private const int Lanes = 8;

    private readonly ClimatologyCalendar _calendar;
    private readonly int _cells;
    private readonly float[][] _means;
    private readonly float[][] _squares;
    private readonly ushort[][] _counts;

    public ClimatologyAccumulator(ClimatologyCalendar calendar, int cells)
    {
        _calendar = calendar;
        _cells = cells;
        var steps = calendar.Steps();
        _means = new float[steps][];
        _squares = new float[steps][];
        _counts = new ushort[steps][];
        for (var s = 0; s < steps; s++)
        {
            _means[s] = new float[cells];
            _squares[s] = new float[cells];
            _counts[s] = new ushort[cells];
        }
    }

    /// <param name="time">When the field was.</param>
    /// <param name="field">(H × W), NaN where missing.</param>
    public void Add(DateTime time, ReadOnlySpan<float> field)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(field.Length, _cells);
        var step = _calendar.StepOf(time);
        var (mean, squares, counts) = (_means[step], _squares[step], _counts[step]);
        var whole = field.Length / Lanes * Lanes;
        for (var c = 0; c < whole; c += Lanes)
        {
            // As below, to the last bit.
            var (value, before, oldCount) = (Vector256.Create(field.Slice(c, Lanes)), Vector256.Create(mean, c), Vector128.Create(counts, c));
            var present = Vector256.Equals(value, value);
            var count = oldCount + Vector128<ushort>.One;
            var difference = value - before;
            var after = before + difference / Vector256.ConvertToSingle(Vector256.WidenLower(count.ToVector256Unsafe()).AsInt32());
            var square = Vector256.Create(squares, c) + difference * (value - after);
            Vector256.ConditionalSelect(present, after, before).CopyTo(mean, c);
            Vector256.ConditionalSelect(present, square, Vector256.Create(squares, c)).CopyTo(squares, c);
            (oldCount - Vector128.Narrow(present.AsInt32().GetLower(), present.AsInt32().GetUpper()).AsUInt16()).CopyTo(counts, c);
        }

        for (var c = whole; c < field.Length; c++)
        {
            if (float.IsNaN(field[c]))
            {
                continue;
            }

            var difference = field[c] - mean[c];
            mean[c] += difference / ++counts[c];
            squares[c] += difference * (field[c] - mean[c]);
        }
    }

    /// <summary>Ends the accumulation; the accumulator's own memory becomes the result.</summary>
    /// <param name="smoothSteps">
    /// Width of the running window over the circle of the year, odd; 0 or 1 for none. The mean is averaged over it; then the
    /// squares about that mean are pooled over it.
    /// </param>
    /// <param name="areAnomalies">Whether the fields are anomalies: their mean is 0 by definition, and squares are about 0.</param>
    /// <exception cref="InvalidInputException">The window does not fit the calendar, or the values never vary.</exception>
    public Climatology Finish(int smoothSteps, bool areAnomalies = false)
    {
        var steps = _calendar.Steps();
        if (smoothSteps < 0 || smoothSteps >= steps || (smoothSteps > 0 && smoothSteps % 2 == 0))
        {
            throw new InvalidInputException($"the climatology cannot be smoothed over {smoothSteps} of {steps} steps; an odd number below that, or 0, is needed");
        }

        var ofCells = new (double Squares, double Count)[_cells];
        Parallel.ForEach(Partitioner.Create(0, (_cells + Lanes - 1) / Lanes), blocks =>
        {
            var year = new YearOfCells(steps, Math.Max(smoothSteps, 1) / 2);
            for (var block = blocks.Item1; block < blocks.Item2; block++)
            {
                FinishCells(block * Lanes, year, areAnomalies, ofCells);
            }
        });

        // In the order of the cells, so that the sum is the same however many threads there are.
        double squaresOfAll = 0, countOfAll = 0;
        foreach (var (squares, count) in ofCells)
        {
            squaresOfAll += squares;
            countOfAll += count;
        }

        if (!(squaresOfAll > 0))
        {
            throw new InvalidInputException(countOfAll > 0
                ? "its values do not vary about their climatology: several years, or a window to smooth over, are needed"
                : "it has no value in the climatology's period");
        }

        var floor = (float)(RelativeFloor * Math.Sqrt(squaresOfAll / countOfAll));
        foreach (var deviation in _squares)
        {
            for (var c = 0; c < _cells; c++)
            {
                // NaN, a cell without values, stays.
                deviation[c] = deviation[c] < floor ? floor : deviation[c];
            }
        }

        return new Climatology { Calendar = _calendar, Mean = _means, StandardDeviation = _squares, Floor = floor };
    }

    /// <summary>Turns some cells' sums into means and standard deviations, in place.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="year">Room to work in.</param>
    /// <param name="ofCells">Given the sum of each cell's squares about the mean, and the number of its values.</param>
    private void FinishCells(int first, YearOfCells year, bool areAnomalies, (double Squares, double Count)[] ofCells)
    {
        var (steps, window, lanes) = (_means.Length, 2 * year.HalfWindow + 1, Math.Min(Lanes, _cells - first));
        Span<float> some = stackalloc float[Lanes];
        Span<ushort> someCounts = stackalloc ushort[Lanes];
        some.Clear();
        someCounts.Clear();
        for (var s = 0; s < steps; s++)
        {
            _means[s].AsSpan(first, lanes).CopyTo(some);
            year.Means[s + year.HalfWindow] = Widen(some);
            _squares[s].AsSpan(first, lanes).CopyTo(some);
            year.Squares[s + year.HalfWindow] = Widen(some);
            _counts[s].AsSpan(first, lanes).CopyTo(someCounts);
            year.Counts[s + year.HalfWindow] = Widen(someCounts);
        }

        year.Close(year.Means);
        year.Close(year.Counts);
        Vector512<double> squaresOfCells = default, countsOfCells = default;
        for (var s = 0; s < steps; s++)
        {
            Vector512<double> sum = default, present = default;
            for (var w = s; w < s + window && !areAnomalies; w++)
            {
                // The mean of no values is 0.
                sum += year.Means[w];
                present += Vector512.ConditionalSelect(Vector512.GreaterThan(year.Counts[w], Vector512<double>.Zero), Vector512<double>.One, Vector512<double>.Zero);
            }

            year.Smoothed[s] = areAnomalies ? default : sum / present;
            var at = s + year.HalfWindow;
            var shift = year.Means[at] - year.Smoothed[s];
            year.Squares[at] = Vector512.ConditionalSelect(
                Vector512.Equals(year.Counts[at], Vector512<double>.Zero), Vector512<double>.Zero, year.Squares[at] + year.Counts[at] * shift * shift);
            squaresOfCells += year.Squares[at];
            countsOfCells += year.Counts[at];
        }

        year.Close(year.Squares);
        // A mean that was estimated takes a degree of freedom.
        var taken = areAnomalies ? Vector512<double>.Zero : Vector512<double>.One;
        // Where a window holds a single value, the whole year's variance is the best that is known.
        var ofYear = Vector512.ConditionalSelect(
            Vector512.GreaterThan(countsOfCells, taken), Vector512.Sqrt(squaresOfCells / (countsOfCells - taken)), Vector512<double>.Zero);
        for (var s = 0; s < steps; s++)
        {
            Vector512<double> squares = default, count = default;
            for (var w = s; w < s + window; w++)
            {
                squares += year.Squares[w];
                count += year.Counts[w];
            }

            var (isEmpty, nan) = (Vector512.Equals(count, Vector512<double>.Zero), Vector512.Create(double.NaN));
            var deviation = Vector512.ConditionalSelect(Vector512.GreaterThan(count, taken), Vector512.Sqrt(squares / (count - taken)), ofYear);
            Narrow(Vector512.ConditionalSelect(isEmpty, nan, year.Smoothed[s]), some);
            some[..lanes].CopyTo(_means[s].AsSpan(first));
            Narrow(Vector512.ConditionalSelect(isEmpty, nan, deviation), some);
            some[..lanes].CopyTo(_squares[s].AsSpan(first));
        }

        for (var lane = 0; lane < lanes; lane++)
        {
            ofCells[first + lane] = (squaresOfCells[lane], countsOfCells[lane]);
        }
    }

    private static Vector512<double> Widen(ReadOnlySpan<float> values) => Vector512.WidenLower(Vector256.Create(values).ToVector512Unsafe());

    private static Vector512<double> Widen(ReadOnlySpan<ushort> values) =>
        Vector512.ConvertToDouble(Vector512.WidenLower(Vector256.WidenLower(Vector128.Create(values).ToVector256Unsafe()).ToVector512Unsafe()));

    private static void Narrow(Vector512<double> values, Span<float> narrow) => Vector256.Narrow(values.GetLower(), values.GetUpper()).CopyTo(narrow);

    /// <summary>Some cells' numbers at each step of the year, the first and last ones again beyond the other end where windows reach.</summary>
    private sealed class YearOfCells(int steps, int halfWindow)
    {
        public int HalfWindow => halfWindow;

        public Vector512<double>[] Means { get; } = new Vector512<double>[steps + 2 * halfWindow];

        public Vector512<double>[] Squares { get; } = new Vector512<double>[steps + 2 * halfWindow];

        public Vector512<double>[] Counts { get; } = new Vector512<double>[steps + 2 * halfWindow];

        public Vector512<double>[] Smoothed { get; } = new Vector512<double>[steps];

        /// <summary>Fills what is beyond the ends.</summary>
        public void Close(Vector512<double>[] values)
        {
            Array.Copy(values, steps, values, 0, halfWindow);
            Array.Copy(values, halfWindow, values, steps + halfWindow, halfWindow);
        }
    }
}
