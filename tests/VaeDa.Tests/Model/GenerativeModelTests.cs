using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Memory;
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
    public void A_memory_is_kept_and_added_later_without_touching_the_rest()
    {
        using var scope = NewDisposeScope();
        var fields = SyntheticFields.Make(40, variables: 2);
        var normalisation = TestModel.Normalisation(2, 2);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 2, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        ModelFile.Save(ModelPath, network, Card(fields, normalisation, prior), prior, new float[fields.FieldLength()]);
        using (var without = ModelFile.Load(ModelPath, CPU))
        {
            Assert.Null(without.Memory);
        }

        var d = 4 + prior.ResidualPatterns.Count;
        using var memory = new StateMemory(0.1 * randn(d, d, float64).clamp(-1, 1), 0.4);
        var description = new MemoryDescription { Steps = memory.Steps, OneStepError = 0.4, Penalty = 0.01, DiagonalShare = 0.1, TrainingPairs = 30, HeldOutPairs = 20 };
        var path = _folder.File("with.safetensors");
        ModelFile.SaveWithMemory(ModelPath, path, memory, description);
        var (before, after) = (SafetensorsFile.Read(ModelPath), SafetensorsFile.Read(path));
        Assert.Equal([.. before.Names, "memory"], after.Names);
        Assert.All(before.Names, name => Assert.Equal(before.Floats(name), after.Floats(name)));
        Assert.Equal(before.Names.Where(before.IsHalf), after.Names.Where(after.IsHalf));
        using (var with = ModelFile.LoadGenerator(path, CPU))
        {
            Assert.True(with.Memory!.Transition.allclose(memory.Transition, 1e-6, 1e-8));
            Assert.Equal(0.4, with.Memory.OneStepError);
            Assert.Equal(0.01, with.Card!.Memory!.Penalty);
            using var then = with.At(SeasonalModel.July);
            using var other = with.With(with.Prior.Inflated(null));
            Assert.Same(with.Memory, then.Memory);
            Assert.Same(with.Memory, other.Memory);
        }

        // And taken away again, over itself.
        ModelFile.SaveWithMemory(path, path, null, null);
        Assert.Equal(before.Names, SafetensorsFile.Read(path).Names);
        using var small = new StateMemory(zeros(3, 3, float64), 1);
        ModelFile.SaveWithMemory(ModelPath, path, small, description);
        Assert.Equal($"{path}: tensor 'memory' is (3, 3); this model's states need ({d}, {d})", Assert.Throws<InvalidInputException>(() => ModelFile.Load(path, CPU)).Message);
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
    public void A_generator_without_its_encoder_says_so_where_that_is_needed()
    {
        var fields = SyntheticFields.Make(40);
        var normalisation = TestModel.Normalisation(2);
        using var basis = EofBasis.Of(fields, normalisation, 4);
        using var network = new VariationalAutoencoder(VaeSpec.Default(4), fields.Grid, 1, 1);
        network.StartAt(basis);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var card = Card(fields, normalisation, prior) with { Spec = VaeSpec.Default(4) };
        ModelFile.Save(ModelPath, network, card, prior, new float[fields.FieldLength()]);
        using var loaded = ModelFile.LoadGenerator(ModelPath, CPU);
        var alone = (VariationalAutoencoder)loaded.Autoencoder;
        using var scope = NewDisposeScope();
        Action[] needed =
        [
            () => loaded.Encode(fields.Read(0)),
            () => alone.StartAt(basis),
            () => alone.StartAt(network, zeros(4, fields.FieldLength()), zeros(4), ones(4)),
            () => alone.LinearPath(fields.Grid),
            () => ModelFile.Save(ModelPath, alone, card, prior, new float[fields.FieldLength()]),
        ];
        Assert.All(needed, action => Assert.Contains("without its encoder", Assert.Throws<InvalidOperationException>(action).Message));
        // Nothing was written.
        using var again = ModelFile.Load(ModelPath, CPU);
        Assert.NotNull(((VariationalAutoencoder)again.Autoencoder).LinearPath(fields.Grid));
    }

    [Fact]
    public void A_network_without_a_linear_path_has_none_to_start()
    {
        var fields = SyntheticFields.Make(40);
        using var basis = EofBasis.Of(fields, TestModel.Normalisation(2), 4);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 1, 1);
        Assert.Contains("no linear path", Assert.Throws<InvalidOperationException>(() => network.StartAt(basis)).Message);
        Assert.Null(network.LinearPath(fields.Grid));
    }

    [Theory]
    [InlineData("null", "its model card cannot be read")]
    [InlineData("{}", "its model card cannot be read")]
    [InlineData("{\"format\":4,\"spec\":null,\"grid\":null,\"variables\":null,\"normalisation\":null,\"residualCorrelation\":null,\"provenance\":null,\"scores\":null}", "its model card cannot be read")]
    public void A_model_card_that_says_nothing_is_refused_in_one_line(string card, string message)
    {
        var file = new SafetensorsFile();
        file.Add("x", [1f, 2f], 2);
        file.Metadata["vaeda"] = card;
        file.Write(ModelPath);
        var refusal = Assert.Throws<InvalidInputException>(() => ModelFile.Load(ModelPath, CPU)).Message;
        Assert.StartsWith($"{ModelPath}: {message}", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    [Theory]
    [InlineData("generator_error")]
    [InlineData("climatological_standard_deviation")]
    public void A_model_file_with_a_field_of_another_size_is_refused_in_one_line(string name)
    {
        var fields = SyntheticFields.Make(40);
        var normalisation = TestModel.Normalisation(2);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 1, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        ModelFile.Save(ModelPath, network, Card(fields, normalisation, prior), prior, new float[fields.FieldLength()]);
        var (whole, cut) = (SafetensorsFile.Read(ModelPath), new SafetensorsFile());
        foreach (var tensor in whole.Names)
        {
            cut.Add(tensor, tensor == name ? [1f] : whole.Floats(tensor), tensor == name ? [1] : whole.Shape(tensor));
        }

        cut.Metadata["vaeda"] = whole.Metadata["vaeda"];
        cut.Write(ModelPath);
        Assert.Equal($"{ModelPath}: tensor '{name}' has 1 values; this model's fields have 128", Assert.Throws<InvalidInputException>(() => ModelFile.Load(ModelPath, CPU)).Message);
    }

    [Fact]
    public void A_model_with_a_hostile_name_is_refused()
    {
        var fields = SyntheticFields.Make(40);
        var normalisation = TestModel.Normalisation(2);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 1, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var card = Card(fields, normalisation, prior);
        foreach (var hostile in new[] { card with { Variables = [card.Variables[0] with { Name = "x/../../NAME" }] }, card with { Variables = [card.Variables[0] with { Units = "K\u001b[2J" }] } })
        {
            ModelFile.Save(ModelPath, network, hostile, prior, new float[fields.FieldLength()]);
            var message = Assert.Throws<InvalidInputException>(() => ModelFile.Load(ModelPath, CPU)).Message;
            Assert.Matches("^" + System.Text.RegularExpressions.Regex.Escape(ModelPath) + ": (a variable cannot be called 'x/../../NAME'|the units of 'x0' are 'K.\\[2J')", message);
            Assert.DoesNotContain(message, char.IsControl);
        }
    }

    [Fact]
    public void A_model_whose_parts_are_not_of_one_grid_is_refused()
    {
        var fields = SyntheticFields.Make(40);
        var normalisation = TestModel.Normalisation(2);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 1, 1);
        var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var climatology = new float[fields.FieldLength()];
        Assert.Throws<ArgumentNullException>(() => new GenerativeModel(null!, fields.Grid, fields.Variables, normalisation, prior, climatology, CPU));
        Assert.Throws<ArgumentNullException>(() => new GenerativeModel(network, fields.Grid, fields.Variables, normalisation, null!, climatology, CPU));
        Assert.Contains("climatological", Assert.Throws<ArgumentException>(() => new GenerativeModel(network, fields.Grid, fields.Variables, normalisation, prior, climatology[1..], CPU)).Message);
        Assert.Contains("2 scales", Assert.Throws<ArgumentException>(() => new GenerativeModel(network, fields.Grid, fields.Variables, TestModel.Normalisation(2, 2), prior, climatology, CPU)).Message);
        using var model = new GenerativeModel(network, fields.Grid, fields.Variables, normalisation, prior, climatology, CPU);
        Assert.Contains("128 values", Assert.Throws<ArgumentException>(() => model.Encode(new float[3])).Message);
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
        Provenance = new Provenance { Command = "test" },
        Scores = new Dictionary<string, double> { ["x0_rmse"] = 0.25 },
    };
}
