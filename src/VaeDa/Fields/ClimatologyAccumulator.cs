using System.Collections.Concurrent;

namespace VaeDa.Fields;

/// <summary>
/// Builds a climatology from fields given one at a time, in any order (Welford's update, so that float sums lose nothing).
/// Memory is that of the climatology, whatever the number of fields.
/// </summary>
public sealed class ClimatologyAccumulator
{
    // Relative to the standard deviation of all cells together.
    private const double RelativeFloor = 0.01;

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
        for (var c = 0; c < field.Length; c++)
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
        Parallel.ForEach(Partitioner.Create(0, _cells), cells =>
        {
            for (var c = cells.Item1; c < cells.Item2; c++)
            {
                ofCells[c] = FinishCell(c, Math.Max(smoothSteps, 1) / 2, areAnomalies);
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

    /// <summary>Turns a cell's sums into means and standard deviations, in place.</summary>
    /// <returns>The sum of its squares about the mean, and the number of its values.</returns>
    private (double Squares, double Count) FinishCell(int cell, int halfWindow, bool areAnomalies)
    {
        var steps = _means.Length;
        Span<double> smoothed = stackalloc double[steps];
        Span<double> squares = stackalloc double[steps];
        Span<int> counts = stackalloc int[steps];
        for (var s = 0; s < steps; s++)
        {
            double sum = 0;
            var present = 0;
            for (var w = -halfWindow; w <= halfWindow && !areAnomalies; w++)
            {
                var at = (s + w + steps) % steps;
                if (_counts[at][cell] > 0)
                {
                    sum += _means[at][cell];
                    present++;
                }
            }

            smoothed[s] = areAnomalies ? 0 : sum / present;
        }

        double squaresOfCell = 0, countOfCell = 0;
        for (var s = 0; s < steps; s++)
        {
            counts[s] = _counts[s][cell];
            var shift = _means[s][cell] - smoothed[s];
            squares[s] = counts[s] == 0 ? 0 : _squares[s][cell] + counts[s] * shift * shift;
            squaresOfCell += squares[s];
            countOfCell += counts[s];
        }

        // A mean that was estimated takes a degree of freedom.
        var taken = areAnomalies ? 0 : 1;
        for (var s = 0; s < steps; s++)
        {
            double squaresInWindow = 0;
            var count = 0;
            for (var w = -halfWindow; w <= halfWindow; w++)
            {
                var at = (s + w + steps) % steps;
                squaresInWindow += squares[at];
                count += counts[at];
            }

            _means[s][cell] = count > 0 ? (float)smoothed[s] : float.NaN;
            // Where a window holds a single value, the whole year's variance is the best that is known.
            _squares[s][cell] = count == 0 ? float.NaN
                : count > taken ? (float)Math.Sqrt(squaresInWindow / (count - taken))
                : countOfCell > taken ? (float)Math.Sqrt(squaresOfCell / (countOfCell - taken))
                : 0;
        }

        return (squaresOfCell, countOfCell);
    }
}
