using System.Globalization;
using VaeDa.Archives;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

/// <summary>vaeda.py, which evaluates a model with numpy and torch: the same latents and fields as here.</summary>
public sealed class PythonModelTests : IDisposable
{
    private const string NotInstalled = "python3-torch and python3-numpy are not installed";
    private const double Tolerance = 1e-4;

    private static readonly DateTime Time = new(2000, 2, 20, 12, 0, 0, DateTimeKind.Utc);

    // Prints the largest differences: of latents and fields as parts of their root mean square, by variable.
    private const string Compare = """
        import sys
        import numpy as np
        import vaeda
        model = vaeda.Model(sys.argv[1])
        theirs, _ = vaeda.read_safetensors(sys.argv[2])
        def difference(a, b, axes):
            a, b = np.asarray(a), np.asarray(b)
            assert a.shape == b.shape, (a.shape, b.shape)
            return float((np.abs(a - b) / np.sqrt((b ** 2).mean(axes, keepdims=True))).max())
        fields = theirs["fields"]
        print(difference(model.encode(fields), theirs["latents"], (0, 1)))
        print(difference(model.decode(np.array(theirs["latents"])), theirs["decoded"], (0, 2, 3)))
        z = model._numpy("latent_mean") + np.array(theirs["u"]) @ model.latent_factor(sys.argv[3]).T
        print(difference(model.decode(z, sys.argv[3]), theirs["at_time"], (0, 2, 3)))
        """;

    private readonly TemporaryFolder _folder = new();

    public static bool IsInstalled { get; } = OperatingSystem.IsLinux() && DebianPython.Has("numpy", "torch");

    public void Dispose() => _folder.Dispose();

