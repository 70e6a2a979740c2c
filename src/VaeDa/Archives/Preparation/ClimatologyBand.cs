using System.Runtime.Intrinsics;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Archives.Preparation;

/// <summary>A band of cells over the year: turns what was gathered of them into means and standard deviations, in place.</summary>
/// <param name="ofYear">S steps of the year.</param>
/// <param name="cells">C, a multiple of <see cref="Lanes"/>.</param>
/// <param name="halfWindow">Days or months on either side that a step is smoothed over, with those of the same time of the day.</param>
/// <param name="areAnomalies">Whether the mean is 0 by definition, and squares are about 0.</param>
internal sealed class ClimatologyBand(ClimatologySteps ofYear, int cells, int halfWindow, bool areAnomalies)
{
    /// <summary>Cells worked on together.</summary>
    public const int Lanes = 8;

    // Windows whose sums are taken side by side, as each sum waits for its own last addition.
    private const int SumsTogether = 4;

    // Some cells' numbers at each step, the first and last ones again beyond the other end where windows reach.
    private readonly Vector512<double>[] _yearOfMeans = new Vector512<double>[ofYear.InYear + 2 * halfWindow + SumsTogether];
    private readonly Vector512<double>[] _yearOfPresent = new Vector512<double>[ofYear.InYear + 2 * halfWindow + SumsTogether];
    private readonly Vector512<double>[] _yearOfSquares = new Vector512<double>[ofYear.InYear + 2 * halfWindow + SumsTogether];
    private readonly Vector512<double>[] _yearOfCounts = new Vector512<double>[ofYear.InYear + 2 * halfWindow + SumsTogether];

    // Their sums over each step's window; those of the means divided, so smoothed.
    private readonly Vector512<double>[] _smoothed = new Vector512<double>[ofYear.InYear + SumsTogether];
    private readonly Vector512<double>[] _present = new Vector512<double>[ofYear.InYear + SumsTogether];
    private readonly Vector512<double>[] _squares = new Vector512<double>[ofYear.InYear + SumsTogether];
    private readonly Vector512<double>[] _inWindow = new Vector512<double>[ofYear.InYear + SumsTogether];

    /// <summary>Of each step's values; after <see cref="Finish"/> the climatology's, NaN where its window holds no value. (S, C).</summary>
    public float[] Means { get; } = new float[ofYear.Count * cells];

    /// <summary>Sums of squares about the mean; after <see cref="Finish"/> standard deviations, NaN where the window holds no value. (S, C).</summary>
    public float[] Squares { get; } = new float[ofYear.Count * cells];

    /// <summary>Numbers of values. (S, C).</summary>
    public ushort[] Counts { get; } = new ushort[ofYear.Count * cells];

    /// <param name="ofCells">For each cell that the band holds, given the sum of its squares about the mean, and the number of its values.</param>
    public void Finish(Span<(double Squares, double Count)> ofCells)
    {
        for (var first = 0; first < ofCells.Length; first += Lanes)
        {
            Vector512<double> squares = default, counts = default;
            for (var timeOfDay = 0; timeOfDay < ofYear.PerDay; timeOfDay++)
            {
                var ofTime = FinishCells(first, timeOfDay);
                (squares, counts) = (squares + ofTime.Squares, counts + ofTime.Counts);
            }

            for (var lane = 0; lane < Math.Min(Lanes, ofCells.Length - first); lane++)
            {
                ofCells[first + lane] = (squares[lane], counts[lane]);
            }
        }
    }

