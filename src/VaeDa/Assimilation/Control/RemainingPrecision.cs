using System.Runtime.InteropServices;
using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// K⁻¹ of the observations that remain as others are taken out and put back, with K⁻¹ d. Taking out i
/// leaves K⁻¹ − u uᵀ, u = K⁻¹ e_i / √[K⁻¹]_ii. Vectors are changed at once; the matrix, which would be read and written
/// as a whole each time, after some dozens.
/// </summary>
internal sealed class RemainingPrecision : IDisposable
{
    private const int MostPending = 64;
    private const double WorthASmaller = 0.75; // of the rows

    private readonly InnovationCovariance _covariance;
    private readonly Tensor _d; // (n)
    private readonly bool[] _isOut; // (n)
    private readonly int[] _at; // (n), rows in the matrix
    private readonly double[] _u; // (n)
    private int[] _rows; // (m), those that the matrix has: all that remain, and some that are out
    private Tensor? _matrix; // (m, m), K⁻¹ of what remained before the pending ones went; null while nothing has gone
    private Tensor? _pending; // (b, m), their u
    private int _pendingCount;
    private (Tensor Departures, Tensor Covariance)? _ofThoseOut;

    /// <param name="covariance">K; it outlives this.</param>
    /// <param name="innovation">d, (1, n).</param>
    public RemainingPrecision(InnovationCovariance covariance, Tensor innovation)
    {
        using var scope = NewDisposeScope();
        _covariance = covariance;
        _d = innovation.squeeze(0).DetachFromDisposeScope(); // (n)
        Innovation = _d.data<double>().ToArray();
        Variances = covariance.Variances.data<double>().ToArray();
        Precisions = covariance.Precisions.data<double>().ToArray();
        Weights = (covariance.Inverse.matmul(_d) - covariance.Reduced.matmul(covariance.Reduced.transpose(0, 1).matmul(_d))).data<double>().ToArray();
        // One observation has no partners, and TorchSharp makes no array of nothing.
        var areTied = covariance.Partners.numel() > 0;
        Ties = areTied ? covariance.Ties.data<double>().ToArray() : [];
        Partners = areTied ? Array.ConvertAll(covariance.Partners.data<long>().ToArray(), i => (int)i) : [];
        (_isOut, _u) = (new bool[Weights.Length], new double[Weights.Length]);
        _rows = [.. Enumerable.Range(0, Weights.Length)];
        _at = [.. _rows];
    }

    /// <summary>d, (n).</summary>
    public double[] Innovation { get; }

    /// <summary>Diagonal of K, (n).</summary>
    public double[] Variances { get; }

    /// <summary>K⁻¹ d, (n); 0 at what is out.</summary>
    public double[] Weights { get; }

    /// <summary>Diagonal of K⁻¹, (n); 0 at what is out.</summary>
    public double[] Precisions { get; }

    /// <summary>Those that each is tied most closely to in K⁻¹ of all, (n, p).</summary>
    public int[] Partners { get; }

    /// <summary>K⁻¹ between each and its partners, (n, p); 0 where one of them is out.</summary>
    public double[] Ties { get; }

    /// <summary>Those that are out, in ascending order.</summary>
    public int[] Out => [.. Enumerable.Range(0, _isOut.Length).Where(i => _isOut[i])];

    /// <summary>Whether an observation remains.</summary>
    public bool Remains(int i) => !_isOut[i];

