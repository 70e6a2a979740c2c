using VaeDa.Assimilation.Problem;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>
/// Hamiltonian Monte Carlo (Duane, Kennedy, Pendleton and Roweth 1987; Neal 2011): states in proportion to exp(−J(z)),
/// without any approximation of the posterior's shape. Many chains move as one batch in the whitened coordinates of the
/// Laplace approximation; ε, the length of the leapfrog steps, is adapted in the warm-up by dual averaging (Hoffman and
/// Gelman 2014, §3.2).
/// </summary>
internal static class HamiltonianMonteCarlo
{
    private const int Chains = 16;
    private const int WarmUp = 60;
    private const int DrawsAtATime = 50;
    private const int MostDraws = 1000;
    private const int MostLeapfrogSteps = 16;
    private const double TargetAcceptance = 0.8;

    // A quarter of a standard normal's period: the next state of a Gaussian would be independent of the last.
    private const double TrajectoryLength = Math.PI / 2;

    // Each chain's ε is its own at each trajectory, up to so much longer or shorter, lest a trajectory close upon itself.
    private const double Jitter = 0.2;

    // Wider than the posterior, so that chains which have not mixed differ.
    private const double StartWidth = 2;

    // Until then the chains go on: the members are to be as good as independent.
    private const double WellMixed = 1.02;
    private const int EnoughDraws = 1000;

    /// <param name="problem">Whose J is sampled.</param>
    /// <param name="laplace">About the most probable state.</param>
    /// <param name="members">States that will be taken from the chains.</param>
    /// <param name="generator">Of starts, momenta and steps.</param>
    /// <param name="pause">Renewed on the way.</param>
    /// <param name="cancellation">Checked before each trajectory.</param>
    /// <param name="mostDraws">Of each chain, mixed or not.</param>
    public static MarkovChains Sample(LatentProblem problem, LaplaceApproximation laplace, int members, Generator generator, CollectionPause pause, CancellationToken cancellation, int mostDraws = MostDraws)
    {
        return Sample(problem.Mean.shape[1], laplace.State, CostAndGradient, members, generator, pause, cancellation, mostDraws);

        (Tensor Cost, Tensor Gradient) CostAndGradient(Tensor at)
        {
            var (j, ofState, departures) = problem.CostAndGradient(laplace.State(at), problem.Mean, problem.Observations);
            departures.Dispose();
            return (j, laplace.Whiten(ofState));
        }
    }

    /// <param name="k">The number of coordinates.</param>
    /// <param name="state">The state of coordinates u, (C, k) of (C, k).</param>
    /// <param name="costAndGradient">J of coordinates, (C), and its gradient with respect to them, (C, k).</param>
    /// <param name="members">States that will be taken from the chains.</param>
    /// <param name="generator">Of starts, momenta and steps.</param>
    /// <param name="pause">Renewed on the way.</param>
    /// <param name="cancellation">Checked before each trajectory.</param>
    /// <param name="mostDraws">Of each chain, mixed or not.</param>
    internal static MarkovChains Sample(
        long k, Func<Tensor, Tensor> state, Func<Tensor, (Tensor Cost, Tensor Gradient)> costAndGradient, int members, Generator generator, CollectionPause pause, CancellationToken cancellation, int mostDraws = MostDraws)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var u = StartWidth * randn([Chains, k], float64, generator: generator); // (C, k)
        var (cost, gradient) = costAndGradient(u); // (C), (C, k)

        // Dual averaging, in the paper's names.
        const double gamma = 0.05, t0 = 10, kappa = 0.75;
        var step = 0.5;
        var mu = Math.Log(10 * step);
        double hBar = 0, logStepBar = 0;
        for (var t = 1; t <= WarmUp; t++)
        {
            Renew(t);
            hBar += (TargetAcceptance - Move(step) - hBar) / (t + t0);
            var logStep = mu - Math.Sqrt(t) / gamma * hBar;
            logStepBar += Math.Pow(t, -kappa) * (logStep - logStepBar);
            step = Math.Exp(logStep);
        }

        step = Math.Exp(logStepBar);
        var draws = new List<Tensor>(); // T of (C, k)
        double accepted = 0;
        while (true)
        {
            for (var t = 0; t < DrawsAtATime; t++)
            {
                Renew(t);
                accepted += Move(step);
                draws.Add(state(u)); // (C, k)
            }

            var chains = MarkovChains.Of(stack(draws), accepted / draws.Count, step, LeapfrogSteps(step));
            var enough = chains.RHat <= WellMixed && chains.EffectiveSize >= Math.Max(EnoughDraws, members) && draws.Count * Chains >= members;
            if (enough || draws.Count >= mostDraws)
            {
                chains.Draws.MoveToOuterDisposeScope();
                return chains;
            }

            chains.Draws.Dispose();
        }

        void Renew(int t)
        {
            cancellation.ThrowIfCancellationRequested();
            if (t % 10 == 0)
            {
                pause.Renew();
            }
        }

        // One trajectory of each chain from (u, cost, gradient), which it moves on; returns the mean probability of acceptance.
        double Move(double epsilon)
        {
            using var inner = NewDisposeScope();
            var e = epsilon * (1 + Jitter * (2 * rand([Chains, 1], float64, generator: generator) - 1)); // (C, 1)
            var p = randn([Chains, k], float64, generator: generator); // (C, k)
            var energy = cost + 0.5 * p.square().sum(1); // (C)
            var steps = LeapfrogSteps(epsilon);
            var (end, endCost, endGradient) = (u, cost, gradient);
            p = p - 0.5 * e * endGradient; // (C, k)
            for (var l = 1; l <= steps; l++)
            {
                end = end + e * p; // (C, k)
                (endCost, endGradient) = costAndGradient(end);
                p = p - (l == steps ? 0.5 * e : e) * endGradient; // (C, k)
            }

            // Where a trajectory diverged its energy is infinite or no number: rejected.
            var probability = (energy - endCost - 0.5 * p.square().sum(1)).nan_to_num(double.NegativeInfinity).clamp_max(0).exp(); // (C)
            var accept = rand([Chains], float64, generator: generator) < probability; // (C)
            cost.copy_(where(accept, endCost, cost));
            u.copy_(where(accept.unsqueeze(1), end, u));
            gradient.copy_(where(accept.unsqueeze(1), endGradient, gradient));
            return probability.mean().item<double>();
        }
    }

    private static int LeapfrogSteps(double step) => (int)Math.Clamp(Math.Ceiling(TrajectoryLength / step), 1, MostLeapfrogSteps);
}
