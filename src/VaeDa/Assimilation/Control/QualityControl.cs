using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// Optimal-interpolation quality control (Lorenc 1981; Gandin 1988): each observation is set beside what all others and the
/// background predict of it. With d the innovations and K = G B Gᵀ + R their covariance, the prediction that leaves i out
/// misses by e_i = [K⁻¹ d]_i / [K⁻¹]_ii, with variance 1 / [K⁻¹]_ii. The worst beyond the threshold is rejected, K⁻¹
/// down-dated to the rest, and so on; then what the rest agrees with after all is admitted again.
/// </summary>
/// <remarks>
/// Rejection lowers dᵀ K⁻¹ d by the test's square; it is worth that at t² beyond the threshold's, its price. Two neighbours that are
/// wrong together vouch for each other, so pairs are tried too, at twice the price. What is far from the background
/// and from its neighbours, each by twice the threshold, goes first and all at once. Where many vouch for each other that are so far from the background, it
/// is tried whether rejecting them all, and starting from the rest, comes cheaper.
/// </remarks>
internal sealed class QualityControl
{
    private const double Outlandish = 2; // thresholds

    private readonly RemainingPrecision _remaining;
    private readonly double _price; // what a rejection must lower dᵀ K⁻¹ d by
    private readonly double _priceOfReturn; // what a return may raise it by
    private readonly HashSet<int> _readmitted = []; // once at most, so that this ends

    private QualityControl(RemainingPrecision remaining, double threshold, double tolerance) =>
        (_remaining, _price, _priceOfReturn) = (remaining, Math.Pow(threshold * (1 + tolerance), 2), Math.Pow(threshold * (1 - tolerance), 2));

    /// <summary>Which observations to believe.</summary>
    /// <param name="covariance">Of the innovations.</param>
    /// <param name="innovation">d = y − H D(z) + G (z − μ), (1, n).</param>
    /// <param name="threshold">In standard deviations of the departure; infinite: all are believed.</param>
    /// <param name="before">Which an earlier control believed, to start from them (n); null to start from all.</param>
    /// <param name="tolerance">So near to the threshold, as a part of it, what was believed before stays so, and what was not, too.</param>
    public static CheckedObservations Check(InnovationCovariance covariance, Tensor innovation, double threshold, IReadOnlyList<bool>? before = null, double tolerance = 0)
    {
        var found = From(control => before is null ? [] : Rejected(before));
        if (!found.IsSuspect || before?.Contains(false) == true)
        {
            return found.Check;
        }

        var other = From(control => control.FarFromBackground());
        return other.Cost < found.Cost ? other.Check : found.Check;

        (CheckedObservations Check, double Cost, bool IsSuspect) From(Func<QualityControl, int[]> start)
        {
            using var scope = NewDisposeScope();
            using var remaining = new RemainingPrecision(covariance, innovation);
            var control = new QualityControl(remaining, threshold, tolerance);
            remaining.Remove(start(control));
            control.RejectClear();
            do
            {
                control.RejectOneByOne();
            }
            while (control.Readmit());
            return (Result(remaining), control.Cost(), control.FarFromBackground().Length > 0);
        }
    }

    /// <summary>The departures when it is settled already which observations to believe.</summary>
    public static CheckedObservations Departures(InnovationCovariance covariance, Tensor innovation, IReadOnlyList<bool> accepted)
    {
        using var scope = NewDisposeScope();
        using var remaining = new RemainingPrecision(covariance, innovation);
        remaining.Remove(Rejected(accepted));
        return Result(remaining);
    }

    private static int[] Rejected(IReadOnlyList<bool> accepted) => [.. Enumerable.Range(0, accepted.Count).Where(i => !accepted[i])];

    /// <summary>dᵀ K⁻¹ d of the accepted, and the price of the rejected.</summary>
    private double Cost() => _remaining.Weights.Zip(_remaining.Innovation, (v, d) => v * d).Sum() + _price * _remaining.Out.Length;

    /// <summary>Those accepted that depart outlandishly from what the background alone says.</summary>
    private int[] FarFromBackground() =>
        [.. Enumerable.Range(0, _remaining.Innovation.Length).Where(i => _remaining.Remains(i) && IsOutlandish(_remaining.Innovation[i] * _remaining.Innovation[i] / _remaining.Variances[i]))];

