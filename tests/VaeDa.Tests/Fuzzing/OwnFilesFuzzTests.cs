using System.Text;
using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Archives.Sources;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Tests.Archives;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Tests.Fuzzing;

/// <summary>
/// The readers of this toolkit's own files, and of tensors, on broken ones. Models, checkpoints and archives have no hash here, as those of earlier
/// versions: with one, all would be refused before anything is understood.
/// </summary>
[Collection(nameof(Fuzzing))]
public sealed class OwnFilesFuzzTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Kinds => [.. Models, .. Others];

    public static TheoryData<string> Models => ["model", "card"];

    public static TheoryData<string> Others => ["archive", "npy", "tensor json", "safetensors", "checkpoint"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Broken_files_are_refused_in_one_line(string kind) => Summarise(kind, 500, seed: 1);

    [Theory(Explicit = true), Trait("Set", "CI")]
    [MemberData(nameof(Others))]
    public void More_broken_files_are_refused_in_one_line(string kind) => Summarise(kind, 20_000, seed: 2);

    // A set of its own, which has a process of its own beside the other: several threads would not do, since each loads libtorch's tensors.
    [Theory(Explicit = true), Trait("Set", "CI-models")]
    [MemberData(nameof(Models))]
    public void More_broken_models_are_refused_in_one_line(string kind) => Summarise(kind, 20_000, seed: 2);

    [Theory(Explicit = true)]
    [MemberData(nameof(Kinds))]
    public void A_million_broken_files_are_refused_in_one_line(string kind) => Summarise(kind, 1_000_000, seed: Environment.TickCount);

    private void Summarise(string kind, long mutations, int seed)
    {
        using var scope = NewDisposeScope();
        var target = kind switch
        {
            "archive" => Archive(),
            "npy" => new FuzzTarget("t.npy", [Npy(null), Npy(2)], Tokens("'<f4'", "False", "(3, 2, 2)", "True", "<f8", "99999999999"), path =>
            {
                File.WriteAllText(Path.ChangeExtension(path, ".json"), TensorJson("[\"t\"]"));
                ReadTensor(path);
            }),
            "tensor json" => new FuzzTarget("t.json", [.. new[] { TensorJson("[\"t\"]"), TensorJson("\"t\"") }.Select(Encoding.UTF8.GetBytes)], JsonTokens("latitudes", "1979-01-01"), path =>
            {
                File.WriteAllBytes(Path.ChangeExtension(path, ".npy"), Npy(null));
                NamingEither(path, () => ReadTensor(Path.ChangeExtension(path, ".npy")));
            }),
            "safetensors" => new FuzzTarget("t.safetensors", [Tensors()], JsonTokens("data_offsets", "F32", "__metadata__"), path => Array.ForEach([.. SafetensorsFile.Read(path).Names], name => SafetensorsFile.Read(path).IsFinite(name))),
            "model" => new FuzzTarget("m.safetensors", [Model()], JsonTokens("data_offsets", "F16", "spec", "latentSize"), path => ModelFile.Load(path).Dispose()),
            "card" => Card(),
            _ => CheckpointTarget(),
        };
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}, seed {seed}: {target.Run(mutations, seed)}");
    }

    private FuzzTarget Archive()
    {
        var archive = _folder.File("a");
        var input = FieldFileWriter.Write(_folder.File("in.nc"), [.. Enumerable.Range(0, 36).Select(m => new DateTime(1990 + m / 12, 1 + m % 12, 15, 0, 0, 0, DateTimeKind.Utc))], FieldFileWriter.Weather);
        ArchivePreparation.Run(new PreparationOptions { Inputs = [input], Output = archive, Command = "test" }, null, CancellationToken.None);
        EarlierArchive.Unlist(archive);
        var field = new float[30];
        return new FuzzTarget("archive.json", [File.ReadAllBytes(Path.Combine(archive, "archive.json"))], JsonTokens("variables", "latitudes", "gapDays", "timesOfDay", "subdaily", "2000-2001", "sha256", "files"), path =>
        {
            File.Copy(path, Path.Combine(archive, "archive.json"), overwrite: true);
            NamingEither(path, () =>
            {
                using var opened = AnomalyArchive.Open(archive);
                if (opened.FieldLength() == field.Length)
                {
                    opened.Read(0, field);
                    opened.ReadClimatologicalStandardDeviation(opened.Times[0], field);
                }

                opened.ClimatologyHash();
            });
        });
    }

    // Two files that do not go together: the message may name the other one.
    private static void NamingEither(string path, Action read)
    {
        try
        {
            read();
        }
        catch (InvalidInputException e) when (!e.Message.Contains(Path.GetFileName(path), StringComparison.Ordinal))
        {
            Assert.StartsWith(Path.GetTempPath(), e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(e.Message, char.IsControl);
        }
    }

    /// <summary>The card alone is broken; the tensors beside it are whole.</summary>
    private FuzzTarget Card()
    {
        File.WriteAllBytes(_folder.File("whole.safetensors"), Model());
        var whole = SafetensorsFile.Read(_folder.File("whole.safetensors"));
        return new FuzzTarget("m.safetensors", [Encoding.UTF8.GetBytes(whole.Metadata["vaeda"])], JsonTokens("latentSize", "filters", "residualBlocks", "scale", "memory", "conversion", "stepHours"), path =>
        {
            var file = SafetensorsFile.Read(_folder.File("whole.safetensors"));
            file.Metadata["vaeda"] = Encoding.UTF8.GetString(File.ReadAllBytes(path));
            file.Write(path);
            ModelFile.Load(path).Dispose();
        });
    }

    private FuzzTarget CheckpointTarget()
    {
        var (fields, unscaled) = (SyntheticFields.Make(16), new Normalisation { Scale = [2], Offset = [0] });
        var network = new VariationalAutoencoder(VaeSpec.Seed(2), fields.Grid, 1, 1);
        var path = _folder.File("c.safetensors");
        var options = new TrainingOptions { Epochs = 2, BatchSize = 8 };
        new Trainer(network, fields, fields, unscaled, options, "test", CPU).Run(path, false, null, CancellationToken.None);
        return new FuzzTarget("c.safetensors", [WithoutHash(File.ReadAllBytes(path), ",\"sha256\":\"", "\"")], JsonTokens("epoch", "bestLoss", "history", "optimiser.0.step"), broken =>
            new Trainer(network, fields, fields, unscaled, options, "test", CPU).Run(broken, true, null, CancellationToken.None));
    }

    private byte[] Model()
    {
        var fields = SyntheticFields.Make(16);
        var normalisation = TestModel.Normalisation(2);
        using var network = new VariationalAutoencoder(VaeSpec.Seed(2), fields.Grid, 1, 1);
        using var prior = PriorEstimator.Of(network, fields, fields, normalisation, CPU);
        var path = _folder.File("made.safetensors");
        ModelFile.Save(path, network, new ModelCard
        {
            Spec = VaeSpec.Seed(2),
            Grid = fields.Grid,
            Variables = fields.Variables,
            Normalisation = normalisation,
            ResidualCorrelation = prior.ResidualCorrelation,
            Provenance = Provenance.Now("test", null, ("training", "16 fields, 2000-01-01 to 2000-01-16")),
            Scores = new Dictionary<string, double> { ["x"] = 1 },
        }, prior, new float[fields.FieldLength()]);
        return WithoutHash(File.ReadAllBytes(path), "\"sha256\":\"", "\",");
    }

    private byte[] Tensors()
    {
        var file = new SafetensorsFile();
        file.Add("x", [1f, 2f, 3f, 4f], 2, 2);
        file.AddHalf("h", [1f], 1);
        file.Add("n", [1L, 2L], 2);
        file.Metadata["a"] = "b";
        file.Write(_folder.File("tensors.safetensors"));
        return File.ReadAllBytes(_folder.File("tensors.safetensors"));
    }

    private static void ReadTensor(string path)
    {
        foreach (var source in FieldSource.OpenAll([path], []))
        {
            using (source)
            {
                source.Read(0, new float[source.Grid.Cells]);
            }
        }
    }

    private static byte[] Npy(int? variables)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': (3, {(variables is null ? string.Empty : "1, ")}2, 2), }}";
        return [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes(header.PadRight(117) + "\n"), .. new byte[48]];
    }

    private static string TensorJson(string variables) =>
        $$"""{"latitudes": [1, 0], "longitudes": [0, 1], "times": ["1979-01-01", "1979-01-02", "1979-01-03"], "variables": {{variables}}, "units": "K"}""";

    private static byte[] WithoutHash(byte[] bytes, string before, string after)
    {
        var at = bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(before));
        Assert.True(at > 0);
        bytes.AsSpan(at, before.Length + 64 + after.Length).Fill((byte)' ');
        return bytes;
    }

    private static byte[][] JsonTokens(params string[] words) =>
        Tokens([.. words.Select(word => $"\"{word}\""), "null", "[", "]", "{", "}", "-1", "0", "1e999", "99999999999", "\"NaN\"", "\"\"", ",", "\"\\u0000\"", "[[[[[[[[", "true"]);

    private static byte[][] Tokens(params string[] words) => Array.ConvertAll(words, Encoding.UTF8.GetBytes);
}
