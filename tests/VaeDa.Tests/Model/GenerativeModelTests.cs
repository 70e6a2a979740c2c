using TorchSharp;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

public sealed class GenerativeModelTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_model_comes_back_from_its_file_as_it_went()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var fields = SyntheticFields.Make(40, variables: 2, missing: 0.1);
        var normalisation = new Normalisation { Scale = [2, 300], Offset = [0, 0.5] };
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 2, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        Assert.Contains(prior.GeneratorError, float.IsNaN);
        var climatology = Enumerable.Range(0, fields.FieldLength()).Select(i => 1f + i).ToArray();
        ModelFile.Save(ModelPath, network, Card(fields, normalisation, prior), prior, climatology);

        using var loaded = ModelFile.Load(ModelPath, CPU);
        Assert.Equal(fields.Grid, loaded.Grid);
        Assert.Equal(fields.Variables, loaded.Variables);
        Assert.Equal(prior.ResidualCorrelation, loaded.Prior.ResidualCorrelation);
        Assert.Equal(prior.GeneratorError, loaded.Prior.GeneratorError);
        Assert.Equal([4L, fields.FieldLength()], prior.ResidualPatterns.Whole().shape);
        Assert.True(loaded.Prior.ResidualPatterns.Whole().allclose(prior.ResidualPatterns.Whole(), 1e-3, 1e-4));
        Assert.Equal(climatology, loaded.ClimatologicalStandardDeviation);
        Assert.Equal(16, loaded.Hash.Length);
        Assert.Equal(0.25, loaded.Card!.Scores["x0_rmse"]);
        var z = randn(3, 4);
        var physical = (network.Decode(z) - tensor(new[] { 0f, 0.5f }).reshape(1, 2, 1, 1)) * tensor(new[] { 2f, 300f }).reshape(1, 2, 1, 1);
        Assert.True(loaded.Decode(z).allclose(physical.flatten(1)));
        Assert.All(((VariationalAutoencoder)loaded.Autoencoder).parameters(), p => Assert.False(p.requires_grad));
    }

    // What specific humidity and geopotential are in, and what no two-byte number holds.
    [Theory]
    [InlineData(1)]
    [InlineData(1e-5)]
    [InlineData(1e-9)]
    [InlineData(1e6)]
    public void The_patterns_of_a_variable_of_any_size_come_back(double factor)
    {
        using var scope = NewDisposeScope();
        var fields = SyntheticFields.InUnits(SyntheticFields.Make(40, variables: 2), 1, factor / SyntheticFields.Sizes(2)[1]);
        var normalisation = new Normalisation { Scale = [2, 2 * factor], Offset = [0, 0] };
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 2, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        ModelFile.Save(ModelPath, network, Card(fields, normalisation, prior), prior, new float[fields.FieldLength()]);
        using var loaded = ModelFile.LoadGenerator(ModelPath, CPU);
        var (went, came) = (prior.ResidualPatterns.Whole().split(fields.Grid.Cells, 1), loaded.Prior.ResidualPatterns.Whole().split(fields.Grid.Cells, 1)); // V of (m, C)
        Assert.All(went.Zip(came), p => Assert.True(((p.First - p.Second).norm() / p.First.norm()).item<float>() < 1e-3));
        // Three figures suffice, where two bytes hold them.
        Assert.Equal(factor == 1, SafetensorsFile.Read(ModelPath).IsHalf("residual_patterns"));
    }

    [Fact]
    public void A_loaded_model_encodes_as_the_saved_one()
    {
        var fields = SyntheticFields.Make(40);
        var normalisation = new Normalisation { Scale = [2], Offset = [0] };
        using var basis = EofBasis.Of(fields, normalisation, 4);
        using var network = new VariationalAutoencoder(VaeSpec.Default(4), fields.Grid, 1, 1);
        network.StartAt(basis);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var card = Card(fields, normalisation, prior) with { Spec = VaeSpec.Default(4) };
        ModelFile.Save(ModelPath, network, card, prior, new float[fields.FieldLength()]);
        using var loaded = ModelFile.Load(ModelPath, CPU);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var x = tensor(fields.Read(5)).reshape(1, 1, fields.Grid.Height, fields.Grid.Width) / 2;
        Assert.True(loaded.Encode(fields.Read(5)).allclose(network.Encode(x).Mean, 1e-5, 1e-6));
    }

    [Fact]
    public void As_many_states_go_together_as_the_memory_named_holds()
    {
        var fields = SyntheticFields.Make(40);
        var normalisation = new Normalisation { Scale = [2], Offset = [0] };
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 1, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        ModelFile.Save(ModelPath, network, Card(fields, normalisation, prior), prior, new float[fields.FieldLength()]);
        var each = VaeSpec.Seed(4).BytesOfField(fields.Grid, 1);
        foreach (var (bytes, together) in new (long?, int)[] { (null, 8), (each / 2, 1), (3 * each + 1, 3), (long.MaxValue, 32) })
        {
            using var loaded = ModelFile.LoadGenerator(ModelPath, CPU, bytes);
            using var then = loaded.At(new DateTime(2000, 7, 1));
            Assert.Equal((together, together), (loaded.StatesTogether(32), then.StatesTogether(32)));
        }
    }

    [Fact]
    public void Another_safetensors_file_is_refused_in_one_line()
    {
        var file = new SafetensorsFile();
        file.Add("x", [1f, 2f], 2);
        file.Write(ModelPath);
        Assert.Contains("not a model", Assert.Throws<InvalidInputException>(() => ModelFile.Load(ModelPath, CPU)).Message);
        File.WriteAllText(ModelPath, "not even that");
        Assert.Contains("not a safetensors file", Assert.Throws<InvalidInputException>(() => ModelFile.Load(ModelPath, CPU)).Message);
    }

    public void Dispose() => _folder.Dispose();

    private string ModelPath => _folder.File("model.safetensors");

    private static ModelCard Card(IFieldSet fields, Normalisation normalisation, PriorStatistics prior) => new()
    {
        Spec = VaeSpec.Seed(4),
        Grid = fields.Grid,
        Variables = fields.Variables,
        Normalisation = normalisation,
        ResidualCorrelation = prior.ResidualCorrelation,
        Provenance = new ModelProvenance { Command = "test", Seed = 1, Created = DateTime.UtcNow, Versions = new Dictionary<string, string>(), Training = "some", Validation = "others" },
        Scores = new Dictionary<string, double> { ["x0_rmse"] = 0.25 },
    };
}
