using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// A symmetric positive definite matrix of T × T blocks, of which only those on the diagonal and up to two beside it are not zero, as its Cholesky
/// factor (Golub and Van Loan 2013, §4.3 and §4.5): L_t = chol(A_t − W_{t−1} W_{t−1}ᵀ − V_{t−2} V_{t−2}ᵀ), W_t = (C_t − V_{t−1} W_{t−1}ᵀ) L_t⁻ᵀ,
/// V_t = E_t L_t⁻ᵀ. Solving is the smoother's pass forward and back.
/// </summary>
internal sealed class BlockBand : IDisposable
{
    private readonly Tensor[] _diagonal; // L_t, (d, d) each
    private readonly Tensor[] _below; // W_t, in row t + 1, (d, d) each
    private readonly Tensor?[] _second; // V_t, in row t + 2, (d, d) each; null for 0

    private BlockBand(int dates) => (_diagonal, _below, _second) = (new Tensor[dates], new Tensor[Math.Max(0, dates - 1)], new Tensor?[Math.Max(0, dates - 2)]);

    /// <param name="dates">T.</param>
    /// <param name="diagonal">A_t, (d, d), the caller's own; asked for in order, once each.</param>
    /// <param name="below">C_t, the block in row t + 1 and column t, (d, d).</param>
    /// <param name="second">E_t, the block in row t + 2 and column t, (d, d); null for 0.</param>
    public static BlockBand Factor(int dates, Func<int, Tensor> diagonal, Func<int, Tensor> below, Func<int, Tensor?> second)
    {
        var factor = new BlockBand(dates);
        var (w, v) = (factor._below, factor._second);
        for (var t = 0; t < dates; t++)
        {
            using var scope = NewDisposeScope();
            var a = diagonal(t); // (d, d)
            if (t > 0)
            {
                a = a - w[t - 1].matmul(w[t - 1].transpose(0, 1)); // (d, d)
            }

            if (t > 1 && v[t - 2] is { } behind)
            {
                a.sub_(behind.matmul(behind.transpose(0, 1)));
            }

            var l = linalg.cholesky(a).DetachFromDisposeScope(); // (d, d)
            factor._diagonal[t] = l;
            if (t + 1 < dates)
            {
                var c = t > 0 && v[t - 1] is { } across ? below(t) - across.matmul(w[t - 1].transpose(0, 1)) : below(t); // (d, d)
                w[t] = OverTransposed(c, l);
            }

            if (t + 2 < dates)
            {
                v[t] = second(t) is { } e ? OverTransposed(e, l) : null; // (d, d)
            }
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
        for (var t = 0; t < _diagonal.Length; t++)
        {
            using var inner = NewDisposeScope();
            var right = x[t].clone(); // (d, S)
            if (t > 0)
            {
                right.sub_(_below[t - 1].matmul(x[t - 1]));
            }

            if (t > 1 && _second[t - 2] is { } v)
            {
                right.sub_(v.matmul(x[t - 2]));
            }

            x[t].copy_(linalg.solve_triangular(_diagonal[t], right, upper: false));
        }

        for (var t = _diagonal.Length - 1; t >= 0; t--)
        {
            using var inner = NewDisposeScope();
            var right = x[t].clone(); // (d, S)
            if (t + 1 < _diagonal.Length)
            {
                right.sub_(_below[t].transpose(0, 1).matmul(x[t + 1]));
            }

            if (t + 2 < _diagonal.Length && _second[t] is { } v)
            {
                right.sub_(v.transpose(0, 1).matmul(x[t + 2]));
            }

            x[t].copy_(linalg.solve_triangular(_diagonal[t].transpose(0, 1), right, upper: true));
        }

        return x.permute(2, 0, 1).contiguous().MoveToOuterDisposeScope(); // (S, T, d)
    }

    /// <summary>
    /// A⁻¹'s blocks of a date, from those behind it (Takahashi et al. 1973): with B what stands below L in its column and Σ the blocks of A⁻¹ in B's rows,
    /// L⁻ᵀ (I + Bᵀ Σ B) L⁻¹ on the diagonal and −Σ B L⁻¹ below it. All that is added is positive, so that rounding takes nothing from the variances.
    /// </summary>
    /// <param name="t">From 0.</param>
    /// <param name="behind">The blocks of t + 1; null at the last.</param>
    /// <returns>The dispose scope's.</returns>
    public InverseBlocks InverseAt(int t, InverseBlocks? behind)
    {
        using var scope = NewDisposeScope();
        var factor = _diagonal[t].transpose(0, 1); // (d, d), Lᵀ
        var inner = eye(factor.shape[0], dtype: float64); // (d, d), I + Bᵀ Σ B
        Tensor? next = null;
        if (behind is not null)
        {
            var (w, v) = (_below[t], t + 2 < _diagonal.Length ? _second[t] : null); // (d, d) each
            next = behind.Diagonal.matmul(w); // (d, d), the upper rows of Σ B
            if (v is not null)
            {
                next.add_(behind.Below!.transpose(0, 1).matmul(v));
                var lower = behind.Below!.matmul(w).add_(behind.Next!.matmul(v)); // (d, d)
                inner.add_(v.transpose(0, 1).matmul(lower));
            }

            inner.add_(w.transpose(0, 1).matmul(next));
        }

        var half = linalg.solve_triangular(factor, 0.5 * (inner + inner.transpose(0, 1)), upper: true); // (d, d)
        var diagonal = linalg.solve_triangular(factor, half.transpose(0, 1), upper: true); // (d, d)
        var below = next is null ? null : -linalg.solve_triangular(factor, next.transpose(0, 1), upper: true).transpose(0, 1); // (d, d)
        return new InverseBlocks(diagonal.MoveToOuterDisposeScope(), below?.MoveToOuterDisposeScope(), behind?.Diagonal);
    }

    public void Dispose()
    {
        foreach (var part in _diagonal.Concat(_below).Concat(_second))
        {
            part?.Dispose();
        }
    }

    /// <summary>C L⁻ᵀ.</summary>
    private static Tensor OverTransposed(Tensor c, Tensor l)
    {
        using var scope = NewDisposeScope();
        return linalg.solve_triangular(l, c.transpose(0, 1), upper: false).transpose(0, 1).contiguous().DetachFromDisposeScope(); // (d, d)
    }

    /// <summary>Blocks of the inverse, (d, d) each.</summary>
    /// <param name="Diagonal">In row and column t.</param>
    /// <param name="Below">In row t + 1 and column t; null at the last date.</param>
    /// <param name="Next">In row and column t + 1; null at the last date.</param>
    public sealed record InverseBlocks(Tensor Diagonal, Tensor? Below, Tensor? Next)
    {
        public InverseBlocks MoveToOuterDisposeScope() => new(Diagonal.MoveToOuterDisposeScope(), Below?.MoveToOuterDisposeScope(), Next?.MoveToOuterDisposeScope());
    }
}
