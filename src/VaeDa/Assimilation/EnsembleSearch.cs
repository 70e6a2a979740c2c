using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Model;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// The most probable state of the observations that agree, and the members about it: control, search, control, and again from
/// there for as long as the minimum finds other observations wrong than the search believed.
/// </summary>
/// <param name="model">At the time of the observations.</param>
/// <param name="options">Method, members, and how many states to decode together.</param>
/// <param name="residual">At the problem's observations.</param>
/// <param name="noise">Of all draws.</param>
/// <param name="pause">Renewed here.</param>
internal sealed class EnsembleSearch(GenerativeModel model, AssimilationOptions options, ResidualCovariance residual, Noise noise, CollectionPause pause)
{
    private const int MostSearches = 3;

    /// <param name="source">Of the observations, for messages.</param>
    /// <param name="first">With R of all observations.</param>
    /// <param name="control">With the same R; used up.</param>
    /// <param name="cancellation">Checked at each step.</param>
    /// <exception cref="InvalidInputException">No observation is believed.</exception>
    public FoundEnsemble Run(string source, LatentProblem first, ObservationControl control, CancellationToken cancellation)
    {
        var byAdam = options.Method == AssimilationMethod.Adam;
        var state = first.FirstGuess();
        control = control.At(first, state);
        for (var search = 1; ; search++)
        {
            if (control.R.Count == 0)
            {
                throw ScreenedAverages.NoneBelieved(source, control.Groups.Count, control.Settings.RejectBeyond);
            }

            var problem = first.With(control.R);
            var (best, members) = byAdam ? ByAdam(problem, cancellation) : (GaussNewton.Minimise(problem, state, cancellation), null);
            state = new Linearisation(best.Z, best.Jacobian, problem.Equivalents(best.Z));
            if (search == MostSearches)
            {
                (control, var agrees) = control.Closing(problem, state);
                return Found(best with { Converged = best.Converged && agrees });
            }

            control = control.At(problem, state);
            if (ReferenceEquals(control.R, problem.R))
            {
                return Found(best);
            }

            FoundEnsemble Found(MostProbableState state) =>
                new(problem, control, state, byAdam || options.Members == 0 ? members : MembersAbout(problem, state, cancellation));
        }
    }

    private PerturbedMembers MembersAbout(LatentProblem problem, MostProbableState best, CancellationToken cancellation)
    {
        var m = options.Members;
        var perturbed = PerturbedMembers.Draw(problem, residual, m, noise);
        Tensor shift = zeros(1, float64); // (1), or (M, k): of states of the posterior
        if (double.IsFinite(model.Prior.EffectiveSampleSize))
        {
            var sampling = SamplingError.Draw(problem, residual, best, model.Prior.EffectiveSampleSize, m, noise);
            perturbed = perturbed.With(sampling);
            shift = sampling.Shift(problem, best); // (M, k)
        }

        if (options.Method != AssimilationMethod.GaussNewton)
        {
            // States of the posterior themselves; their draws of residual and observation errors serve to draw r given z and y.
            using var laplace = new LaplaceApproximation(problem, best);
            if (options.Method == AssimilationMethod.Laplace)
            {
                return perturbed with { Z = laplace.Draw(m, noise) + shift };
            }

            using var generator = new Generator(noise.For(DrawOf.Chains).Key);
            var chains = HamiltonianMonteCarlo.Sample(problem, laplace, m, generator, pause, cancellation);
            return perturbed with { Z = chains.Thinned(m) + shift, Sampler = chains.Diagnostics };
        }

        // What the search for the most probable state has read of the model file and freed, the members' may not need.
        pause.Renew();
        model.GiveMemoryBack();
        var (states, unconverged) = GaussNewton.MinimiseMembers(problem, best, perturbed.Means, perturbed.Observations, cancellation);
        return perturbed with { Z = states, Unconverged = unconverged };
    }

    /// <summary>The unperturbed state is searched in the same batch as the members, first.</summary>
    private (MostProbableState Best, PerturbedMembers? Members) ByAdam(LatentProblem problem, CancellationToken cancellation)
    {
        var draws = options.Members == 0 ? null : PerturbedMembers.Draw(problem, residual, options.Members, noise);
        var means = draws is null ? problem.Mean : cat([problem.Mean, draws.Means]); // (1 + M, k)
        var observations = draws is null ? problem.Observations : cat([problem.Observations, draws.Observations]); // (1 + M, n)
        var (z, steps) = AdamSearch.Minimise(problem, means, observations, noise, cancellation);
        var first = z.narrow(0, 0, 1); // (1, k)
        var cost = problem.Cost(first, problem.Mean, problem.Observations).item<double>();
        var jacobian = problem.Jacobian(first); // (n, k)
        var best = new MostProbableState(first, cost, problem.PriorCost(first), jacobian, problem.Curvature(jacobian), steps, double.IsFinite(cost));
        return (best, draws is null ? null : draws with { Z = z.narrow(0, 1, options.Members) });
    }
}