    [Fact(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    public void The_bundled_model_encodes_and_decodes_as_here()
    {
        using var archive = AnomalyArchive.Open(Path.Combine(SharedData.RepositoryRoot, "data/sample"));
        AssertSame(Bundled, [.. Enumerable.Range(0, 6).Select(i => archive.Read(200 * i))]);
    }

    [Theory(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    [InlineData("default", 8, 16, true)]
    [InlineData("default", 9, 13, false)]
    [InlineData("seed", 9, 13, false)]
    [InlineData("seed", 16, 32, true)]
    public void So_does_a_network_of_either_preset_on_the_globe_and_in_a_region(string preset, int height, int width, bool isGlobal)
    {
        using var scope = NewDisposeScope();
        var grid = isGlobal ? SyntheticFields.Grid(height, width) : new Grid([.. Enumerable.Range(0, height).Select(i => 60 - 1.5 * i)], [.. Enumerable.Range(0, width).Select(j => -20 + 2.5 * j)]);
        var fields = SyntheticFields.Make(40, grid, variables: 2, missing: preset == "seed" ? 0.1 : 0);
        var normalisation = TestModel.Normalisation(2, 2, offset: 0.5);
        using var network = new VariationalAutoencoder(VaeSpec.Named(preset, 4), grid, 2, 1);
        using (no_grad())
        {
            using var random = new Generator(3);
            foreach (var parameter in network.parameters())
            {
                // All layers act, also those that start at zero.
                parameter.add_(0.05 * randn(parameter.shape, generator: random));
            }
        }

        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var path = _folder.File("model.safetensors");
        var card = new ModelCard
        {
            Spec = network.Spec,
            Grid = grid,
            Variables = fields.Variables,
            Normalisation = normalisation,
            ResidualCorrelation = prior.ResidualCorrelation,
            Provenance = new Provenance { Command = "test" },
            Scores = new Dictionary<string, double>(),
        };
        ModelFile.Save(path, network, card, prior, new float[fields.FieldLength()]);
        AssertSame(path, [.. Enumerable.Range(0, 6).Select(fields.Read)]);
    }

    [Fact(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    public void Random_fields_vary_as_those_here_do()
    {
        const int Count = 40;
        using var scope = NewDisposeScope();
        using var model = ModelFile.LoadGenerator(Bundled);
        using var then = model.At(Time);
        var file = new SafetensorsFile();
        using var seed = new Generator(2);
        var own = cat([.. new PriorSampler(then).Draw(Count, seed)]); // (count, N)
        file.Add("fields", own.data<float>().ToArray(), Count, 1, 48, 96);
        file.Write(_folder.File("ours.safetensors"));
        // Variance over all places, and of the means over blocks of 12 × 12 cells, which noise without correlation would not have; in parts of ours.
        var ratios = Numbers("""
            import sys
            import numpy as np
            import vaeda
            theirs, _ = vaeda.read_safetensors(sys.argv[2])
            ours = np.asarray(vaeda.Model(sys.argv[1]).sample(40, time=sys.argv[3], seed=5))
            blocks = lambda x: x.reshape(40, 4, 12, 8, 12).mean((2, 4))
            assert ours.shape == theirs["fields"].shape
            for a in (lambda x: x, blocks, lambda x: x[..., 1:] - x[..., :-1]):
                print(a(ours).std(0).mean() / a(theirs["fields"]).std(0).mean())
            """, Bundled, _folder.File("ours.safetensors"));
        Assert.Equal(3, ratios.Length);
        Assert.All(ratios, ratio => Assert.InRange(ratio, 0.94, 1.06));
    }

    [Fact(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    public void What_is_no_model_and_fields_that_are_not_whole_are_refused()
    {
        var other = new SafetensorsFile();
        other.Add("x", [1f], 1);
        other.Write(_folder.File("other.safetensors"));
        var run = DebianPython.Run("""
            import sys
            import numpy as np
            import vaeda
            def refused(act):
                try:
                    act()
                except ValueError as error:
                    print(error)
            model = vaeda.Model(sys.argv[1])
            field = np.zeros((1, 48, 96))
            refused(lambda: vaeda.Model(sys.argv[2]))
            refused(lambda: model.encode(field[:, :3]))
            field[0, 0, 0] = np.nan
            refused(lambda: model.encode(field))
            """, [Bundled, _folder.File("other.safetensors")]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Collection(
            run.Output.TrimEnd().Split('\n'),
            line => Assert.Contains("not a model", line),
            line => Assert.Contains("reads (B, 1, 48, 96)", line),
            line => Assert.StartsWith("1 values are missing", line, StringComparison.Ordinal));
    }

    private static string Bundled => Path.Combine(SharedData.RepositoryRoot, "models/speedy-ta.safetensors");

    private void AssertSame(string path, IReadOnlyList<float[]> fields)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var model = ModelFile.Load(path);
        using var then = model.At(Time);
        var (count, v, h, w) = (fields.Count, model.Variables.Count, model.Grid.Height, model.Grid.Width);
        var latents = cat([.. fields.Select(field => model.Encode(field))]); // (B, k)
        using var random = new Generator(1);
        var u = randn([count, model.LatentSize], generator: random); // (B, k)
        // Of a model with a season u has the prior N(0, I); of one without u is z.
        var states = model.Prior.LatentSeason.Changes ? u : model.Prior.LatentMean + model.Prior.LatentVariance.sqrt() * u; // (B, k)
        var file = new SafetensorsFile();
        file.Add("fields", [.. fields.SelectMany(f => f)], count, v, h, w);
        Add("latents", latents, count, model.LatentSize);
        Add("decoded", model.Decode(latents), count, v, h, w);
        Add("u", u, count, model.LatentSize);
        Add("at_time", then.Decode(states), count, v, h, w);
        file.Write(_folder.File("ours.safetensors"));
        var differences = Numbers(Compare, path, _folder.File("ours.safetensors"));
        Assert.Equal(3, differences.Length);
        Assert.All(differences, difference => Assert.InRange(difference, 0, Tolerance));

        void Add(string name, Tensor values, params long[] shape) => file.Add(name, values.contiguous().data<float>().ToArray(), shape);
    }

    private static double[] Numbers(string code, params string[] arguments)
    {
        var run = DebianPython.Run(code, [.. arguments, Time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return [.. run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }
}
