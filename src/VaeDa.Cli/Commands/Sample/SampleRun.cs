using System.CommandLine;
using System.Globalization;
using TorchSharp;
using VaeDa.Archives;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Cli.Commands.Validate;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Files.Netcdf;
using VaeDa.Model;
using VaeDa.Plotting.Figures;
using VaeDa.Results;

namespace VaeDa.Cli.Commands.Sample;

/// <summary>The work of <c>vaeda sample</c>.</summary>
internal sealed class SampleRun(SampleCommand command, ParseResult parsed)
{
    private const int MostDrawn = 8;
    private readonly List<float[]> _drawn = [];

    public int Execute(CancellationToken cancellation)
    {
        var output = parsed.GetValue(command.Out)!;
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        OutputCheck.OfFiles([output, Path.ChangeExtension(output, ".png")], modelFile);
        var isWay = parsed.GetValue(command.From) is not null;
        var (count, what) = isWay ? (parsed.GetValue(command.Steps), "steps") : (parsed.GetValue(command.Count), "count");
        var (least, most) = (isWay ? 2 : 1, 100_000);
        if (count < least || count > most)
        {
            throw new InvalidInputException($"--{what} is {count}; it must be {least}…{most}");
        }

        if (!isWay && parsed.GetValue(command.Seed) is not (>= 0 and < 1L << 31) and var seed)
        {
            throw new InvalidInputException($"--seed is {seed}; it must be 0 or more, below 2147483648");
        }

        var ends = isWay ? Ends(ModelFile.ReadCard(modelFile)) : null;
        using var model = ModelFile.Load(modelFile, command.Torch.Start(parsed));
        var title = "";
        string[] pictures = [];
        AtomicFile.WriteWithCompanions(output, folder => (title, pictures) = Make(Path.Combine(folder, Path.GetFileName(output)), model, modelFile, ends, count, cancellation));
        pictures = [.. pictures.Select(name => Path.Combine(Path.GetDirectoryName(output)!, name))];
        Console.WriteLine(parsed.GetValue(command.Json)
            ? JsonText.Write(new { file = output, count, pictures })
            : string.Join(Environment.NewLine, pictures.Prepend($"{output}: {count} {title}, {string.Join(", ", model.Variables.Select(v => v.Name))}")));
        return ExitCode.Done;
    }

    /// <returns>What was made, and the names of its pictures.</returns>
    private (string Title, string[] Pictures) Make(string output, GenerativeModel model, string modelFile, ((DateTime Time, float[] Field) From, (DateTime Time, float[] Field) To)? ends, int count, CancellationToken cancellation)
    {
        var provenance = Provenance.Now(CommandLine.Typed, parsed.GetValue(command.Seed), [("model", Path.GetFileName(modelFile)), ("modelHash", model.Hash), .. model.Card!.Provenance.Inherited]);
        string title;
        IReadOnlyList<string> labels;
        if (ends is var (from, to))
        {
            title = $"from {AnalysisPicture.Date(from.Time)} to {AnalysisPicture.Date(to.Time)} through the latent space";
            double[] fractions = [.. Enumerable.Range(0, count).Select(i => (double)i / (count - 1))];
            labels = [.. fractions.Select(f => f == 0 ? AnalysisPicture.Date(from.Time) : f == 1 ? AnalysisPicture.Date(to.Time) : string.Create(CultureInfo.InvariantCulture, $"{f:0.00} of the way"))];
            GeneratedFields.Write(output, model, ("fraction", fractions, new NetcdfAttributes { ["long_name"] = "part of the way", ["units"] = "1" }), Way(model, from.Field, to.Field, count).Select(Kept), $"Fields generated {title}", provenance);
        }
        else
        {
            var withResidual = !parsed.GetValue(command.NoResidual);
            title = withResidual ? "random fields" : "random fields, without residual";
            labels = [.. Enumerable.Range(1, count).Select(i => $"member {i}")];
            var whole = $"Random fields: z ~ N(mean, variance) of the model's latents{(withResidual ? ", and a random residual" : ", no residual")}";
            GeneratedFields.Write(output, model, count, Random(model, count, withResidual, cancellation).Select(Kept), whole, provenance);
        }

        return (title, [.. model.Variables.Select((_, v) => Path.GetFileName(Draw(output, model, v, title, labels)))]);
    }

    private ((DateTime Time, float[] Field) From, (DateTime Time, float[] Field) To)? Ends(ModelCard card)
    {
        using var archive = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Archive)!, "data"));
        ValidateRun.RequireMatch(card, archive);
        return (At(parsed.GetValue(command.From)!), At(parsed.GetValue(command.To)!));

        (DateTime, float[]) At(string time)
        {
            var index = Fields.TimePeriod.Parse(time).IndexIn(archive.Times);
            return (archive.Times[index], archive.Read(index));
        }
    }

    private static IEnumerable<float[]> Way(GenerativeModel model, float[] from, float[] to, int steps)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var states = LatentPath.Between(model.Prior, model.Encode(from), model.Encode(to), steps); // (steps, k)
        return [.. Enumerable.Range(0, steps).Select(i => model.Decode(states.narrow(0, i, 1).to(model.Device)).cpu().data<float>().ToArray()
            .Select((value, x) => float.IsFinite(model.Prior.GeneratorError[x]) ? value : float.NaN).ToArray())];
    }

    private IEnumerable<float[]> Random(GenerativeModel model, int count, bool withResidual, CancellationToken cancellation)
    {
        using var generator = new torch.Generator((ulong)parsed.GetValue(command.Seed));
        foreach (var part in new PriorSampler(model, withResidual).Draw(count, generator, cancellation))
        {
            using var owned = part; // (b, N)
            for (var i = 0; i < part.shape[0]; i++)
            {
                using var row = part[i];
                yield return row.data<float>().ToArray();
            }
        }
    }

    private float[] Kept(float[] field)
    {
        if (_drawn.Count < MostDrawn)
        {
            _drawn.Add(field);
        }

        return field;
    }

    private string Draw(string output, GenerativeModel model, int v, string title, IReadOnlyList<string> labels)
    {
        var cells = model.Grid.Cells;
        var path = Path.ChangeExtension(output, model.Variables.Count == 1 ? ".png" : $".{model.Variables[v].Name}.png");
        new FieldsFigure
        {
            Grid = model.Grid,
            Variable = model.Variables[v],
            Title = title,
            Fields = [.. _drawn.Zip(labels, (field, label) => (label, field[(v * cells)..((v + 1) * cells)]))],
        }.Save(path);
        return path;
    }
}
