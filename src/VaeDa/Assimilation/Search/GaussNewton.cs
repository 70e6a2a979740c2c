using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Search;

/// <summary>
/// Gauss–Newton, its curvature kept up to date by secants (BFGS; Nocedal and Wright 2006, §6.1 and §10.3) for the most
/// probable state, and for the members of a randomised-maximum-likelihood ensemble (Oliver, He and Reynolds 1996; Chen and
/// Oliver 2012), which all start with the curvature found there. Gradients are exact.
/// </summary>
internal static class GaussNewton
{
    private const int MostIterations = 30;
    private const int MostRefreshes = 3;

    // A member's search holds its own curvature and a dozen arrays of (n): memory is that of a group, however many there are.
    private const int MembersTogether = 64;

    // In an update of the curvature there are some arrays of (k, k) for each of them.
    private const int CurvaturesTogether = 16;

    // Of the step that is left, in posterior standard deviations (root mean square over the latents).
    private const double Tolerance = 0.01;
    private const double MemberTolerance = 0.1;

    /// <param name="problem">Whose J it is.</param>
    /// <param name="start">Where to begin, and the curvature to begin with.</param>
    /// <param name="cancellation">Checked at each step.</param>
    public static MostProbableState Minimise(LatentProblem problem, Linearisation start, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (z, jacobian, iterations) = (start.Z, start.Jacobian, 0); // (1, k), (n, k)
        for (var refreshes = 0; ; refreshes++)
        {
            var inverse = cholesky_inverse(linalg.cholesky(problem.Curvature(jacobian))); // (k, k)
            var descent = Descend(problem, z, problem.Mean, problem.Observations, inverse, Tolerance, foresees: false, cancellation);
            z = descent.Z;
            iterations += descent.Iterations;
            var next = descent.Unconverged == 0 || refreshes == MostRefreshes || !descent.Cost.isfinite().item<bool>() ? null : problem.Jacobian(z); // (n, k)
            if (next is null || !next.isfinite().all().item<bool>())
            {
                var curvature = cholesky_inverse(linalg.cholesky(descent.Inverse.squeeze(0))); // (k, k)
                return new MostProbableState(
                    z.MoveToOuterDisposeScope(), descent.Cost.item<double>(), problem.PriorCost(z), ReferenceEquals(jacobian, start.Jacobian) ? jacobian : jacobian.MoveToOuterDisposeScope(), curvature.MoveToOuterDisposeScope(), iterations, descent.Unconverged == 0);
            }

            jacobian = next;
        }
    }

    /// <summary>The minimum of each member's own J, all from the most probable state.</summary>
    /// <param name="problem">Whose J it is, but for means and observations.</param>
    /// <param name="start">The most probable state, and its curvature.</param>
    /// <param name="means">Prior draws, (M, k).</param>
    /// <param name="observations">Perturbed observations, (M, n).</param>
    /// <param name="cancellation">Checked at each step.</param>
    /// <returns>(M, k), and how many members ended short of the tolerance.</returns>
    public static (Tensor Z, int Unconverged) MinimiseMembers(LatentProblem problem, MostProbableState start, Tensor means, Tensor observations, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var inverse = cholesky_inverse(linalg.cholesky(start.Curvature)); // (k, k)
        var (found, unconverged) = (new List<Tensor>(), 0);
        foreach (var (mean, y) in means.split(MembersTogether).Zip(observations.split(MembersTogether)))
        {
            using var inner = NewDisposeScope();
            // Where the members' minima would be if the generator were linear: at the most probable state their gradient is what
            // their own draws make it.
            var pull = (mean - problem.Mean) / problem.Variance + problem.R.Solve(y - problem.Observations).matmul(start.Jacobian); // (s, k)
            var descent = Descend(problem, start.Z + pull.matmul(inverse), mean, y, inverse, MemberTolerance, foresees: true, cancellation);
            found.Add(descent.Z.MoveToOuterDisposeScope());
            unconverged += descent.Unconverged;
        }

        return (cat(found).MoveToOuterDisposeScope(), unconverged);
    }

