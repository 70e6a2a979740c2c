using VaeDa.Assimilation.Ensemble;
using VaeDa.Assimilation.Search;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Ensemble;

[Collection(nameof(UntrainedNetworks))]
public sealed class HamiltonianMonteCarloTests
{
    [Fact]
    public void The_draws_have_the_moments_of_a_nonlinear_posterior()
    {
        using var world = new UntrainedGenerator(2);
        using var scope = NewDisposeScope();
        using var pause = new CollectionPause();
        using var generator = new Generator(1);
        using var problem = world.Problem();
        var best = GaussNewton.Minimise(problem, problem.FirstGuess(), CancellationToken.None);
        using var laplace = new LaplaceApproximation(problem, best);
        var chains = HamiltonianMonteCarlo.Sample(problem, laplace, 2000, generator, pause, CancellationToken.None);

        // Two latents: the posterior can be summed on a lattice that reaches far beyond it.
        var axis = linspace(-6, 6, 61, float64);
        var u = cartesian_prod(axis, axis); // (G, 2)
        var z = laplace.State(u); // (G, 2)
        var weight = softmax(-problem.Cost(z, problem.Mean, problem.Observations), 0).unsqueeze(1); // (G, 1)
        var mean = (weight * z).sum([0]); // (2)
        var sd = (weight * (z - mean).square()).sum([0]).sqrt(); // (2)

        Assert.True(chains.RHat < 1.05);
        Assert.InRange(chains.Acceptance, 0.7, 0.97);
        // Four standard errors of a mean, and of a standard deviation (a normal's; these are near it), of the effective size.
        var error = 4 / Math.Sqrt(chains.EffectiveSize);
        var drawn = chains.Draws.flatten(0, 1); // (T C, 2)
        var shift = ((drawn.mean([0]) - mean) / sd).abs().max().item<double>();
        Assert.True(shift < error, $"means differ by {shift:g3} standard deviations");
        var wider = (drawn.std(0) / sd - 1).abs().max().item<double>();
        Assert.True(wider < error, $"standard deviations differ by {wider:p1}");
    }
}
