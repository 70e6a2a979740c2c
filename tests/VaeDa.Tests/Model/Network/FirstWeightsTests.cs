using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Tests.Assimilation;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Network;

/// <summary>The process's own random numbers are the caller's: networks come and go without a trace in them.</summary>
[Collection(nameof(UntrainedNetworks))]
public sealed class FirstWeightsTests
{
    private static readonly Grid Grid = SyntheticFields.Grid();

    [Fact]
    public void Making_and_loading_networks_leaves_the_callers_random_numbers_as_they_were()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        var path = folder.File("model.safetensors");
        random.manual_seed(11);
        var expected = rand(6).data<float>().ToArray();

        random.manual_seed(11);
        var found = rand(2).data<float>().ToList();
        using var network = new VariationalAutoencoder(VaeSpec.Default(4), Grid, 1, 3);
        found.AddRange(rand(1).data<float>());
        Save(path, network, SyntheticFields.Make(40));
        using var whole = ModelFile.Load(path, CPU);
        found.AddRange(rand(1).data<float>());
        using var generator = ModelFile.LoadGenerator(path, CPU);
        found.AddRange(rand(2).data<float>());
        Assert.Equal(expected, found);
    }

    private static void Save(string path, VariationalAutoencoder network, IFieldSet fields)
    {
        var normalisation = TestModel.Normalisation(2);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var card = new ModelCard
        {
            Spec = network.Spec,
            Grid = fields.Grid,
            Variables = fields.Variables,
            Normalisation = normalisation,
            ResidualCorrelation = prior.ResidualCorrelation,
            Provenance = new Provenance { Command = "test" },
            Scores = new Dictionary<string, double>(),
        };
        ModelFile.Save(path, network, card, prior, new float[fields.FieldLength()]);
    }

    [Fact]
    public void A_seed_gives_the_weights_that_the_library_draws_from_it()
    {
        using var scope = NewDisposeScope();
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), Grid, 1, 3);
        random.manual_seed(3);
        var first = nn.Conv2d(1, 5, kernel_size: (3, 3), stride: (2, 2));
        var second = nn.Conv2d(5, 10, kernel_size: (3, 3), stride: (2, 2));
        Assert.Equal(first.weight!.data<float>(), network.get_parameter("encoder.down.0.conv.weight")!.data<float>());
        Assert.Equal(first.bias!.data<float>(), network.get_parameter("encoder.down.0.conv.bias")!.data<float>());
        Assert.Equal(second.weight!.data<float>(), network.get_parameter("encoder.down.1.conv.weight")!.data<float>());
        // The last that is drawn: what it is follows from all before it.
        Assert.Equal(0.18278953f, network.get_parameter("generator.up.4.conv.bias")!.item<float>(), 1e-7);
    }

    [Fact]
    public void Networks_made_at_the_same_time_are_those_made_one_after_another()
    {
        var expected = Enumerable.Range(0, 24).Select(Weights).ToArray();
        var found = new float[expected.Length][];
        Parallel.For(0, expected.Length, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken }, seed => found[seed] = Weights(seed));
        Assert.Equal(expected, found);
        Assert.NotEqual(expected[0], expected[1]);

        static float[] Weights(int seed)
        {
            using var scope = NewDisposeScope();
            using var network = new VariationalAutoencoder(VaeSpec.Default(4), Grid, 1, seed);
            return [.. network.parameters().SelectMany(p => p.data<float>().ToArray())];
        }
    }
}