    /// <summary>The minimum of each state's own J; each leaves the batch when it is there.</summary>
    /// <param name="problem">Whose J it is, but for means and observations.</param>
    /// <param name="z">Where to begin, (S, k).</param>
    /// <param name="means">(S, k)</param>
    /// <param name="observations">(S, n)</param>
    /// <param name="curvature">The inverse of the curvature to begin with, (k, k).</param>
    /// <param name="tolerance">Of the step that is left, in posterior standard deviations.</param>
    /// <param name="foresees">
    /// Whether a last step's gradient is spared where those before it show that it will be within the tolerance: what is promised falls
    /// by a factor from step to step.
    /// </param>
    /// <param name="cancellation">Checked at each step.</param>
    private static Descent Descend(LatentProblem problem, Tensor z, Tensor means, Tensor observations, Tensor curvature, double tolerance, bool foresees, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (cost, gradient, _) = problem.CostAndGradient(z, means, observations); // (S), (S, k)
        var (found, costs, enough) = (z.clone(), cost.clone(), 0.5 * z.shape[1] * tolerance * tolerance); // (S, k), (S)
        var left = new Search(arange(z.shape[0], int64), z.clone(), cost, gradient, curvature.repeat(z.shape[0], 1, 1), ones_like(cost), full_like(cost, double.NaN));
        for (var i = 0; ; i++)
        {
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var step = -left.Inverse.matmul(left.Gradient.unsqueeze(2)).squeeze(2); // (s, k)
            var promised = -0.5 * (left.Gradient * step).sum(1); // (s)
            // What is not a number is not within the tolerance.
            var converged = left.Cost.isfinite() & (promised <= enough); // (s)
            var foreseen = foresees
                ? left.Cost.isfinite() & (promised.square() / left.Promised <= enough) & left.Length.eq(1) & converged.logical_not()
                : zeros_like(converged); // (s)
            found.index_copy_(0, left.States, where(foreseen.unsqueeze(1), left.Z + step, left.Z));
            costs.index_copy_(0, left.States, where(foreseen, left.Cost - promised, left.Cost));
            var rest = (converged | foreseen).logical_not().nonzero().squeeze(1); // (r)
            if (rest.shape[0] == 0 || i == MostIterations)
            {
                return new Descent(found.MoveToOuterDisposeScope(), costs.MoveToOuterDisposeScope(), left.Inverse.MoveToOuterDisposeScope(), i, (int)rest.shape[0]);
            }

            var before = left;
            left = left.Of(rest);
            var s = left.Length.unsqueeze(1) * step.index_select(0, rest); // (r, k)
            var (newCost, newGradient, _) = problem.CostAndGradient(left.Z + s, means.index_select(0, left.States), observations.index_select(0, left.States)); // (r), (r, k)
            var better = newCost <= left.Cost; // (r)
            left = new Search(
                left.States,
                where(better.unsqueeze(1), left.Z + s, left.Z),
                where(better, newCost, left.Cost),
                where(better.unsqueeze(1), newGradient, left.Gradient),
                // A step that is not taken shows the curvature too.
                Updated(left.Inverse, s, newGradient - left.Gradient),
                where(better, ones_like(left.Length), 0.5 * left.Length),
                promised.index_select(0, rest)).MoveToOuterDisposeScope();
            before.Dispose();
        }
    }

    /// <summary>BFGS: the inverse curvature that turns y into s; as it was where y shows none.</summary>
    /// <param name="inverse">(S, k, k)</param>
    /// <param name="s">Steps, (S, k).</param>
    /// <param name="y">Changes of the gradient, (S, k).</param>
    /// <returns>(S, k, k)</returns>
    private static Tensor Updated(Tensor inverse, Tensor s, Tensor y)
    {
        var parts = inverse.split(CurvaturesTogether).Zip(s.split(CurvaturesTogether), y.split(CurvaturesTogether));
        return cat([.. parts.Select(part => UpdatedTogether(part.First, part.Second, part.Third))]); // (S, k, k)
    }

    private static Tensor UpdatedTogether(Tensor inverse, Tensor s, Tensor y)
    {
        using var scope = NewDisposeScope();
        var sy = (s * y).sum(1).reshape(-1, 1, 1); // (S, 1, 1)
        var hy = inverse.matmul(y.unsqueeze(2)); // (S, k, 1)
        var yhy = y.unsqueeze(1).matmul(hy); // (S, 1, 1)
        var column = s.unsqueeze(2); // (S, k, 1)
        var cross = hy.matmul(column.transpose(1, 2)); // (S, k, k)
        var updated = inverse - (cross + cross.transpose(1, 2)) / sy + (1 + yhy / sy) / sy * column.matmul(column.transpose(1, 2)); // (S, k, k)
        return where(sy > 1e-6 * yhy, updated, inverse).MoveToOuterDisposeScope(); // (S, k, k)
    }

    /// <summary>The states that are not there yet.</summary>
    /// <param name="States">Which of all, (s).</param>
    /// <param name="Z">(s, k)</param>
    /// <param name="Cost">(s)</param>
    /// <param name="Gradient">(s, k)</param>
    /// <param name="Inverse">Of the curvature, (s, k, k).</param>
    /// <param name="Length">Of the next step, as a part of the whole, (s).</param>
    /// <param name="Promised">By the step before, (s).</param>
    private sealed record Search(Tensor States, Tensor Z, Tensor Cost, Tensor Gradient, Tensor Inverse, Tensor Length, Tensor Promised) : IDisposable
    {
        public Search Of(Tensor rows) => Each(tensor => tensor.index_select(0, rows));

        public Search MoveToOuterDisposeScope() => Each(tensor => tensor.MoveToOuterDisposeScope());

        public void Dispose() => Each(tensor =>
        {
            tensor.Dispose();
            return tensor;
        });

        private Search Each(Func<Tensor, Tensor> of) => new(of(States), of(Z), of(Cost), of(Gradient), of(Inverse), of(Length), of(Promised));
    }

    /// <param name="Z">(S, k)</param>
    /// <param name="Cost">(S)</param>
    /// <param name="Inverse">Of the curvature of those that took longest, (s, k, k).</param>
    /// <param name="Iterations">Steps tried.</param>
    /// <param name="Unconverged">States short of the tolerance.</param>
    private sealed record Descent(Tensor Z, Tensor Cost, Tensor Inverse, int Iterations, int Unconverged);
}