    /// <summary>Takes one out.</summary>
    public void Remove(int i)
    {
        using var scope = NewDisposeScope();
        Forget();
        var matrix = Matrix();
        _pending ??= zeros([MostPending, _rows.Length], float64).DetachFromDisposeScope();
        var before = _pending.narrow(0, 0, _pendingCount); // (b', m)
        var column = matrix[_at[i]] - before.select(1, _at[i]).matmul(before); // (m)
        var ofMatrix = Values(_pending[_pendingCount++].copy_(column / Math.Sqrt(Precisions[i]))); // (m)
        for (var m = 0; m < _rows.Length; m++)
        {
            _u[_rows[m]] = _isOut[_rows[m]] ? 0 : ofMatrix[m];
        }

        var (u, step, each) = (_u, Weights[i] / _u[i], Partners.Length / _u.Length);
        foreach (var j in _rows)
        {
            Weights[j] -= step * u[j];
            Precisions[j] -= u[j] * u[j];
            for (var p = j * each; p < (j + 1) * each; p++)
            {
                Ties[p] -= u[j] * u[Partners[p]];
            }
        }

        (Weights[i], Precisions[i], _isOut[i]) = (0, 0, true);
        if (_pendingCount == MostPending)
        {
            Settle();
        }
    }

    /// <summary>Takes many out at once.</summary>
    public void Remove(IReadOnlyList<int> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }

        using var scope = NewDisposeScope();
        Settle();
        Forget();
        foreach (var i in rows)
        {
            _isOut[i] = true;
        }

