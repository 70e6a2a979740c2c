using TorchSharp;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// Gauss–Newton with Levenberg–Marquardt damping (Nocedal and Wright 2006, §10.3) for the most probable state, and its
/// chord form with one shared curvature for the members of a randomised-maximum-likelihood ensemble (Oliver, He and
/// Reynolds 1996; Chen and Oliver 2012).
/// </summary>
internal static class GaussNewton
{
    private const int MostIterations = 30;
    private const int MostMemberIterations = 20;
    private const double Tolerance = 1e-5;
    private const double MemberTolerance = 5e-3;
    private const double WorthAJacobian = 5e-3;

    /// <param name="problem">Its observation weights are set on the way.</param>
    public static MostProbableState Minimise(LatentProblem problem, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var z = problem.Mean.clone(); // (1, k)
        var damping = 0.0;
        var jacobian = problem.LinearJacobian(); // (n, k)
        Tensor? curvature = null; // (k, k)
        var fresh = false;
        var converged = false;
        var iterations = 0;
        var (cost, gradient, departure) = problem.CostAndGradient(z, problem.Mean, problem.Observations); // (1), (1, k), (1, n)
        while (iterations < MostIterations && !converged)
        {
            cancellation.ThrowIfCancellationRequested();
            iterations++;
            if (jacobian is null)
            {
                (jacobian, curvature, fresh) = (problem.Jacobian(z), null, true);
            }

            curvature ??= problem.Curvature(jacobian); // (k, k)
            var damped = curvature + damping * diag(curvature.diagonal()); // (k, k)
            var step = -gradient.transpose(0, 1).cholesky_solve(linalg.cholesky(damped)).transpose(0, 1); // (1, k)
            var predicted = -0.5 * (gradient * step).sum().item<double>();
            var candidate = z + step; // (1, k)
            var (newCost, newGradient, newDeparture) = problem.CostAndGradient(candidate, problem.Mean, problem.Observations);
            var gain = cost.item<double>() - newCost.item<double>();
            if (gain < 0 && predicted > Tolerance * Math.Max(1, cost.item<double>()))
            {
                // A stale Jacobian is the first suspect, too long a step the second.
                (damping, jacobian, fresh) = fresh ? (Math.Max(10 * damping, 1e-3), jacobian, fresh) : (damping, null, false);
                continue;
            }

            if (gain >= 0)
            {
                (z, cost, gradient, departure) = (candidate, newCost, newGradient, newDeparture);
            }

            damping = damping < 1e-4 ? 0 : damping / 10;
            converged = predicted <= Tolerance * Math.Max(1, cost.item<double>());
            if (problem.R.Reweight(departure))
            {
                (converged, curvature) = (false, null);
                (cost, gradient, departure) = problem.CostAndGradient(z, problem.Mean, problem.Observations);
            }

            // Far from what the quadratic model promised: the generator has bent since the Jacobian was taken. Near the minimum
            // a bent one still serves: a step costs a hundredth of a Jacobian.
            if (Math.Abs(gain / Math.Max(predicted, 1e-30) - 1) > 0.25 && predicted > WorthAJacobian * cost.item<double>())
            {
                (jacobian, curvature) = (null, null);
            }

            fresh = false;
        }

        var prior = 0.5 * ((z - problem.Mean).square() / problem.Variance).sum().item<double>();
        // The members need them to steer by, not to be right by: their own gradients are exact.
        jacobian ??= problem.Jacobian(z); // (n, k)
        curvature ??= problem.Curvature(jacobian); // (k, k)
        return new MostProbableState(z.MoveToOuterDisposeScope(), cost.item<double>(), prior, jacobian.MoveToOuterDisposeScope(), curvature.MoveToOuterDisposeScope(), iterations, converged);
    }

    /// <summary>The minimum of each member's own J, all from the most probable state.</summary>
    /// <param name="means">Prior draws, (M, k).</param>
    /// <param name="observations">Perturbed observations, (M, n).</param>
    /// <returns>(M, k), and how many members the last step still promised more than the tolerance.</returns>
    public static (Tensor Z, int Unconverged) MinimiseMembers(LatentProblem problem, MostProbableState start, Tensor means, Tensor observations, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var factor = linalg.cholesky(start.Curvature); // (k, k)
        // Where the members' minima would be if the generator were linear: at the most probable state their gradient is what
        // their own draws make it.
        var pull = (means - problem.Mean) / problem.Variance + problem.R.Solve(observations - problem.Observations).matmul(start.Jacobian); // (M, k)
        var z = start.Z + pull.transpose(0, 1).cholesky_solve(factor).transpose(0, 1); // (M, k)
        var length = ones([means.shape[0], 1], float64); // (M, 1), of the step
        var (cost, gradient, _) = problem.CostAndGradient(z, means, observations); // (M), (M, k)
        for (var i = 0; ; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = -gradient.transpose(0, 1).cholesky_solve(factor).transpose(0, 1); // (M, k)
            var predicted = -0.5 * (gradient * step).sum(1); // (M)
            var unconverged = (predicted > MemberTolerance * cost.clamp_min(1)).sum().item<long>();
            if (unconverged == 0 || i == MostMemberIterations)
            {
                return (z.MoveToOuterDisposeScope(), (int)unconverged);
            }

            var candidate = z + length * step; // (M, k)
            var (newCost, newGradient, _) = problem.CostAndGradient(candidate, means, observations);
            var better = (newCost <= cost).unsqueeze(1); // (M, 1)
            z = where(better, candidate, z);
            gradient = where(better, newGradient, gradient);
            cost = minimum(newCost, cost);
            length = where(better, ones_like(length), 0.5 * length);
        }
    }
}
