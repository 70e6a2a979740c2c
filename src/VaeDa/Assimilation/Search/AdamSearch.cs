using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Search;

/// <summary>
/// The reference system's search, with the prior added: every state by Adam (Kingma and Ba 2015) at 0.05 from its own
/// random start, all in one batch; at most 1,000 steps, and after the first 100 until the loss, J / n, falls by less than
/// 10⁻⁵ a step.
/// </summary>
internal static class AdamSearch
{
    private const double LearningRate = 0.05;
    private const int MostSteps = 1000;
    private const int FirstSteps = 100;
    private const double Tolerance = 1e-5;
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;

    /// <param name="problem">Whose J it is, but for means and observations.</param>
    /// <param name="means">Prior means, (S, k).</param>
    /// <param name="observations">(S, n)</param>
    /// <param name="noise">Of the starting states.</param>
    /// <param name="cancellation">Checked at each step.</param>
    /// <returns>(S, k), and the steps taken.</returns>
    public static (Tensor Z, int Steps) Minimise(LatentProblem problem, Tensor means, Tensor observations, Noise noise, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var z = noise.For(DrawOf.Starts).Normal((int)means.shape[0], means.shape[1]); // (S, k)
        var (m, v) = (zeros_like(z), zeros_like(z)); // (S, k)
        var previous = double.PositiveInfinity;
        var step = 0;
        while (step < MostSteps)
        {
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            step++;
            var (cost, gradient, _) = problem.CostAndGradient(z, means, observations); // (S), (S, k)
            // Of J / n, as the reference system's mean over the observations.
            gradient = gradient / observations.shape[1];
            m.mul_(Beta1).add_(gradient, 1 - Beta1);
            v.mul_(Beta2).add_(gradient.square(), 1 - Beta2);
            z.sub_(LearningRate * (m / (1 - Math.Pow(Beta1, step))) / ((v / (1 - Math.Pow(Beta2, step))).sqrt() + 1e-8));
            var loss = cost.mean().item<double>() / observations.shape[1];
            if (step > FirstSteps && previous - loss < Tolerance)
            {
                break;
            }

            previous = loss;
        }

        return (z.MoveToOuterDisposeScope(), step);
    }
}
