using MathNet.Numerics;

namespace VaeDa.Verification.Scores;

/// <summary>
/// Pearson's χ² test of a rank histogram against a flat one, and the same with the correction of Rao and Scott (1981,
/// J. Amer. Statist. Assoc. 76, 221) for truths of one date that depend on each other: χ² is divided by the design effect,
/// the variance of the counts between dates in units of what independent truths would give.
/// </summary>
public sealed class RankFlatness
{
    private readonly RankHistogram _histogram;
    private readonly double[] _squares; // (M + 1), Σ over dates of the count's square
    private readonly double[] _products; // (M + 1), Σ over dates of count · date's total
    private double _squaredTotals;

    /// <param name="members">M.</param>
    public RankFlatness(int members)
    {
        _histogram = new RankHistogram(members);
        (_squares, _products) = (new double[members + 1], new double[members + 1]);
    }

    /// <summary>Truths in each gap (M + 1).</summary>
    public IReadOnlyList<double> Counts => _histogram.Counts;

    public int Dates { get; private set; }

    /// <summary>n, truths.</summary>
    public double Total => _histogram.Total;

    /// <summary>Σ (count − n / (M + 1))² / (n / (M + 1)), M degrees of freedom.</summary>
    public double ChiSquare
    {
        get
        {
            var expected = Total / Counts.Count;
            return Counts.Sum(count => (count - expected) * (count - expected)) / expected;
        }
    }

    /// <summary>The probability of so large a χ² from a flat histogram of independent truths.</summary>
    public double P => UpperTail(ChiSquare);

    /// <summary>1 for independent truths; NaN from fewer than two dates.</summary>
    public double DesignEffect
    {
        get
        {
            double between = 0;
            for (var gap = 0; gap < Counts.Count; gap++)
            {
                var share = Counts[gap] / Total;
                between += _squares[gap] - 2 * share * _products[gap] + share * share * _squaredTotals;
            }

            return Dates < 2 ? double.NaN : between * Dates / (Dates - 1) / (Total * (1 - 1.0 / Counts.Count));
        }
    }

    /// <summary><see cref="P"/> of χ² / design effect.</summary>
    public double CorrectedP => UpperTail(ChiSquare / DesignEffect);

    /// <param name="date">The truths of one date, each of weight 1.</param>
    public void Add(RankHistogram date)
    {
        ArgumentNullException.ThrowIfNull(date);
        var total = date.Total;
        if (total == 0)
        {
            return;
        }

        Dates++;
        _histogram.Add(date);
        _squaredTotals += total * total;
        for (var gap = 0; gap < _squares.Length; gap++)
        {
            _squares[gap] += date.Counts[gap] * date.Counts[gap];
            _products[gap] += date.Counts[gap] * total;
        }
    }

    private double UpperTail(double chiSquare) =>
        double.IsFinite(chiSquare) ? SpecialFunctions.GammaUpperRegularized((Counts.Count - 1) / 2.0, chiSquare / 2) : double.NaN;
}