        var gone = Index([.. rows.Select(i => _at[i])]); // (r)
        var factor = linalg.cholesky(Part(Matrix(), gone, gone)); // (r, r)
        Become(Worthwhile(), left => linalg.solve_triangular(factor, Part(Matrix(), gone, left), upper: false)); // (r, m')
    }

    /// <summary>Those that are out, each beside what the remaining ones predict of it, d less prediction, with the covariance of all these.</summary>
    /// <returns>(r) and (r, r), in the order of <see cref="Out"/>; of use until something is taken out or put back.</returns>
    public (Tensor Departures, Tensor Covariance) OfThoseOut()
    {
        if (_ofThoseOut is null)
        {
            using var scope = NewDisposeScope();
            var rows = Index(Out); // (r)
            // In K⁻¹ of all, what is between those out is the inverse of their covariance given the rest.
            var covariance = cholesky_inverse(linalg.cholesky(OfAll(rows, rows))); // (r, r)
            var reduced = _covariance.Reduced; // (n, k)
            var weights = _covariance.Inverse.index_select(0, rows).matmul(_d) - reduced.index_select(0, rows).matmul(reduced.transpose(0, 1).matmul(_d)); // (r), K⁻¹ d of all
            _ofThoseOut = (covariance.matmul(weights).DetachFromDisposeScope(), covariance.DetachFromDisposeScope());
        }

        return _ofThoseOut.Value;
    }

    /// <summary>Puts some back.</summary>
    /// <param name="rows">Which (p).</param>
    /// <param name="columns">One for each, (r, p): of the covariance of those out, given the remaining ones and those put back before it, over the root of its own variance.</param>
    public void PutBack(IReadOnlyList<int> rows, Tensor columns)
    {
        using var scope = NewDisposeScope();
        Settle();
        var gone = Index(Out); // (r)
        foreach (var i in rows)
        {
            _isOut[i] = false;
        }

        var missing = rows.Except(_rows).ToArray();
        if (missing.Length > 0)
        {
            int[] all = [.. _rows.Concat(missing).Order()];
            Array.ForEach([.. Enumerable.Range(0, all.Length)], m => _at[all[m]] = m);
            var old = Index([.. _rows.Select(i => _at[i])]); // (m)
            Replace(zeros([all.Length, all.Length], float64).index_put_(Matrix(), TensorIndex.Tensor(old.unsqueeze(1)), TensorIndex.Tensor(old)));
            _rows = all;
        }

        var back = Index([.. rows.Select(i => _at[i])]); // (p)
        Matrix().index_fill_(0, back, 0).index_fill_(1, back, 0);
        var half = OfAll(Index(_rows), gone).matmul(columns); // (m, p)
        Matrix().addmm_(half, half.transpose(0, 1));
        Refresh();
        Forget();
    }

    public void Dispose()
    {
        Forget();
        _d.Dispose();
        _matrix?.Dispose();
        _pending?.Dispose();
    }

    private Tensor Matrix() => _matrix ??= _covariance.Reduced.matmul(_covariance.Reduced.transpose(0, 1)).neg_().add_(_covariance.Inverse).DetachFromDisposeScope(); // (m, m)

    /// <summary>A part of K⁻¹ of all.</summary>
    private Tensor OfAll(Tensor rows, Tensor columns) =>
        Part(_covariance.Inverse, rows, columns).addmm_(_covariance.Reduced.index_select(0, rows), _covariance.Reduced.index_select(0, columns).transpose(0, 1), 1, -1);

    /// <summary>The matrix without those that have gone since it was made.</summary>
    private void Settle()
    {
        if (_pendingCount > 0)
        {
            using var scope = NewDisposeScope();
            var pending = _pending!.narrow(0, 0, _pendingCount); // (b', m)
            Become(Worthwhile(), left => pending.index_select(1, left)); // (b', m')
        }
    }

    /// <summary>Rows that the matrix should have: a smaller one is made only where many have gone.</summary>
    private int[] Worthwhile()
    {
        var remaining = _rows.Where(Remains).ToArray();
        return remaining.Length < WorthASmaller * _rows.Length ? remaining : _rows;
    }

    /// <summary>The matrix between some of its rows, less UᵀU.</summary>
    /// <param name="rows">(m')</param>
    /// <param name="half">U, (r, m'), of the positions of these.</param>
    private void Become(int[] rows, Func<Tensor, Tensor> half)
    {
        var left = Index([.. rows.Select(i => _at[i])]); // (m')
        var u = half(left); // (r, m')
        if (rows.Length < _rows.Length)
        {
            Replace(Part(Matrix(), left, left));
            _rows = rows;
            Array.ForEach([.. Enumerable.Range(0, rows.Length)], m => _at[rows[m]] = m);
        }

        Matrix().addmm_(u.transpose(0, 1), u, 1, -1);
        _pending?.Dispose();
        (_pending, _pendingCount) = (null, 0);
        Refresh();
    }

    private void Replace(Tensor matrix)
    {
        _matrix!.Dispose();
        _matrix = matrix.DetachFromDisposeScope();
    }

    /// <summary>The vectors by the matrix, in which what is out has rows of rounding errors.</summary>
    private void Refresh()
    {
        using var scope = NewDisposeScope();
        var remains = tensor(Array.ConvertAll(_rows, i => _isOut[i] ? 0.0 : 1)); // (m)
        var d = _d.index_select(0, Index(_rows)) * remains; // (m)
        var weights = Values(Matrix().matmul(d)); // (m)
        var precisions = Values(Matrix().diagonal().contiguous()); // (m)
        foreach (var vector in new[] { Weights, Precisions, Ties })
        {
            Array.Clear(vector);
        }

        var matrix = Values(Matrix()); // (m·m)
        var each = Partners.Length / _isOut.Length;
        for (var m = 0; m < _rows.Length; m++)
        {
            var i = _rows[m];
            if (_isOut[i])
            {
                continue;
            }

            (Weights[i], Precisions[i]) = (weights[m], precisions[m]);
            for (var p = i * each; p < (i + 1) * each; p++)
            {
                Ties[p] = Remains(Partners[p]) ? matrix[m * _rows.Length + _at[Partners[p]]] : 0;
            }
        }
    }

    private void Forget()
    {
        _ofThoseOut?.Departures.Dispose();
        _ofThoseOut?.Covariance.Dispose();
        _ofThoseOut = null;
    }

    /// <summary>What a tensor holds, not copied; of use while it lives.</summary>
    private static ReadOnlySpan<double> Values(Tensor contiguous) => MemoryMarshal.Cast<byte, double>(contiguous.bytes);

    private static Tensor Part(Tensor matrix, Tensor rows, Tensor columns) => matrix.index(TensorIndex.Tensor(rows.unsqueeze(1)), TensorIndex.Tensor(columns));

    private static Tensor Index(IReadOnlyList<int> rows) => tensor([.. rows.Select(i => (long)i)], int64);
}