    private (Vector512<double> Squares, Vector512<double> Counts) FinishCells(int first, int timeOfDay)
    {
        var steps = ofYear.InYear;
        var zero = Vector512<double>.Zero;
        for (var s = 0; s < steps; s++)
        {
            var at = s + halfWindow;
            _yearOfMeans[at] = Widen(Vector256.Create(Means, At(s)));
            _yearOfSquares[at] = Widen(Vector256.Create(Squares, At(s)));
            _yearOfCounts[at] = Widen(Vector128.Create(Counts, At(s)));
            _yearOfPresent[at] = Vector512.ConditionalSelect(Vector512.GreaterThan(_yearOfCounts[at], zero), Vector512<double>.One, zero);
        }

        CountWindows(_yearOfCounts, _inWindow);
        if (areAnomalies)
        {
            Array.Clear(_smoothed);
        }
        else
        {
            SumWindows(_yearOfMeans, _smoothed);
            CountWindows(_yearOfPresent, _present);
        }

        Vector512<double> squaresOfCells = default, countsOfCells = default;
        for (var s = 0; s < steps; s++)
        {
            if (!areAnomalies)
            {
                // The mean of no values is 0, and adds nothing.
                _smoothed[s] /= _present[s];
            }

            var at = s + halfWindow;
            var shift = _yearOfMeans[at] - _smoothed[s];
            _yearOfSquares[at] = Vector512.ConditionalSelect(Vector512.Equals(_yearOfCounts[at], zero), zero, _yearOfSquares[at] + _yearOfCounts[at] * shift * shift);
            squaresOfCells += _yearOfSquares[at];
            countsOfCells += _yearOfCounts[at];
        }

        SumWindows(_yearOfSquares, _squares);
        // A mean that was estimated takes a degree of freedom.
        var taken = areAnomalies ? zero : Vector512<double>.One;
        // Where a window holds a single value, the whole year's variance is the best that is known.
        var ofWholeYear = Vector512.ConditionalSelect(Vector512.GreaterThan(countsOfCells, taken), Vector512.Sqrt(squaresOfCells / (countsOfCells - taken)), zero);
        var nan = Vector512.Create(double.NaN);
        for (var s = 0; s < steps; s++)
        {
            var (isEmpty, isKnown) = (Vector512.Equals(_inWindow[s], zero), Vector512.GreaterThan(_inWindow[s], taken));
            var deviation = Vector512.ConditionalSelect(isKnown, Vector512.Sqrt(_squares[s] / (_inWindow[s] - taken)), ofWholeYear);
            Narrow(Vector512.ConditionalSelect(isEmpty, nan, _smoothed[s])).CopyTo(Means, At(s));
            Narrow(Vector512.ConditionalSelect(isEmpty, nan, deviation)).CopyTo(Squares, At(s));
        }

        return (squaresOfCells, countsOfCells);

        int At(int step) => (step * ofYear.PerDay + timeOfDay) * cells + first;
    }

    /// <summary>Sums over each step's window, on the circle of the year; each in the order of the steps.</summary>
    private void SumWindows(Vector512<double>[] year, Vector512<double>[] sums)
    {
        Close(year);
        for (var s = 0; s < ofYear.InYear; s += SumsTogether)
        {
            Vector512<double> first = default, second = default, third = default, fourth = default;
            for (var w = s; w <= s + 2 * halfWindow; w++)
            {
                first += year[w];
                second += year[w + 1];
                third += year[w + 2];
                fourth += year[w + 3];
            }

            (sums[s], sums[s + 1], sums[s + 2], sums[s + 3]) = (first, second, third, fourth);
        }
    }

    /// <summary>The same of whole numbers, whose sums are exact in any order.</summary>
    private void CountWindows(Vector512<double>[] year, Vector512<double>[] sums)
    {
        Close(year);
        Vector512<double> sum = default;
        for (var w = 0; w < 2 * halfWindow; w++)
        {
            sum += year[w];
        }

        for (var s = 0; s < ofYear.InYear; s++)
        {
            sum += year[s + 2 * halfWindow];
            sums[s] = sum;
            sum -= year[s];
        }
    }

    /// <summary>Fills what is beyond the ends of the year.</summary>
    private void Close(Vector512<double>[] year)
    {
        Array.Copy(year, ofYear.InYear, year, 0, halfWindow);
        Array.Copy(year, halfWindow, year, ofYear.InYear + halfWindow, halfWindow);
    }

    private static Vector512<double> Widen(Vector256<float> values) => Vector512.WidenLower(values.ToVector512Unsafe());

    private static Vector512<double> Widen(Vector128<ushort> values) =>
        Vector512.ConvertToDouble(Vector512.WidenLower(Vector256.WidenLower(values.ToVector256Unsafe()).ToVector512Unsafe()));

    private static Vector256<float> Narrow(Vector512<double> values) => Vector256.Narrow(values.GetLower(), values.GetUpper());
}
