namespace VaeDa.Verification.Scores;

/// <summary>
/// How often the truth lies in each of the M + 1 gaps that M sorted members leave (Hamill 2001, Mon. Wea. Rev. 129, 550):
/// equally often when truth and members are draws from one distribution. A truth that equals members is shared out among
/// the gaps about them.
/// </summary>
public sealed class RankHistogram
{
    private readonly double[] _counts; // (M + 1)

    /// <summary>Makes an empty histogram.</summary>
    /// <param name="members">The number of ensemble members, M.</param>
    public RankHistogram(int members) => _counts = new double[members + 1];

    /// <summary>The weight of the truths in each of the M + 1 gaps, the lowest first.</summary>
    public IReadOnlyList<double> Counts => _counts;

    /// <summary>The weight of all truths.</summary>
    public double Total => _counts.Sum();

    /// <summary>Makes the histogram of one variable of an analysis.</summary>
    /// <param name="ensemble">The analysis beside the truth.</param>
    /// <param name="weights">The weights of the cells, (H, W): their areas, or 1.</param>
    /// <param name="cells">The indices of the cells that count, out of those that are scored; null for all that are scored.</param>
    /// <returns>The histogram.</returns>
    public static RankHistogram Of(EnsembleAgainstTruth ensemble, ReadOnlySpan<float> weights, IEnumerable<int>? cells = null)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        var histogram = new RankHistogram(ensemble.Members);
        foreach (var x in cells ?? ensemble.Cells)
        {
            histogram.Add(ensemble.Sorted(x), ensemble.Truth(x), weights[x]);
        }

        return histogram;
    }

    /// <summary>Adds one truth.</summary>
    /// <param name="sorted">The values of the M members, ascending.</param>
    /// <param name="truth">The truth that they are to surround.</param>
    /// <param name="weight">The weight of the truth.</param>
    public void Add(ReadOnlySpan<double> sorted, double truth, double weight = 1)
    {
        var below = 0;
        while (below < sorted.Length && sorted[below] < truth)
        {
            below++;
        }

        var through = below;
        while (through < sorted.Length && sorted[through] == truth)
        {
            through++;
        }

        for (var gap = below; gap <= through; gap++)
        {
            _counts[gap] += weight / (through - below + 1);
        }
    }

    /// <summary>Adds the truths of another histogram to this one.</summary>
    /// <param name="other">A histogram of as many members.</param>
    public void Add(RankHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var gap = 0; gap < _counts.Length; gap++)
        {
            _counts[gap] += other._counts[gap];
        }
    }

    /// <summary>
    /// Computes the part of the truths that a central interval of the ensemble covers. Each gap holds 1 / (M + 1) of the probability; one that the
    /// interval's end cuts counts by the part that lies inside. A calibrated ensemble therefore covers the nominal
    /// fraction whatever its size and distribution, where the interval between the members' quantiles would cover less.
    /// </summary>
    /// <param name="nominal">The probability of the interval, 0…1.</param>
    /// <returns>The part of the truths in it, 0…1; NaN for an empty histogram.</returns>
    public double Coverage(double nominal)
    {
        var (low, high) = (0.5 - nominal / 2, 0.5 + nominal / 2);
        double covered = 0;
        for (var gap = 0; gap < _counts.Length; gap++)
        {
            var (from, to) = ((double)gap / _counts.Length, (gap + 1.0) / _counts.Length);
            covered += _counts[gap] * Math.Max(0, Math.Min(to, high) - Math.Max(from, low)) * _counts.Length;
        }

        return covered / Total;
    }
}
