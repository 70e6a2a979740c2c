namespace VaeDa.Verification.Scores;

/// <summary>
/// How often the truth lies in each of the M + 1 gaps that M sorted members leave (Hamill 2001, Mon. Wea. Rev. 129, 550):
/// equally often when truth and members are draws from one distribution. A truth that equals members is shared out among
/// the gaps about them.
/// </summary>
public sealed class RankHistogram
{
    private readonly double[] _counts; // (M + 1)

    /// <param name="members">M.</param>
    public RankHistogram(int members) => _counts = new double[members + 1];

    /// <summary>Weight of the truths in each gap, lowest first (M + 1).</summary>
    public IReadOnlyList<double> Counts => _counts;

    public double Total => _counts.Sum();

    /// <param name="weights">Of the cells, (N).</param>
    /// <param name="cells">Those that count, of the ones that are scored; null for all.</param>
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

    /// <param name="sorted">(M), ascending.</param>
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

    public void Add(RankHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var gap = 0; gap < _counts.Length; gap++)
        {
            _counts[gap] += other._counts[gap];
        }
    }

    /// <summary>
    /// The part of the truths that the central interval covers. Each gap holds 1 / (M + 1) of the probability; one that the
    /// interval's end cuts counts by the part that lies inside. A calibrated ensemble therefore covers the nominal
    /// fraction whatever its size and distribution, where the interval between the members' quantiles would cover less.
    /// </summary>
    /// <param name="nominal">0…1</param>
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
