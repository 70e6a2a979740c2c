using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// A symmetric positive definite matrix of T × T blocks, of which only those on the diagonal and beside it are not zero, as its Cholesky factor
/// (Golub and Van Loan 2013, §4.5): L_t = chol(A_t − W_{t−1} W_{t−1}ᵀ), W_t = C_t L_t⁻ᵀ. Solving is the smoother's pass forward and back.
/// </summary>
internal sealed class BlockTridiagonal : IDisposable
{
    private readonly Tensor[] _diagonal; // L_t, (d, d) each
    private readonly Tensor[] _below; // W_t, (d, d) each

    private BlockTridiagonal(Tensor[] diagonal, Tensor[] below) => (_diagonal, _below) = (diagonal, below);

    /// <param name="dates">T.</param>
    /// <param name="diagonal">A_t, (d, d), the caller's own; asked for in order, once each.</param>
    /// <param name="below">C_t, the block in row t + 1 and column t, (d, d).</param>
    public static BlockTridiagonal Factor(int dates, Func<int, Tensor> diagonal, Func<int, Tensor> below)
    {
        var factor = new BlockTridiagonal(new Tensor[dates], new Tensor[dates - 1]);
        for (var t = 0; t < dates; t++)
        {
            using var scope = NewDisposeScope();
            var a = diagonal(t); // (d, d)
            if (t > 0)
            {
                var w = linalg.solve_triangular(factor._diagonal[t - 1], below(t - 1).transpose(0, 1), upper: false).transpose(0, 1).contiguous(); // (d, d)
                factor._below[t - 1] = w.DetachFromDisposeScope();
                a = a - w.matmul(w.transpose(0, 1)); // (d, d)
            }

            factor._diagonal[t] = linalg.cholesky(a).DetachFromDisposeScope(); // (d, d)
        }

        return factor;
    }

    /// <summary>A⁻¹ b for each of several right sides.</summary>
    /// <param name="b">(S, T, d)</param>
    /// <returns>(S, T, d)</returns>
    public Tensor Solve(Tensor b)
    {
        using var scope = NewDisposeScope();
        var x = empty([_diagonal.Length, b.shape[2], b.shape[0]], float64).copy_(b.permute(1, 2, 0)); // (T, d, S): never b itself, which is the caller's
        var t = 0;
        for (; t < _diagonal.Length; t++)
        {
            using var inner = NewDisposeScope();
            var right = t == 0 ? x[0] : x[t] - _below[t - 1].matmul(x[t - 1]); // (d, S)
            x[t].copy_(linalg.solve_triangular(_diagonal[t], right, upper: false));
        }

        for (t--; t >= 0; t--)
        {
            using var inner = NewDisposeScope();
            var right = t == _diagonal.Length - 1 ? x[t] : x[t] - _below[t].transpose(0, 1).matmul(x[t + 1]); // (d, S)
            x[t].copy_(linalg.solve_triangular(_diagonal[t].transpose(0, 1), right, upper: true));
        }

        return x.permute(2, 0, 1).contiguous().MoveToOuterDisposeScope(); // (S, T, d)
    }

    /// <summary>A⁻¹'s block on the diagonal, from that behind it: L⁻ᵀ (I + Wᵀ [A⁻¹]_{t+1} W) L⁻¹.</summary>
    /// <param name="t">From 0.</param>
    /// <param name="behind">A⁻¹'s block at t + 1, (d, d); null at the last.</param>
    /// <returns>(d, d)</returns>
    public Tensor InverseDiagonal(int t, Tensor? behind)
    {
        using var scope = NewDisposeScope();
        var (factor, inner) = (_diagonal[t].transpose(0, 1), eye(_diagonal[t].shape[0], dtype: float64)); // (d, d)
        if (behind is not null)
        {
            inner.add_(_below[t].transpose(0, 1).matmul(behind).matmul(_below[t]));
        }

        var half = linalg.solve_triangular(factor, inner, upper: true); // (d, d)
        return linalg.solve_triangular(factor, half.transpose(0, 1), upper: true).MoveToOuterDisposeScope(); // (d, d)
    }

    public void Dispose()
    {
        foreach (var part in _diagonal.Concat(_below))
        {
            part?.Dispose();
        }
    }
}
