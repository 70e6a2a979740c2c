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
/// Rejection lowers dᵀ K⁻¹ d by the test's square; it is worth that at t² beyond the threshold's. Two neighbours that are
/// wrong together vouch for each other, so pairs are tried too, at twice the price.
/// </remarks>
internal sealed class QualityControl
{
    private readonly Tensor _inverse; // (n, n), R⁻¹
    private readonly Tensor _reduced; // (n, k), T: K⁻¹ = R⁻¹ − T Tᵀ
    private readonly Tensor _weights; // (n), K⁻¹ d
    private readonly Tensor _precisions; // (n), diagonal of K⁻¹
    private readonly Tensor _partners; // (n, p), those that K⁻¹ ties each most closely to
    private readonly Tensor _ties; // (n, p), K⁻¹ between each and its partners
    private readonly List<long> _rejected = [];
    private Tensor _eliminated; // (r, n), U: K⁻¹ of the accepted = K⁻¹ − Uᵀ U
    private Tensor _v; // (n), that times d
    private Tensor _q; // (n), its diagonal
    private Tensor _m; // (n, p), it between each and its partners

    /// <param name="covariance">Of the innovations.</param>
    /// <param name="innovation">d, (1, n).</param>
    private QualityControl(InnovationCovariance covariance, Tensor innovation)
    {
        (_inverse, _reduced, _precisions, _partners, _ties) = (covariance.Inverse, covariance.Reduced, covariance.Precisions, covariance.Partners, covariance.Ties);
        var d = innovation.squeeze(0); // (n)
        _weights = _inverse.matmul(d) - _reduced.matmul(_reduced.transpose(0, 1).matmul(d)); // (n)
        (_v, _q, _m, _eliminated) = (_weights, _precisions, _ties, zeros([0, d.shape[0]], float64));
    }

    /// <summary>Which observations to believe.</summary>
    /// <param name="covariance">Of the innovations.</param>
    /// <param name="innovation">d = y − H D(z) + G (z − μ), (1, n).</param>
    /// <param name="threshold">In standard deviations of the departure; infinite: all are believed.</param>
    public static CheckedObservations Check(InnovationCovariance covariance, Tensor innovation, double threshold)
    {
        using var scope = NewDisposeScope();
        var control = new QualityControl(covariance, innovation);
        // An observation is admitted again at most once, so that this ends.
        var readmitted = new HashSet<long>();
        do
        {
            control.RejectBeyond(threshold);
        }
        while (control.Readmit(threshold, readmitted));
        return control.Result();
    }

    /// <summary>The departures when it is settled already which observations to believe.</summary>
    public static CheckedObservations Departures(InnovationCovariance covariance, Tensor innovation, IReadOnlyList<bool> accepted)
    {
        using var scope = NewDisposeScope();
        var control = new QualityControl(covariance, innovation);
        control.RejectAll(Enumerable.Range(0, accepted.Count).Where(i => !accepted[i]).Select(i => (long)i));
        return control.Result();
    }

    private void RejectBeyond(double threshold)
    {
        while (Worst(threshold * threshold) is { Length: > 0 } worst)
        {
            Array.ForEach(worst, Reject);
        }
    }

    /// <summary>The observation, or the pair, whose rejection gains most; none if it gains nothing.</summary>
    /// <param name="price">What a rejection must lower dᵀ K⁻¹ d by.</param>
    private long[] Worst(double price)
    {
        using var scope = NewDisposeScope();
        // At what is rejected already the diagonal is 0, to rounding.
        var left = _q > 0; // (n)
        var single = where(left, _v.square() / _q, 0) - price; // (n)
        var (i, gain) = Largest(single);
        if (_partners.shape[1] > 0)
        {
            Tensor OfPartners(Tensor x) => x.index_select(0, _partners.flatten()).reshape(_partners.shape); // (n, p)
            var (v, q) = (_v.unsqueeze(1), _q.unsqueeze(1)); // (n, 1)
            var (otherV, otherQ) = (OfPartners(_v), OfPartners(_q)); // (n, p)
            var determinant = q * otherQ - _m.square(); // (n, p)
            var lowered = (v.square() * otherQ - 2 * v * otherV * _m + otherV.square() * q) / determinant; // (n, p)
            var pair = where(left.unsqueeze(1) & (otherQ > 0) & (determinant > 1e-9 * q * otherQ), lowered, 0) - 2 * price; // (n, p)
            var (at, ofPair) = Largest(pair.flatten());
            if (ofPair > Math.Max(gain, 0))
            {
                return [at / _partners.shape[1], _partners.flatten()[at].item<long>()];
            }
        }

        return gain > 0 ? [i] : [];

        static (long Index, double Value) Largest(Tensor values)
        {
            var index = values.argmax().item<long>();
            return (index, values[index].item<double>());
        }
    }

