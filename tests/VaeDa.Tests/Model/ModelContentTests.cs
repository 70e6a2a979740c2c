using System.Diagnostics;
using System.Text.Json.Nodes;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

public sealed class ModelContentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("default", 4, 1)]
    [InlineData("default", 7, 3)]
    [InlineData("seed", 4, 2)]
    public void The_shapes_that_a_spec_tells_are_those_of_the_network_that_is_made_of_it(string preset, int latents, int variables)
    {
        var spec = VaeSpec.Named(preset, latents) with { ResidualBlocks = preset == "default" ? 2 : 1 };
        Grid grid = new([60, 20, -20, -60, -80], [0, 60, 120, 180, 240, 300]), source = new([40, 10, -10], [0, 10, 20, 30]);
        using var network = new VariationalAutoencoder(spec, grid, variables, 1);
        Same(network, NetworkShapes.Of(spec, spec, grid, variables, grid, variables));
        using var converter = new VariationalAutoencoder(spec, source, 2, grid, variables, 1);
        Same(converter, NetworkShapes.Of(spec, spec with { LinearPath = true }, source, 2, grid, variables));

        static void Same(VariationalAutoencoder network, IEnumerable<(string Name, long[] Shape)> told) => Assert.Equal(
            network.state_dict().Select(t => $"{t.Key} {string.Join(',', t.Value.shape)}").Order(), told.Select(t => $"{t.Name} {string.Join(',', t.Shape)}").Order());
    }

    // By the path of a member and what it becomes; nothing takes it away.
    [Theory]
    [InlineData("spec.latentSize", "4000000", "latents")]
    [InlineData("spec.latentSize", "5", "this network needs")]
    [InlineData("spec.latentSize", "0", "0 latents")]
    [InlineData("spec.latentSize", "-1", "-1 latents")]
    [InlineData("spec.latentSize", "1e3", "'spec.latentSize' is not what belongs there")]
    [InlineData("spec.latentSize", null, "lacks 'latentSize'")]
    [InlineData("spec.residualBlocks", "1000000", "residual blocks")]
    [InlineData("spec.residualBlocks", "60000", "there is no tensor")]
    [InlineData("spec.residualBlocks", "-1", "residual blocks")]
    [InlineData("spec.filters", "[5]", "1 levels of filters")]
    [InlineData("spec.filters", "[5, 10, 20, 40, 2147483647]", "filters")]
    [InlineData("spec.filters", "null", "'spec.filters'")]
    [InlineData("spec.strides", "[{\"rows\":0,\"columns\":2},{\"rows\":2,\"columns\":2},{\"rows\":2,\"columns\":2},{\"rows\":2,\"columns\":2},{\"rows\":1,\"columns\":2}]", "strides")]
    [InlineData("spec.activation", "7", "'spec.activation'")]
    [InlineData("spec.activation", "\"tanh\"", "'spec.activation'")]
    [InlineData("spec.headFilters", "0", "filters")]
    [InlineData("spec.linearPath", "true", "there is no tensor")]
    [InlineData("variables", "[]", "no variables")]
    [InlineData("variables", "[null]", "a null stands in a list")]
    [InlineData("grid.latitudes", "[]", "at least 2 latitudes")]
    [InlineData("grid.latitudes", "[1, 0]", "this model's fields have")]
    [InlineData("grid", null, "lacks 'grid'")]
    [InlineData("normalisation.scale", "[]", "0 scales")]
    [InlineData("normalisation.scale", "[0]", "a scale that is not above 0")]
    [InlineData("normalisation.scale", "[\"NaN\"]", "a scale that is not above 0")]
    [InlineData("residualCorrelation.length", "-5", "a residual correlation of length -5")]
    [InlineData("residualCorrelation.nugget", "2", "nugget 2")]
    [InlineData("effectiveSampleSize", "\"NaN\"", "effective sample size")]
    [InlineData("stepHours", "7", "stepHours")]
    [InlineData("format", "3", "model format 3")]
    public void A_card_that_does_not_go_with_the_tensors_is_refused_at_once_with_the_files_name(string member, string? value, string said)
    {
        var (path, file) = Saved();
        var card = JsonNode.Parse(file.Metadata["vaeda"])!.AsObject();
        var names = member.Split('.');
        var parent = names[..^1].Aggregate(card, (node, name) => node[name]!.AsObject());
        if (value is null)
        {
            parent.Remove(names[^1]);
        }
        else
        {
            parent[names[^1]] = JsonNode.Parse(value);
        }

        Rewrite(path, file, card.ToJsonString());
        var (clock, before) = (Stopwatch.StartNew(), GC.GetAllocatedBytesForCurrentThread());
        var message = Assert.Throws<InvalidInputException>(() => ModelFile.Load(path, CPU)).Message;
        Assert.StartsWith($"{path}: ", message, StringComparison.Ordinal);
        Assert.Contains(said, message);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain("System.", message);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"{clock.Elapsed}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100 << 20);
    }

    [Theory]
    [InlineData("generator.dense.weight", float.NaN)]
    [InlineData("encoder.dense.bias", float.PositiveInfinity)]
    [InlineData("latent_mean", float.NaN)]
    [InlineData("latent_variance", float.NaN)]
    [InlineData("latent_variance", 0)]
    [InlineData("latent_variance", -1)]
    [InlineData("generator_error", -1)]
    [InlineData("climatological_standard_deviation", float.PositiveInfinity)]
    public void A_number_that_cannot_be_is_refused(string name, float value)
    {
        var (path, file) = Saved();
        var values = file.Floats(name);
        values[^1] = value;
        file.Add(name, values, file.Shape(name));
        Rewrite(path, file, file.Metadata["vaeda"]);
        Assert.StartsWith($"{path}: tensor '{name}' holds values", Assert.Throws<InvalidInputException>(() => ModelFile.Load(path, CPU)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_model_is_neither_loaded_nor_given_a_memory()
    {
        var (path, _) = Saved();
        var bytes = File.ReadAllBytes(path);
        bytes[^100] ^= 4;
        File.WriteAllBytes(path, bytes);
        var said = $"{path}: damaged, or changed since it was written";
        Assert.StartsWith(said, Assert.Throws<InvalidInputException>(() => ModelFile.LoadGenerator(path, CPU)).Message, StringComparison.Ordinal);
        Assert.StartsWith(said, Assert.Throws<InvalidInputException>(() => ModelFile.SaveWithMemory(path, _folder.File("other.safetensors"), null, null)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("other.safetensors")));
    }

    private (string Path, SafetensorsFile File) Saved()
    {
        var fields = SyntheticFields.Make(40);
        var normalisation = TestModel.Normalisation(2);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(4), fields.Grid, 1, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var path = _folder.File("model.safetensors");
        ModelFile.Save(path, network, new ModelCard
        {
            Spec = VaeSpec.Seed(4),
            Grid = fields.Grid,
            Variables = fields.Variables,
            Normalisation = normalisation,
            ResidualCorrelation = prior.ResidualCorrelation,
            Provenance = new Provenance { Command = "test" },
            Scores = new Dictionary<string, double>(),
        }, prior, new float[fields.FieldLength()]);
        return (path, SafetensorsFile.Read(path));
    }

    // With a hash that is right: what is refused is what the file says.
    private static void Rewrite(string path, SafetensorsFile file, string card)
    {
        file.Metadata["vaeda"] = card;
        file.Write(path);
    }
}
