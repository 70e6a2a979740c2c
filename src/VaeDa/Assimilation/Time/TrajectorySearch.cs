using static TorchSharp.torch;

namespace VaeDa.Assimilation.Time;

/// <summary>
/// The minimum of J over whole sequences of states: quasi-Newton steps (L-BFGS; Nocedal and Wright 2006, algorithm 7.4) whose first curvature is
/// that of the problem made linear, so that where it is linear the first step is the last.
/// </summary>
/// <param name="problem">Whose J it is.</param>
/// <param name="curvature">Λ + Gᵀ R⁻¹ G.</param>
internal sealed class TrajectorySearch(TrajectoryProblem problem, BlockBand curvature)
{
    private const int MostIterations = 60;
    private const int Pairs = 20;

    /// <summary>The minimum of each sequence's own J; each leaves the batch when it is there.</summary>
    /// <param name="start">(S, T, d)</param>
    /// <param name="means">m, (S, T, d).</param>
    /// <param name="observations">Of each date, (S, n); null where nothing is observed.</param>
    /// <param name="tolerance">Of the step that is left, in posterior standard deviations (root mean square over the latents of all dates).</param>
    /// <param name="latents">k.</param>
    /// <param name="foresees">Whether the last step's gradient is spared where those before it show that it will be within the tolerance.</param>
    /// <param name="cancellation">Checked at each step.</param>
    /// <returns>(S, T, d), J of each (S), steps tried, and how many ended short of the tolerance.</returns>
    public (Tensor X, Tensor Cost, int Iterations, int Unconverged) Minimise(Tensor start, Tensor means, IReadOnlyList<Tensor?> observations, double tolerance, int latents, bool foresees, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var enough = 0.5 * latents * start.shape[1] * tolerance * tolerance;
        var (found, costs) = (start.clone(), zeros([start.shape[0]], float64)); // (S, T, d), (S)
        var rows = arange(start.shape[0], int64); // (s)
        var (x, m, y) = (start, means, observations);
        var (cost, gradient) = problem.CostAndGradient(x, m, y); // (s), (s, T, d)
        var (length, last) = (ones_like(cost), full_like(cost, double.NaN)); // (s)
        var history = new List<(Tensor S, Tensor Y)>();
        for (var i = 0; ; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = -Inverse(history, gradient); // (s, T, d)
            var promised = -0.5 * (gradient * step).sum([1, 2]); // (s)
            // What is not a number is not within the tolerance.
            var converged = cost.isfinite() & (promised <= enough); // (s)
            var foreseen = foresees ? cost.isfinite() & (promised.square() / last <= enough) & length.eq(1) & converged.logical_not() : zeros_like(converged); // (s)
            found.index_copy_(0, rows, where(foreseen.reshape(-1, 1, 1), x + step, x));
            costs.index_copy_(0, rows, where(foreseen, cost - promised, cost));
            var rest = (converged | foreseen).logical_not().nonzero().squeeze(1); // (r)
            if (rest.shape[0] == 0 || i == MostIterations)
            {
                return (found.MoveToOuterDisposeScope(), costs.MoveToOuterDisposeScope(), i, (int)rest.shape[0]);
            }

            if (rest.shape[0] < rows.shape[0])
            {
                (rows, x, m, step, promised) = (rows[rest], x[rest], m.shape[0] == 1 ? m : m[rest], step[rest], promised[rest]);
                (cost, gradient, length) = (cost[rest], gradient[rest], length[rest]);
                y = [.. y.Select(of => of is null || of.shape[0] == 1 ? of : of[rest])];
                history = history.ConvertAll(pair => (pair.S[rest], pair.Y[rest]));
            }

            var s = length.reshape(-1, 1, 1) * step; // (r, T, d)
            var (newCost, newGradient) = problem.CostAndGradient(x + s, m, y); // (r), (r, T, d)
            // A step that is not taken shows the curvature too, unless it ends where there are no numbers.
            history.Add((s, where(newCost.isfinite().reshape(-1, 1, 1), newGradient - gradient, zeros_like(gradient))));
            if (history.Count > Pairs)
            {
                history.RemoveAt(0);
            }

            var better = newCost <= cost; // (r)
            var taken = better.reshape(-1, 1, 1); // (r, 1, 1)
            (x, gradient, cost) = (where(taken, x + s, x), where(taken, newGradient, gradient), where(better, newCost, cost));
            (length, last) = (where(better, ones_like(length), 0.5 * length), promised);
        }
    }

    /// <summary>The inverse curvature, with what the steps so far have shown of it, times a gradient; pairs that show none count for nothing.</summary>
    /// <param name="history">Steps and changes of the gradient, (S, T, d) each.</param>
    /// <param name="gradient">(S, T, d)</param>
    /// <returns>(S, T, d)</returns>
    private Tensor Inverse(List<(Tensor S, Tensor Y)> history, Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var q = gradient.clone(); // (S, T, d)
        var parts = new List<(Tensor S, Tensor Y, Tensor Rho, Tensor Alpha)>();
        foreach (var (s, y) in Enumerable.Reverse(history))
        {
            var sy = Dot(s, y); // (S, 1, 1)
            var rho = where(sy > 1e-10 * (Dot(s, s) * Dot(y, y)).sqrt(), 1 / sy, zeros_like(sy)); // (S, 1, 1)
            var alpha = rho * Dot(s, q); // (S, 1, 1)
            q.sub_(alpha * y);
            parts.Add((s, y, rho, alpha));
        }

        var r = curvature.Solve(q); // (S, T, d)
        foreach (var (s, y, rho, alpha) in Enumerable.Reverse(parts))
        {
            r.add_(s * (alpha - rho * Dot(y, r)));
        }

        return r.MoveToOuterDisposeScope();

        static Tensor Dot(Tensor a, Tensor b) => (a * b).sum([1, 2], keepdim: true);
    }
}