    private bool IsOutlandish(double squaredTest) => squaredTest > Outlandish * Outlandish * _price;

    private void RejectClear()
    {
        var (v, q) = (_remaining.Weights, _remaining.Precisions);
        while (FarFromBackground().Where(i => IsOutlandish(v[i] * v[i] / q[i])).ToArray() is { Length: > 0 } clear)
        {
            _remaining.Remove(clear);
        }
    }

    private void RejectOneByOne()
    {
        for (var (first, second) = Worst(); first >= 0; (first, second) = Worst())
        {
            _remaining.Remove(first);
            if (second >= 0)
            {
                _remaining.Remove(second);
            }
        }
    }

    /// <summary>The observation, or the pair, whose rejection gains most; −1 for none that gains anything, or for no second.</summary>
    private (int First, int Second) Worst()
    {
        var (v, q, partners, m) = (_remaining.Weights, _remaining.Precisions, _remaining.Partners, _remaining.Ties);
        var (worst, most, each) = ((First: -1, Second: -1), 0.0, partners.Length / v.Length);
        for (var i = 0; i < v.Length; i++)
        {
            if (!_remaining.Remains(i))
            {
                continue;
            }

            if (v[i] * v[i] / q[i] - _price is var ofOne && ofOne > most)
            {
                (worst, most) = ((i, -1), ofOne);
            }

            for (var p = i * each; p < (i + 1) * each; p++)
            {
                var j = partners[p];
                var determinant = q[i] * q[j] - m[p] * m[p];
                if (_remaining.Remains(j) && determinant > 1e-9 * q[i] * q[j]
                    && (v[i] * v[i] * q[j] - 2 * v[i] * v[j] * m[p] + v[j] * v[j] * q[i]) / determinant - 2 * _price is var ofPair && ofPair > most)
                {
                    (worst, most) = ((i, j), ofPair);
                }
            }
        }

        return worst;
    }

    /// <summary>Admits rejected observations again, the one that the accepted ones agree with best first, while one is within the threshold.</summary>
    private bool Readmit()
    {
        var rejected = _remaining.Out;
        if (rejected.Length == 0)
        {
            return false;
        }

        using var scope = NewDisposeScope();
        var (departures, covariance) = _remaining.OfThoseOut(); // (r), (r, r)
        var (rows, columns) = (new List<int>(), new List<Tensor>());
        while (true)
        {
            var (e, variances) = (departures.data<double>().ToArray(), covariance.diagonal().contiguous().data<double>().ToArray()); // (r), (r)
            var best = Enumerable.Range(0, e.Length).Where(i => !_readmitted.Contains(rejected[i])).DefaultIfEmpty(-1).MinBy(i => i < 0 ? 0 : e[i] * e[i] / variances[i]);
            if (best < 0 || e[best] * e[best] > _priceOfReturn * variances[best])
            {
                break;
            }

            // Given that one too.
            var deviation = Math.Sqrt(variances[best]);
            var column = covariance[best] / deviation; // (r)
            departures = departures - column * (e[best] / deviation); // (r)
            covariance.addr_(column, column, 1, -1);
            rows.Add(rejected[best]);
            columns.Add(column);
            _readmitted.Add(rejected[best]);
        }

        if (rows.Count > 0)
        {
            _remaining.PutBack(rows, stack(columns, 1));
        }

        return rows.Count > 0;
    }

    private static CheckedObservations Result(RemainingPrecision remaining)
    {
        var departures = remaining.Weights.Zip(remaining.Precisions, (v, q) => v / q).ToArray(); // (n)
        var spreads = Array.ConvertAll(remaining.Precisions, q => 1 / Math.Sqrt(q)); // (n)
        var accepted = Array.ConvertAll(departures, _ => true);
        if (remaining.Out is { Length: > 0 } rejected)
        {
            var (ofRejected, covariance) = remaining.OfThoseOut(); // (r), (r, r)
            var (theirs, theirSpreads) = (ofRejected.data<double>().ToArray(), covariance.diagonal().sqrt().data<double>().ToArray());
            for (var i = 0; i < rejected.Length; i++)
            {
                (accepted[rejected[i]], departures[rejected[i]], spreads[rejected[i]]) = (false, theirs[i], theirSpreads[i]);
            }
        }

        return new CheckedObservations(accepted, departures, spreads);
    }
}
