using static TorchSharp.torch;

namespace VaeDa.Model.Memory;

/// <summary>
/// The M of highest likelihood for pairs of states under s' ~ N(M s, I − M Mᵀ), its elements off the diagonal drawn towards 0: the minimum of
/// ½ log|Q| + ½ tr(Q⁻¹ S) + ½ π ‖M − diag M‖², with Q = I − M Mᵀ and S the mean square of s' − M s; by L-BFGS (Nocedal and Wright 2006, algorithm 7.4).
/// </summary>
/// <remarks>
/// Least squares do not know that M says how large the noise is as well: on as many pairs as there are, theirs takes more variance from some
/// states than these have, and where that is cut off the forecast is worse.
/// </remarks>
internal sealed class TransitionLikelihood : IDisposable
{
    private const int Iterations = 60;
    private const int Remembered = 20;
    private const double SufficientDecrease = 1e-4; // Nocedal and Wright's c₁

    // Of what an iteration gains for each number of a pair: then it is found.
    private const double Tolerance = 2e-5;

    private readonly Tensor _before; // ⟨s sᵀ⟩, (d, d)
    private readonly Tensor _after; // ⟨s' s'ᵀ⟩, (d, d)
    private readonly Tensor _cross; // ⟨s' sᵀ⟩, (d, d)
    private readonly Tensor _off; // 1 off the diagonal, (d, d)

    /// <param name="first">States, (P, d), double precision.</param>
    /// <param name="second">Those that follow them, (P, d).</param>
    public TransitionLikelihood(Tensor first, Tensor second)
    {
        using var scope = NewDisposeScope();
        Tensor Mean(Tensor a, Tensor b) => (a.transpose(0, 1).matmul(b) / a.shape[0]).DetachFromDisposeScope(); // (d, d)
        (_before, _after, _cross) = (Mean(first, first), Mean(second, second), Mean(second, first));
        _off = (1 - eye(first.shape[1], dtype: float64)).DetachFromDisposeScope();
    }

    /// <summary>Climbs from an M to one of higher likelihood.</summary>
    /// <param name="start">(d, d), with singular values below 1.</param>
    /// <param name="penalty">π, 0 or more.</param>
    /// <param name="cancellation">Checked at each iteration.</param>
    /// <returns>(d, d); the caller's own.</returns>
    public Tensor Maximum(Tensor start, double penalty, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (x, (cost, gradient)) = (start, Of(start, penalty)!.Value); // (d, d)
        var history = new Queue<(Tensor S, Tensor Y, double Rho)>();
        for (var i = 0; i < Iterations; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var inner = NewDisposeScope();
            var step = -Direction(history, gradient); // (d, d)
            var slope = Dot(gradient, step);
            var length = 1.0;
            var next = Of(x + step, penalty);
            while (length > 1e-10 && !(next?.Cost <= cost + SufficientDecrease * length * slope))
            {
                length /= 2;
                next = Of(x + length * step, penalty);
            }

            if (next is null || next.Value.Cost > cost)
            {
                break;
            }

            var (s, y) = (length * step, next.Value.Gradient - gradient); // (d, d)
            if (Dot(s, y) is var curvature && curvature > 1e-10 * Math.Sqrt(Dot(s, s) * Dot(y, y)))
            {
                history.Enqueue((s.MoveToOuterDisposeScope(), y.MoveToOuterDisposeScope(), 1 / curvature));
                if (history.Count > Remembered)
                {
                    var (oldS, oldY, _) = history.Dequeue();
                    oldS.Dispose();
                    oldY.Dispose();
                }
            }

            var gain = cost - next.Value.Cost;
            (x, cost, gradient) = ((x + s).MoveToOuterDisposeScope(), next.Value.Cost, next.Value.Gradient.MoveToOuterDisposeScope());
            if (gain < Tolerance * x.shape[0])
            {
                break;
            }
        }

        return x.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        _before.Dispose();
        _after.Dispose();
        _cross.Dispose();
        _off.Dispose();
    }

    /// <summary>The cost of a pair and its gradient, ∂/∂M = Q⁻¹ (M ⟨s sᵀ⟩ − ⟨s' sᵀ⟩ − M + S Q⁻¹ M) + π (M − diag M); null where Q is not positive definite.</summary>
    private (double Cost, Tensor Gradient)? Of(Tensor m, double penalty)
    {
        using var scope = NewDisposeScope();
        var q = eye(m.shape[0], dtype: float64) - m.matmul(m.transpose(0, 1)); // (d, d)
        var (factor, info) = linalg.cholesky_ex(q); // (d, d)
        if (info.item<int>() != 0)
        {
            return null;
        }

        var inverse = cholesky_inverse(factor); // (d, d)
        var (told, off) = (m.matmul(_before), m * _off); // (d, d)
        var cross = m.matmul(_cross.transpose(0, 1)); // (d, d)
        var s = _after - cross - cross.transpose(0, 1) + told.matmul(m.transpose(0, 1)); // (d, d)
        var cost = factor.diagonal().log().sum() + 0.5 * (inverse * s).sum() + 0.5 * penalty * off.square().sum(); // ()
        var gradient = inverse.matmul(told - _cross - m + s.matmul(inverse.matmul(m))) + penalty * off; // (d, d)
        return (cost.item<double>(), gradient.MoveToOuterDisposeScope());
    }

    /// <summary>The inverse curvature that the steps so far have shown, times a gradient.</summary>
    private static Tensor Direction(Queue<(Tensor S, Tensor Y, double Rho)> history, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var q = gradient.clone(); // (d, d)
        var alphas = new Stack<double>();
        foreach (var (s, y, rho) in history.Reverse())
        {
            alphas.Push(rho * Dot(s, q));
            q.sub_(alphas.Peek() * y);
        }

        // Of the first step it is not known how long it may be: singular values are below 1.
        q.mul_(history.Count == 0 ? 0.1 / Math.Max(1e-12, Math.Sqrt(Dot(gradient, gradient))) : 1 / (history.Last().Rho * Dot(history.Last().Y, history.Last().Y)));
        foreach (var (s, y, rho) in history)
        {
            q.add_(s * (alphas.Pop() - rho * Dot(y, q)));
        }

        return q.MoveToOuterDisposeScope();
    }

    private static double Dot(Tensor a, Tensor b)
    {
        using var product = (a * b).sum();
        return product.item<double>();
    }
}
