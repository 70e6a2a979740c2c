using System.Runtime.Intrinsics;
using VaeDa.Fields.Climatologies;
using VaeDa.Files;

namespace VaeDa.Archives.Preparation;

/// <summary>
/// Builds a climatology from fields given one at a time, in any order (Welford's update, so that float sums lose nothing).
/// A part of the year is in memory at a time, the others in a scratch file; fields that come part by part
/// (<see cref="PartOf"/>) move each once. So memory grows neither with the number of fields nor, beyond one step, with the grid.
/// </summary>
internal sealed class ClimatologyAccumulator : IDisposable
{
    // Relative to the standard deviation of all cells together.
    private const double RelativeFloor = 0.01;

    // Relative to the median cell: what varies more is no weather, but values that stand for missing ones, and says nothing of other cells.
    private const double MostVariance = 1e4;

    private const int CellsOfCacheLine = 16;

    private const int Lanes = ClimatologyBand.Lanes;
    private const int BytesOfCell = 2 * sizeof(float) + sizeof(ushort);

    private readonly ClimatologySteps _ofYear;
    private readonly int _cells;
    private readonly int _bandCells; // C, a multiple of the lanes; the last band may have fewer
    private readonly int _stepsAtOnce; // P
    private readonly ScratchFile _scratch;

    // The part in memory: for each band (P, C).
    private readonly float[][] _means;
    private readonly float[][] _squares;
    private readonly ushort[][] _counts;
    private readonly ushort?[] _countOfAll; // of a stored step's values, where it is the same in all cells, as mostly: then the file need not hold it
    private readonly bool[] _isStored; // by part
    private int? _part;

    /// <param name="ofYear">S steps of the year.</param>
    /// <param name="cells">N.</param>
    /// <param name="folder">Where there is space for the scratch file, 8·S·N bytes, or 10 where values are missing; it goes when this is disposed.</param>
    /// <param name="memory">Bytes that the part in memory may take, where they hold a step.</param>
    public ClimatologyAccumulator(ClimatologySteps ofYear, int cells, string folder, long memory = 256 << 20)
    {
        _ofYear = ofYear;
        _cells = cells;
        _bandCells = Math.Min(MostCellsOfBand(ofYear), (cells + Lanes - 1) / Lanes * Lanes);
        var (steps, bands) = (ofYear.Count, (cells + _bandCells - 1) / _bandCells);
        _stepsAtOnce = (int)Math.Clamp(memory / ((long)cells * BytesOfCell), 1, steps);
        _scratch = new ScratchFile(folder, "climatology", bands * BytesOfBand);
        _means = new float[bands][];
        _squares = new float[bands][];
        _counts = new ushort[bands][];
        for (var b = 0; b < bands; b++)
        {
            _means[b] = new float[_stepsAtOnce * _bandCells];
            _squares[b] = new float[_stepsAtOnce * _bandCells];
            _counts[b] = new ushort[_stepsAtOnce * _bandCells];
        }

        _countOfAll = new ushort?[steps];
        _isStored = new bool[(steps + _stepsAtOnce - 1) / _stepsAtOnce];
    }

    private long BytesOfBand => (long)_ofYear.Count * _bandCells * BytesOfCell;

    /// <summary>The part of the year that a time belongs to.</summary>
    public int PartOf(DateTime time) => _ofYear.StepOf(time) / _stepsAtOnce;

    /// <summary>Forgets all fields, for those of another variable. What <see cref="Finish"/> gave can be read no more.</summary>
    public void Clear()
    {
        Array.Clear(_isStored);
        _part = null;
    }

    /// <param name="time">When the field was.</param>
    /// <param name="field">(H × W), NaN where missing.</param>
    public void Add(DateTime time, ReadOnlySpan<float> field)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(field.Length, _cells);
        if (PartOf(time) is var part && part != _part)
        {
            Turn(part);
        }

