using MathNet.Numerics;

namespace VaeDa.Verification.Scores;

/// <summary>
/// Tests a rank histogram against a flat one by Pearson's χ², and by the same with the correction of Rao and Scott (1981,
/// J. Amer. Statist. Assoc. 76, 221) for truths of one date that depend on each other: χ² is divided by the design effect,
/// the variance of the counts between dates in units of what independent truths would give.
/// </summary>
public sealed class RankFlatness
{
    private readonly RankHistogram _histogram;
    private readonly double[] _squares; // (M + 1), Σ over dates of the count's square
    private readonly double[] _products; // (M + 1), Σ over dates of count · date's total
    private double _squaredTotals;

    /// <summary>Makes a test to which the dates are added one by one.</summary>
    /// <param name="members">The number of ensemble members, M.</param>
    public RankFlatness(int members)
    {
        _histogram = new RankHistogram(members);
        (_squares, _products) = (new double[members + 1], new double[members + 1]);
    }

    /// <summary>The number of truths in each of the M + 1 gaps, the lowest first.</summary>
    public IReadOnlyList<double> Counts => _histogram.Counts;

    /// <summary>The number of dates that have been added and hold any truths.</summary>
    public int Dates { get; private set; }

    /// <summary>The number of truths, n.</summary>
    public double Total => _histogram.Total;

    /// <summary>χ² = Σ (count − n / (M + 1))² / (n / (M + 1)), with M degrees of freedom.</summary>
    public double ChiSquare
    {
        get
        {
            var expected = Total / Counts.Count;
            return Counts.Sum(count => (count - expected) * (count - expected)) / expected;
        }
    }

    /// <summary>The probability of a χ² at least as large if the histogram is flat and all truths are independent.</summary>
    public double P => UpperTail(ChiSquare);

    /// <summary>
    /// The design effect: about 1 for independent truths, more where those of a date depend on each other; NaN from fewer than
    /// two dates.
    /// </summary>
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

    /// <summary>The same probability as <see cref="P"/>, of χ² divided by the design effect; NaN from fewer than two dates.</summary>
    public double CorrectedP => UpperTail(ChiSquare / DesignEffect);

    /// <summary>Adds the truths of one date; a date without any is passed over.</summary>
    /// <param name="date">The ranks of the date's truths among as many members, each truth of weight 1.</param>
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
