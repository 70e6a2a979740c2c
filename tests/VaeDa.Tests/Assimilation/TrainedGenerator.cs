using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>A VAE trained for some epochs on fields that no linear generator makes, its prior measured.</summary>
internal sealed class TrainedGenerator : IDisposable
{
    private const double Error = 0.4;

    /// <param name="memory">Of d; null: it remembers nothing.</param>
    public TrainedGenerator(int epochs, Func<int, StateMemory>? memory = null)
    {
        var training = Saturated(240, 7);
        var validation = Saturated(60, 8);
        var spec = VaeSpec.Default(8);
        var normalisation = ModelBuilder.NormalisationFor(spec, training);
        var network = ModelBuilder.Build(spec, training, normalisation, 1, CPU, CancellationToken.None);
        using var folder = new TemporaryFolder();
        new Trainer(network, training, validation, normalisation, new TrainingOptions { Epochs = epochs, BatchSize = 16 }, "test", CPU)
            .Run(folder.File("c.safetensors"), false, null, CancellationToken.None);
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        network.eval();
        Model = TestModel.Of(network, training, normalisation, PriorEstimator.Of(network, training, validation, normalisation, CPU), memory: memory);
    }

    public GenerativeModel Model { get; }

    /// <summary>Observations at random places of a field like those that it was trained on.</summary>
    /// <param name="field">Its seed.</param>
    /// <param name="places">Their seed.</param>
    public ObservationTable Observe(int count, int field, int places, DateTime? time = null)
    {
        var random = new Random(places);
        var truth = Saturated(1, field).Read(0);
        var at = Enumerable.Range(0, count).Select(_ => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0) { Error = Error, Time = time }).ToList();
        var equivalents = new ObservationOperator(Model.Grid, ["x0"], new ObservationTable(at)).Apply(truth);
        return new ObservationTable(at.Select((p, i) => p with { Anomaly = equivalents[i] + Error * SyntheticFields.Normal(random) }));
    }

    public void Dispose() => Model.Dispose();

    private static InMemoryFields Saturated(int count, int seed)
    {
        var fields = SyntheticFields.Make(count, noise: 0.1, seed: seed);
        return new InMemoryFields(fields.Grid, fields.Variables, [.. Enumerable.Range(0, count).Select(i => Array.ConvertAll(fields.Read(i), x => 3 * MathF.Tanh(x / 3)))]);
    }
}