        var at = (_ofYear.StepOf(time) - part * _stepsAtOnce) * _bandCells;
        for (var b = 0; b < _means.Length; b++)
        {
            var count = CellsOf(b);
            Add(field.Slice(b * _bandCells, count), _means[b].AsSpan(at, count), _squares[b].AsSpan(at, count), _counts[b].AsSpan(at, count));
        }
    }

    /// <summary>Ends the accumulation.</summary>
    /// <param name="smoothSteps">
    /// Width of the running window over the days or months of the year, odd; 0 or 1 for none. Times of the day are kept apart. The mean is averaged over it; then the
    /// squares about that mean are pooled over it.
    /// </param>
    /// <param name="areAnomalies">Whether the fields are anomalies: their mean is 0 by definition, and squares are about 0.</param>
    /// <returns>Can be read until this is cleared or disposed.</returns>
    /// <exception cref="InvalidInputException">The window does not fit the calendar, or the values never vary.</exception>
    public Climatology Finish(int smoothSteps, bool areAnomalies = false)
    {
        if (smoothSteps < 0 || smoothSteps >= _ofYear.InYear || (smoothSteps > 0 && smoothSteps % 2 == 0))
        {
            throw new InvalidInputException($"the climatology cannot be smoothed over {smoothSteps} of {_ofYear.InYear} steps; an odd number below that, or 0, is needed");
        }

        // Parts without a field too.
        for (var part = 0; part < _isStored.Length; part++)
        {
            if (!_isStored[part] && part != _part)
            {
                Turn(part);
            }
        }

        Store();
        var ofCells = new (double Squares, double Count)[_cells];
        ClimatologyBand[] workers = [.. Enumerable.Range(0, Math.Min(_means.Length, Environment.ProcessorCount))
            .Select(_ => new ClimatologyBand(_ofYear, _bandCells, Math.Max(smoothSteps, 1) / 2, areAnomalies))];
        Parallel.For(0, workers.Length, worker =>
        {
            var band = workers[worker];
            for (var b = worker; b < _means.Length; b += workers.Length)
            {
                _scratch.Read<float>(PlaceOfMeans(b, 0), band.Means);
                _scratch.Read<float>(PlaceOfSquares(b, 0), band.Squares);
                ReadCounts(b, 0, _ofYear.Count, band.Counts);
                band.Finish(ofCells.AsSpan(b * _bandCells, CellsOf(b)));
                _scratch.Write<float>(PlaceOfMeans(b, 0), band.Means);
                _scratch.Write<float>(PlaceOfSquares(b, 0), band.Squares);
            }
        });

        // In the order of the cells, so that the sum is the same however many threads there are.
        double squaresOfAll = 0, countOfAll = 0;
        var most = MostVariance * MedianVariance(ofCells);
        foreach (var (squares, count) in ofCells)
        {
            if (squares <= most * count)
            {
                squaresOfAll += squares;
                countOfAll += count;
            }
        }

        return squaresOfAll > 0
            ? new Climatology(
                _ofYear, (float)(RelativeFloor * Math.Sqrt(squaresOfAll / countOfAll)),
                (step, mean) => Read(PlaceOfMeans, step, mean), (step, deviation) => Read(PlaceOfSquares, step, deviation))
            : throw new InvalidInputException(countOfAll > 0
                ? "its values do not vary about their climatology: several years, or a window to smooth over, are needed"
                : "it has no value in the climatology's period");
    }

    public void Dispose() => _scratch.Dispose();

    // An odd number of cache lines, so that the steps of a cell do not fall on one another in the cache; fewer where the year has more steps.
    private static int MostCellsOfBand(ClimatologySteps ofYear) => ((255 / ofYear.PerDay - 1) | 1) * CellsOfCacheLine;

    private static void Add(ReadOnlySpan<float> field, Span<float> mean, Span<float> squares, Span<ushort> counts)
    {
        var whole = field.Length / Lanes * Lanes;
        for (var c = 0; c < whole; c += Lanes)
        {
            // As below, to the last bit.
            var (value, before, squaresBefore, countBefore) = (
                Vector256.Create(field.Slice(c, Lanes)), Vector256.Create<float>(mean.Slice(c, Lanes)), Vector256.Create<float>(squares.Slice(c, Lanes)), Vector128.Create<ushort>(counts.Slice(c, Lanes)));
            var present = Vector256.Equals(value, value);
            var count = countBefore + Vector128<ushort>.One;
            var difference = value - before;
            var after = before + difference / Vector256.ConvertToSingle(Vector256.WidenLower(count.ToVector256Unsafe()).AsInt32());
            Vector256.ConditionalSelect(present, after, before).CopyTo(mean.Slice(c, Lanes));
            Vector256.ConditionalSelect(present, squaresBefore + difference * (value - after), squaresBefore).CopyTo(squares.Slice(c, Lanes));
            (countBefore - Vector128.Narrow(present.AsInt32().GetLower(), present.AsInt32().GetUpper()).AsUInt16()).CopyTo(counts.Slice(c, Lanes));
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

    /// <summary>Of the cells that vary; 0 where none does.</summary>
    private static double MedianVariance((double Squares, double Count)[] ofCells)
    {
        double[] variances = [.. ofCells.Where(cell => cell.Squares > 0).Select(cell => cell.Squares / cell.Count).Order()];
        return variances.Length == 0 ? 0 : variances[variances.Length / 2];
    }

    /// <summary>Brings another part of the year into memory.</summary>
    private void Turn(int part)
    {
        Store();
        var values = StepsOf(part) * _bandCells;
        for (var b = 0; b < _means.Length; b++)
        {
            if (_isStored[part])
            {
                _scratch.Read(PlaceOfMeans(b, part * _stepsAtOnce), _means[b].AsSpan(0, values));
                _scratch.Read(PlaceOfSquares(b, part * _stepsAtOnce), _squares[b].AsSpan(0, values));
                ReadCounts(b, part * _stepsAtOnce, StepsOf(part), _counts[b]);
            }
            else
            {
                Array.Clear(_means[b]);
                Array.Clear(_squares[b]);
                Array.Clear(_counts[b]);
            }
        }

        _part = part;
    }

    private void Store()
    {
        if (_part is not { } part)
        {
            return;
        }

        var (first, steps) = (part * _stepsAtOnce, StepsOf(part));
        for (var b = 0; b < _means.Length; b++)
        {
            _scratch.Write<float>(PlaceOfMeans(b, first), _means[b].AsSpan(0, steps * _bandCells));
            _scratch.Write<float>(PlaceOfSquares(b, first), _squares[b].AsSpan(0, steps * _bandCells));
        }

        for (var i = 0; i < steps; i++)
        {
            var count = _counts[0][i * _bandCells];
            var isOfAll = Enumerable.Range(0, _counts.Length).All(b => !_counts[b].AsSpan(i * _bandCells, CellsOf(b)).ContainsAnyExcept(count));
            _countOfAll[first + i] = isOfAll ? count : null;
            for (var b = 0; b < _counts.Length && !isOfAll; b++)
            {
                _scratch.Write<ushort>(PlaceOfCounts(b, first + i), _counts[b].AsSpan(i * _bandCells, _bandCells));
            }
        }

        (_isStored[part], _part) = (true, null);
    }

    /// <summary>Some steps' counts of a band (…, C).</summary>
    private void ReadCounts(int band, int firstStep, int steps, ushort[] counts)
    {
        for (var i = 0; i < steps; i++)
        {
            var ofStep = counts.AsSpan(i * _bandCells, _bandCells);
            if (_countOfAll[firstStep + i] is { } count)
            {
                ofStep.Fill(count);
            }
            else
            {
                _scratch.Read(PlaceOfCounts(band, firstStep + i), ofStep);
            }
        }
    }

    private void Read(Func<int, int, long> placeOf, int step, float[] field)
    {
        for (var b = 0; b < _means.Length; b++)
        {
            _scratch.Read(placeOf(b, step), field.AsSpan(b * _bandCells, CellsOf(b)));
        }
    }

    private int StepsOf(int part) => Math.Min(_stepsAtOnce, _ofYear.Count - part * _stepsAtOnce);

    private int CellsOf(int band) => Math.Min(_bandCells, _cells - band * _bandCells);

    // In the file a band's means (S, C) are followed by its squares and its counts.
    private long PlaceOfMeans(int band, int step) => band * BytesOfBand + (long)step * _bandCells * sizeof(float);

    private long PlaceOfSquares(int band, int step) => PlaceOfMeans(band, _ofYear.Count + step);

    private long PlaceOfCounts(int band, int step) => PlaceOfMeans(band, 2 * _ofYear.Count) + (long)step * _bandCells * sizeof(ushort);
}
