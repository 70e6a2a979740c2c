using VaeDa.Assimilation;
using VaeDa.Observations;

namespace VaeDa.Tests.Assimilation;

/// <summary>A VAE trained on fields that no linear generator makes: the ensembles against Hamiltonian Monte Carlo.</summary>
public sealed class PosteriorSpreadTests : IDisposable
{
    private const int Members = 400;
    private readonly TrainedGenerator _generator = new(epochs: 8);
    private readonly ObservationTable _table;

    public PosteriorSpreadTests() => _table = _generator.Observe(12, field: 9, places: 3);

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void The_spread_of_every_ensemble_is_that_of_Hamiltonian_Monte_Carlo()
    {
        var reference = Run(AssimilationMethod.Hmc);
        Assert.True(reference.Diagnostics.Sampler!.RHat < 1.05);
        foreach (var method in new[] { AssimilationMethod.GaussNewton, AssimilationMethod.Laplace })
        {
            var ratio = AreaMean(Run(method).Spread) / AreaMean(reference.Spread);
            Assert.True(ratio is > 0.9 and < 1.1, $"{method}: {ratio:f3}");
        }
    }

    public void Dispose() => _generator.Dispose();

    private Analysis Run(AssimilationMethod method) =>
        new Assimilator(_generator.Model, new AssimilationOptions { Method = method, Members = Members, RejectBeyond = double.PositiveInfinity }).Run(_table);

    private double AreaMean(float[] spread)
    {
        var area = _generator.Model.Grid.AreaWeights();
        return spread.Zip(area, (s, a) => (double)s * a).Sum() / area.Sum(a => (double)a);
    }
}