    /// <summary>Admits the rejected observation that the accepted ones agree with best, if within the threshold.</summary>
    private bool Readmit(double threshold, HashSet<long> readmitted)
    {
        if (_rejected.Count == 0)
        {
            return false;
        }

        var (departures, spreads) = OfRejected();
        var best = Enumerable.Range(0, _rejected.Count).Where(i => !readmitted.Contains(_rejected[i])).DefaultIfEmpty(-1).MinBy(i => i < 0 ? double.PositiveInfinity : Math.Abs(departures[i] / spreads[i]));
        if (best < 0 || Math.Abs(departures[best] / spreads[best]) > threshold)
        {
            return false;
        }

        readmitted.Add(_rejected[best]);
        _rejected.RemoveAt(best);
        RejectAll([.. _rejected]);
        return true;
    }

    private void RejectAll(IEnumerable<long> rows)
    {
        _rejected.Clear();
        (_v, _q, _m, _eliminated) = (_weights, _precisions, _ties, zeros([0, _weights.shape[0]], float64));
        foreach (var row in rows)
        {
            Reject(row);
        }
    }

    private void Reject(long i)
    {
        using var scope = NewDisposeScope();
        var column = _inverse[i] - _reduced.matmul(_reduced[i]) - _eliminated.select(1, i).matmul(_eliminated); // (n)
        var u = column / column[i].sqrt(); // (n)
        var (v, q) = (_v - u * (_v[i] / u[i]), _q - u.square()); // (n), (n)
        (v[i], q[i]) = (tensor(0.0), tensor(0.0));
        var m = _m - u.unsqueeze(1) * u.index_select(0, _partners.flatten()).reshape(_partners.shape); // (n, p)
        var eliminated = cat([_eliminated, u.unsqueeze(0)]); // (r, n)
        _eliminated.Dispose();
        (_v, _q, _m, _eliminated) = (v.MoveToOuterDisposeScope(), q.MoveToOuterDisposeScope(), m.MoveToOuterDisposeScope(), eliminated.MoveToOuterDisposeScope());
        _rejected.Add(i);
    }

    /// <summary>Of the rejected, each beside what the accepted predict of it: given these their covariance is ([K⁻¹]_rr)⁻¹.</summary>
    private (double[] Departures, double[] Spreads) OfRejected()
    {
        using var scope = NewDisposeScope();
        var rows = tensor(_rejected.ToArray()); // (r)
        var part = _reduced.index_select(0, rows); // (r, k)
        var covariance = cholesky_inverse(linalg.cholesky(_inverse.index_select(0, rows).index_select(1, rows) - part.matmul(part.transpose(0, 1)))); // (r, r)
        var departures = covariance.matmul(_weights.index_select(0, rows)); // (r)
        return (departures.data<double>().ToArray(), covariance.diagonal().sqrt().data<double>().ToArray());
    }

    private CheckedObservations Result()
    {
        var departures = (_v / _q).data<double>().ToArray(); // (n)
        var spreads = _q.rsqrt().data<double>().ToArray(); // (n)
        var accepted = Array.ConvertAll(departures, _ => true);
        if (_rejected.Count > 0)
        {
            var (ofRejected, theirSpreads) = OfRejected();
            for (var i = 0; i < _rejected.Count; i++)
            {
                (accepted[_rejected[i]], departures[_rejected[i]], spreads[_rejected[i]]) = (false, ofRejected[i], theirSpreads[i]);
            }
        }

        return new CheckedObservations(accepted, departures, spreads);
    }
}
