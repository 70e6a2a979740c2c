using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Cli.Commands.Validate;
using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Plotting.Figures;
using VaeDa.Training;
using VaeDa.Verification;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Convert;

/// <summary>The work of <c>vaeda convert --onto</c>.</summary>
internal sealed class ConverterTrainingRun(ConvertCommand command, ParseResult parsed, Interruption interruption)
{
    private static readonly string[] Columns = ["variable", "method", "dates", "rmse", "bias", "anomaly_correlation", "spread", "spread_skill", "crps", "coverage_50", "coverage_90"];

    private const string Checkpoint = ".checkpoint.safetensors";

    private readonly string _output = parsed.GetValue(command.Out)!;

    public int Execute(CancellationToken cancellation)
    {
        var options = new TrainingOptions
        {
            Epochs = parsed.GetValue(command.Epochs),
            BatchSize = parsed.GetValue(command.BatchSize),
            LearningRate = parsed.GetValue(command.LearningRate),
            WeightDecay = parsed.GetValue(command.WeightDecay),
            Patience = parsed.GetValue(command.Patience),
            Seed = parsed.GetValue(command.Seed),
        }.Validated();
        if (!_output.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"--out {_output}: the name of a converter ends in .safetensors");
        }

        Require(command.Dates, 1);
        Require(command.Members, 2);
        using var source = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Source)!, "data"));
        using var target = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Onto)!, "data"));
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        ValidateRun.RequireMatch(ModelFile.ReadCard(modelFile), target);
        OutputCheck.OfFiles([_output, .. ((string[])[Checkpoint, ".history.parquet", ".scores.parquet", ".png"]).Select(end => Path.ChangeExtension(_output, end))], source.Folder, target.Folder, modelFile);
        var (pairs, indices) = FieldPairs.Of(source, target);
        FieldPairs Part(SplitPart part) => pairs.Subset([.. Enumerable.Range(0, pairs.Count).Where(i => target.Parts[indices[i]] == part)]);
        var (training, validation, test) = (Part(SplitPart.Training), Part(SplitPart.Validation), Part(SplitPart.Test));
        Console.Error.WriteLine($"{pairs.Count} times in both archives ({source.Count - pairs.Count} only in {source.Folder}, {target.Count - pairs.Count} only in {target.Folder}): {training.Count} training, {validation.Count} validation, {test.Count} test");
        if (test.Count == 0)
        {
            throw new InvalidInputException($"{target.Folder}: none of its test times is in {source.Folder}");
        }

        var dates = Math.Min(parsed.GetValue(command.Dates), test.Count);
        int[] scored = [.. Enumerable.Range(0, dates).Select(i => (int)((i + 0.5) * test.Count / dates))];
        var shown = parsed.GetValue(command.Time) is { } time ? test.Target.Find(time) : scored[dates / 2];
        var device = command.Torch.Start(parsed);
        using var model = ModelFile.Load(modelFile, device);
        using var builder = new ConverterBuilder(model, training, validation, cancellation);
        var network = builder.Network(options.Seed);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"encoder on {source.Grid}, initialised from a regression on {builder.Modes} EOFs: {network.parameters().Where(p => p.requires_grad).Sum(p => p.numel()):N0} parameters trained; {model.LatentSize} latents"));
        var history = Train(network, builder, options, training, validation, model, cancellation);
        Console.Error.WriteLine("fitting the regression for what the generator cannot make, measuring the error");
        using var converter = builder.Finish(network);
        // The last is the one that is drawn.
        var rivals = Rivals(builder, model, test.Subset([.. scored, shown]).Source, cancellation);
        var scores = ConversionValidation.Of(converter, test.Subset(scored), parsed.GetValue(command.Members), options.Seed, rivals, Path.GetFileName(source.Folder), cancellation);
        var summary = ScoreSummary.Of(scores, new Dictionary<(string, string, string), EnsembleCalibration>());
        var comparison = MethodComparison.Of(scores, ConversionValidation.Tested, (int)options.Seed);
        List<string> pictures = [];
        AtomicFile.WriteWithCompanions(_output, folder =>
        {
            var aside = Path.Combine(folder, Path.GetFileName(_output));
            converter.Save(aside, Card(model, converter, training, validation, Path.GetFileName(modelFile), options.Seed, summary));
            DataFrameFile.Write(TrainingHistory.ToDataFrame(history), Path.ChangeExtension(aside, ".history.parquet"));
            DataFrameFile.Write(AnalysisScore.ToDataFrame(scores), Path.ChangeExtension(aside, ".scores.parquet"));
            pictures = [.. Draw(aside, converter, test.Subset([shown]), rivals, summary, cancellation)];
        });
        Console.WriteLine(parsed.GetValue(command.Json)
            ? JsonText.Write(
                new { converter = _output, pictures, scores = FrameText.Rows(summary), comparison = FrameText.Rows(comparison) })
            : string.Join(Environment.NewLine, [FrameText.Table(new DataFrame(Columns.Select(name => summary[name].Clone())), variables: model.Variables), "", .. comparison.Rows.Select(Words), "", _output, .. pictures]));
        return ExitCode.Done;
    }

    private IReadOnlyList<EpochRecord> Train(VariationalAutoencoder network, ConverterBuilder builder, TrainingOptions options, FieldPairs training, FieldPairs validation, GenerativeModel model, CancellationToken cancellation)
    {
        var checkpoint = Path.ChangeExtension(_output, Checkpoint);
        var resume = Resumption.IsFrom(checkpoint, parsed.GetValue(command.Resume));
        var trainer = new Trainer(
            network, training.Target, validation.Target, model.Normalisation, options,
            $"converter onto the model {model.Hash}", model.Device,
            new EncoderInputs(training.Source, validation.Source, builder.SourceNormalisation));
        var (scale, units) = model.Variables.Count == 1 ? (model.Normalisation.Scale[0], model.Variables[0].Units) : (1, "1");
        using var progress = new TrainingDisplay(options.Epochs, scale, units);
        using var writing = interruption.WithCheckpoint();
        return trainer.Run(checkpoint, resume, progress, cancellation);
    }

    /// <summary>What is linear, with as many EOFs as latents and as many as the converter has; interpolation alone, where both are of the same variables; climatology.</summary>
    private static List<(string Name, IReadOnlyList<float[]> Fields)> Rivals(ConverterBuilder builder, GenerativeModel model, IFieldSet source, CancellationToken cancellation)
    {
        var rivals = new List<(string, IReadOnlyList<float[]>)>();
        var interpolation = SourceInterpolation.Between(source.Grid, source.Variables, model.Grid, model.Variables);
        if (interpolation?.Variables.Count == model.Variables.Count)
        {
            rivals.Add(("interpolation", [.. Enumerable.Range(0, source.Count).Select(i => interpolation.Apply(source.Read(i)))]));
        }

        foreach (var modes in new[] { model.LatentSize, builder.Modes }.Distinct())
        {
            using var linear = builder.Linear(modes);
            rivals.Add(($"{(interpolation is null ? "" : "interpolation+")}regression-{modes}", [.. linear.Convert(source, cancellation)]));
        }

        var nothing = new float[model.FieldLength];
        rivals.Add(("climatology", [.. Enumerable.Repeat(nothing, source.Count)]));
        return rivals;
    }

    private static ModelCard Card(GenerativeModel model, Converter converter, FieldPairs training, FieldPairs validation, string modelFile, long seed, DataFrame summary) => model.Card! with
    {
        ResidualCorrelation = converter.Model.Prior.ResidualCorrelation,
        Conversion = new ConversionCard
        {
            Grid = converter.SourceGrid,
            Variables = converter.SourceVariables,
            Normalisation = converter.SourceNormalisation,
            Model = modelFile,
            ModelHash = model.Hash,
        },
        Provenance = Provenance.Now(CommandLine.Typed, seed, ("training", Describe(training)), ("validation", Describe(validation))),
        Scores = summary.Rows.Where(row => (string)row["method"] == ConversionValidation.Tested)
            .SelectMany(row => ((string[])["rmse", "crps", "spread_skill"]).Select(score => (Name: $"{row["variable"]}_test_{score}", Value: (double)row[score])))
            .ToDictionary(s => s.Name, s => s.Value),
    };

    /// <summary>A picture for each variable, beside the best of its rivals.</summary>
    private IEnumerable<string> Draw(string aside, Converter converter, FieldPairs shown, List<(string Name, IReadOnlyList<float[]> Fields)> rivals, DataFrame summary, CancellationToken cancellation)
    {
        var model = converter.Model;
        var (source, truth, generated) = (shown.Source.Read(0), shown.Target.Read(0), converter.Convert(shown.Source, cancellation).Single());
        for (var v = 0; v < model.Variables.Count; v++)
        {
            var (variable, range) = (model.Variables[v], (v * model.Grid.Cells)..((v + 1) * model.Grid.Cells));
            var best = summary.Rows.Where(row => (string)row["variable"] == variable.Name && (string)row["method"] != ConversionValidation.Tested).MinBy(row => (double)row["rmse"])!;
            var rival = rivals.Single(r => r.Name == (string)best["method"]);
            var read = Math.Max(0, converter.SourceVariables.ToList().FindIndex(s => s.Name == variable.Name));
            var ending = model.Variables.Count == 1 ? ".png" : $".{variable.Name}.png";
            new ConversionFigure
            {
                SourceGrid = converter.SourceGrid,
                SourceVariable = converter.SourceVariables[read],
                Source = source[(read * converter.SourceGrid.Cells)..((read + 1) * converter.SourceGrid.Cells)],
                Grid = model.Grid,
                Variable = variable,
                Date = AnalysisPicture.Date(shown.Target.TimeOf(0)),
                Truth = truth[range],
                Generated = generated[range],
                Spread = converter.Spread(shown.Target.TimeOf(0))[range],
                ClimatologicalDeviation = model.ClimatologicalStandardDeviation[range],
                Rival = (rival.Name, rival.Fields[^1][range]),
            }.Save(Path.ChangeExtension(aside, ending));
            yield return Path.ChangeExtension(_output, ending);
        }
    }

    private static string Words(DataFrameRow row) => string.Create(CultureInfo.InvariantCulture,
        $"{row["variable"]}: {row["score"]} {row["difference_percent"]:+0.0;-0.0}% [{row["low"]:+0.0;-0.0}, {row["high"]:+0.0;-0.0}] against {row["rival"]}");

    private static string Describe(FieldPairs pairs) => string.Create(CultureInfo.InvariantCulture,
        $"{pairs.Count} pairs of fields, {pairs.Target.TimeOf(0):yyyy-MM-dd} to {pairs.Target.TimeOf(pairs.Count - 1):yyyy-MM-dd}");

    private void Require(Option<int> option, int least)
    {
        if (parsed.GetValue(option) < least)
        {
            throw new InvalidInputException($"{option.Name} is {parsed.GetValue(option)}; it must be at least {least}");
        }
    }
}
