using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>A VAE trained on fields that no linear generator makes: the ensembles against Hamiltonian Monte Carlo.</summary>
public sealed class PosteriorSpreadTests : IDisposable
{
    private const int Members = 400;
    private const double Error = 0.4;
    private readonly GenerativeModel _model;
    private readonly ObservationTable _table;

    public PosteriorSpreadTests()
    {
        var training = Saturated(240, 7);
        var validation = Saturated(60, 8);
        var spec = VaeSpec.Default(8);
        var normalisation = ModelBuilder.NormalisationFor(spec, training);
        var network = ModelBuilder.Build(spec, training, normalisation, 1, CPU, CancellationToken.None);
        using var folder = new TemporaryFolder();
        new Trainer(network, training, validation, normalisation, new TrainingOptions { Epochs = 8, BatchSize = 16 }, "test", CPU)
            .Run(folder.File("c.safetensors"), false, null, CancellationToken.None);
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        network.eval();
        _model = TestModel.Of(network, training, normalisation, PriorEstimator.Of(network, training, validation, normalisation, CPU));

        var random = new Random(3);
        var truth = Saturated(1, 9).Read(0);
        var places = Enumerable.Range(0, 12).Select(_ => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0) { Error = Error }).ToList();
        var equivalents = new ObservationOperator(training.Grid, ["x0"], new ObservationTable(places)).Apply(truth);
        _table = new ObservationTable(places.Select((p, i) => p with { Anomaly = equivalents[i] + Error * SyntheticFields.Normal(random) }));
    }

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

    public void Dispose() => _model.Dispose();

    private Analysis Run(AssimilationMethod method) =>
        new Assimilator(_model, new AssimilationOptions { Method = method, Members = Members, RejectBeyond = double.PositiveInfinity }).Run(_table);

    private double AreaMean(float[] spread)
    {
        var area = _model.Grid.AreaWeights();
        return spread.Zip(area, (s, a) => (double)s * a).Sum() / area.Sum(a => (double)a);
    }

    private static InMemoryFields Saturated(int count, int seed)
    {
        var fields = SyntheticFields.Make(count, noise: 0.1, seed: seed);
        return new InMemoryFields(fields.Grid, fields.Variables, [.. Enumerable.Range(0, count).Select(i => Array.ConvertAll(fields.Read(i), x => 3 * MathF.Tanh(x / 3)))]);
    }
}
