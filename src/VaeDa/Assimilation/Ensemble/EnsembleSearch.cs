using TorchSharp;
using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Search;
using VaeDa.Model;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>The most probable state and the members, by the method that the options name.</summary>
/// <param name="control">Of the same problem.</param>
/// <param name="residual">At the problem's observations.</param>
/// <param name="pause">Renewed here.</param>
internal sealed class EnsembleSearch(GenerativeModel model, AssimilationOptions options, LatentProblem problem, CheckedSearch control, ResidualCovariance residual, Generator generator, CollectionPause pause)
{
    /// <returns>Members: null if none are asked for.</returns>
    public (MostProbableState Best, PerturbedMembers? Members) Run(CancellationToken cancellation)
    {
        if (options.Method == AssimilationMethod.Adam)
        {
            return ByAdam(cancellation);
        }

        var best = control.Run((z, jacobian) => GaussNewton.Minimise(problem, z, jacobian, cancellation));
        return (best, options.Members == 0 ? null : MembersAbout(best, cancellation));
    }

    private PerturbedMembers MembersAbout(MostProbableState best, CancellationToken cancellation)
    {
        var m = options.Members;
        var perturbed = PerturbedMembers.Draw(problem, residual, m, generator);
        Tensor shift = zeros(1, float64); // (1), or (M, k): of states of the posterior
        if (double.IsFinite(model.Prior.EffectiveSampleSize))
        {
            var sampling = SamplingError.Draw(problem, residual, best, model.Prior.EffectiveSampleSize, m, generator);
            perturbed = perturbed.With(sampling);
            shift = sampling.Shift(problem, best); // (M, k)
        }

        if (options.Method != AssimilationMethod.GaussNewton)
        {
            // States of the posterior themselves; their draws of residual and observation errors serve to draw r given z and y.
            using var laplace = new LaplaceApproximation(problem, best);
            if (options.Method == AssimilationMethod.Laplace)
            {
                return perturbed with { Z = laplace.Draw(m, generator) + shift };
            }

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
    private (MostProbableState Best, PerturbedMembers? Members) ByAdam(CancellationToken cancellation)
    {
        PerturbedMembers? members = null;
        var best = control.Run((_, _) =>
        {
            var draws = options.Members == 0 ? null : PerturbedMembers.Draw(problem, residual, options.Members, generator);
            var means = draws is null ? problem.Mean : cat([problem.Mean, draws.Means]); // (1 + M, k)
            var observations = draws is null ? problem.Observations : cat([problem.Observations, draws.Observations]); // (1 + M, n)
            var (z, steps) = AdamSearch.Minimise(problem, means, observations, generator, cancellation);
            members = draws is null ? null : draws with { Z = z.narrow(0, 1, options.Members) };
            var first = z.narrow(0, 0, 1); // (1, k)
            var cost = problem.Cost(first, problem.Mean, problem.Observations).item<double>();
            var prior = 0.5 * ((first - problem.Mean).square() / problem.Variance).sum().item<double>();
            var jacobian = problem.Jacobian(first); // (n, k)
            return new MostProbableState(first, cost, prior, jacobian, problem.Curvature(jacobian), steps, true);
        });
        return (best, members);
    }
}
