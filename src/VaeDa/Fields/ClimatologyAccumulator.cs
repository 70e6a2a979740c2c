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
    /// Width of the running window over the circle of the year, odd; 0 or 1 for none. The mean is averaged over it; the
    /// variance, about each step's own mean, is pooled over it.
    /// </param>
    /// <exception cref="InvalidInputException">There is no value, or the values never vary.</exception>
    public Climatology Finish(int smoothSteps)
    {
        var steps = _calendar.Steps();
        if (smoothSteps < 0 || smoothSteps >= steps || (smoothSteps > 0 && smoothSteps % 2 == 0))
        {
            throw new InvalidInputException($"the climatology cannot be smoothed over {smoothSteps} of {steps} steps; an odd number below that, or 0, is needed");
        }

        double squaresOfAll = 0, freedomOfAll = 0;
        for (var c = 0; c < _cells; c++)
        {
            var (squares, freedom) = FinishCell(c, Math.Max(smoothSteps, 1) / 2);
            squaresOfAll += squares;
            freedomOfAll += freedom;
        }

        if (!(squaresOfAll > 0))
        {
            throw new InvalidInputException(freedomOfAll > 0
                ? "its values never vary over the climatology's period: there are no anomalies"
                : "no step of the year has two values in the climatology's period; a period of several years is needed");
        }

        var floor = (float)(RelativeFloor * Math.Sqrt(squaresOfAll / freedomOfAll));
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
    private (double Squares, double Freedom) FinishCell(int cell, int halfWindow)
    {
        var steps = _means.Length;
        Span<double> means = stackalloc double[steps];
        Span<double> squares = stackalloc double[steps];
        Span<int> counts = stackalloc int[steps];
        double squaresOfCell = 0, freedomOfCell = 0;
        for (var s = 0; s < steps; s++)
        {
            means[s] = _means[s][cell];
            squares[s] = _squares[s][cell];
            counts[s] = _counts[s][cell];
            squaresOfCell += squares[s];
            freedomOfCell += Math.Max(counts[s] - 1, 0);
        }

        for (var s = 0; s < steps; s++)
        {
            double sum = 0, squaresInWindow = 0;
            int present = 0, freedom = 0;
            for (var w = -halfWindow; w <= halfWindow; w++)
            {
                var at = (s + w + steps) % steps;
                if (counts[at] > 0)
                {
                    sum += means[at];
                    squaresInWindow += squares[at];
                    present++;
                    freedom += counts[at] - 1;
                }
            }

            _means[s][cell] = present > 0 ? (float)(sum / present) : float.NaN;
            // Where the window has one value a step, the whole year's variance is the best that is known.
            _squares[s][cell] = present == 0 ? float.NaN
                : freedom > 0 ? (float)Math.Sqrt(squaresInWindow / freedom)
                : freedomOfCell > 0 ? (float)Math.Sqrt(squaresOfCell / freedomOfCell)
                : 0;
        }

        return (squaresOfCell, freedomOfCell);
    }
}
