using VaeDa.Assimilation.Problem;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>A real network, untrained, so that its generator is as far from linear as it comes, and 40 observations of a field of its own.</summary>
internal sealed class UntrainedGenerator : IDisposable
{
    private const double Error = 0.02;

    /// <param name="gain">Of the first layer: more of it bends more.</param>
    public UntrainedGenerator(int latents, double gain = 1)
    {
        var fields = SyntheticFields.Make(60, variables: 2);
        var (sizes, normalisation) = (SyntheticFields.Sizes(2), TestModel.Normalisation(2, variables: 2));
        var network = new VariationalAutoencoder(VaeSpec.Seed(latents), fields.Grid, 2, 3);
        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = false;
        }

        using (no_grad())
        {
            network.state_dict()["generator.dense.weight"].mul_(gain);
        }

        var measured = PriorEstimator.Of(network, fields, SyntheticFields.Make(30, variables: 2, seed: 8), normalisation, CPU);
        // An untrained encoder maps every field to nearly the same state: the prior is given here, not measured.
        var prior = new PriorStatistics
        {
            LatentMean = zeros(latents),
            LatentVariance = ones(latents),
            GeneratorError = [.. sizes.SelectMany(size => Enumerable.Repeat((float)(Error * size), fields.Grid.Cells))],
            ResidualCorrelation = measured.ResidualCorrelation,
        };
        measured.Dispose();
        Model = TestModel.Of(network, fields, normalisation, prior);

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator(4);
        var truth = Model.Decode(randn(1, latents, generator: generator)).data<float>().ToArray();
        var random = new Random(5);
        var places = Enumerable.Range(0, 40).Select(i => new Observation(random.NextDouble() * 160 - 80, random.NextDouble() * 359, 0) { Variable = $"x{i % 2}", Error = Error * sizes[i % 2] }).ToList();
        var equivalents = new ObservationOperator(fields.Grid, ["x0", "x1"], new ObservationTable(places)).Apply(truth);
        Table = new ObservationTable(places.Select((p, i) => p with { Anomaly = equivalents[i] + p.Error!.Value * SyntheticFields.Normal(random) }));
    }

    public GenerativeModel Model { get; }

    public ObservationTable Table { get; }

    /// <summary>J of these observations, their errors independent.</summary>
    public LatentProblem Problem()
    {
        using var scope = NewDisposeScope();
        var h = new ObservationOperator(Model.Grid, ["x0", "x1"], Table);
        var sigma = tensor(Table.Error.Select(e => e!.Value).ToArray()).DetachFromDisposeScope(); // (n)
        var residual = diag(sigma.square()).DetachFromDisposeScope(); // (n, n)
        var y = tensor(Table.Anomaly.ToArray()).unsqueeze(0).DetachFromDisposeScope(); // (1, n)
        return new LatentProblem(Model, h, y, new ObservationErrorCovariance(sigma, residual), 32);
    }

    public void Dispose() => Model.Dispose();
}
