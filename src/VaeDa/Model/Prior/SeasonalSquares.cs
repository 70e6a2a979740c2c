namespace VaeDa.Model.Prior;

/// <summary>Sums of squares, or of products, of n series by the half-month that they are of: what seasons are fitted to.</summary>
/// <param name="size">n.</param>
internal sealed class SeasonalSquares(int size)
{
    public const int Bins = 24;

    private readonly double[] _sums = new double[Bins * size]; // (bins, n)
    private readonly double[] _counts = new double[Bins * size]; // (bins, n)
    private readonly List<DateTime> _times = [];

    public int Size => size;

    /// <summary>Whether a season can be told from them.</summary>
    public bool IsEnough => SeasonalVariance.IsToldBy(_times);

    /// <param name="values">(n), not yet squared; NaN where there is none.</param>
    /// <param name="time">UTC.</param>
    public void Add(ReadOnlySpan<float> values, DateTime time) => Add(values, values, time);

    /// <param name="values">(n), NaN where there is none.</param>
    /// <param name="others">What they are multiplied by, (n), present where these are.</param>
    /// <param name="time">UTC.</param>
    public void Add(ReadOnlySpan<float> values, ReadOnlySpan<float> others, DateTime time)
    {
        var any = false;
        var first = Math.Min(Bins - 1, (int)(SeasonalVariance.PhaseOf(time) * Bins)) * size;
        for (var i = 0; i < size; i++)
        {
            if (float.IsFinite(values[i]))
            {
                _sums[first + i] += (double)values[i] * others[i];
                _counts[first + i]++;
                any = true;
            }
        }

        if (any)
        {
            _times.Add(time);
        }
    }

    /// <returns>Mean square of each bin, (bins, n) row-major, NaN where it has none; and the bins' weights, (bins).</returns>
    public (double[] Means, double[] Weights) Means() =>
        ([.. _sums.Zip(_counts, (sum, count) => sum / count)], [.. Enumerable.Range(0, Bins).Select(b => _counts.AsSpan(b * size, size).ToArray().Average())]);
}
