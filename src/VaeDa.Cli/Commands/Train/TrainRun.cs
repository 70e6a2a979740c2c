using System.CommandLine;
using System.Globalization;
using TorchSharp;
using VaeDa.Archives;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Plotting.Figures;
using VaeDa.Runtime;
using VaeDa.Training;
using VaeDa.Verification;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Train;

/// <summary>The work of <c>vaeda train</c>.</summary>
internal sealed class TrainRun(TrainCommand command, ParseResult parsed, Interruption interruption)
{
    public int Execute(CancellationToken cancellation)
    {
        var output = parsed.GetValue(command.Out)!;
        var checkpoint = Path.ChangeExtension(output, ".checkpoint.safetensors");
        var preset = parsed.GetValue(command.Preset)!;
        var usual = TrainingOptions.For(preset);
        var options = (usual with
        {
            Epochs = parsed.GetValue(command.Epochs) ?? usual.Epochs,
            BatchSize = parsed.GetValue(command.BatchSize) ?? usual.BatchSize,
            LearningRate = parsed.GetValue(command.LearningRate) ?? usual.LearningRate,
            WeightDecay = parsed.GetValue(command.WeightDecay) ?? usual.WeightDecay,
            ClipNorm = parsed.GetValue(command.Clip) ?? usual.ClipNorm,
            Patience = parsed.GetValue(command.Patience) ?? usual.Patience,
            Seed = parsed.GetValue(command.Seed),
        }).Validated();
        if (!output.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            throw new InvalidInputException($"--out {output}: the name of a model file ends in .safetensors");
        }

        using var archive = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Archive)!, "data"));
        OutputCheck.OfFiles([output, checkpoint, Path.ChangeExtension(output, ".history.parquet"), Path.ChangeExtension(output, ".history.png")], archive.Folder);
        var (training, validation) = (archive.Part(SplitPart.Training), archive.Part(SplitPart.Validation));
        var spec = VaeSpec.Named(preset, parsed.GetValue(command.Latent));
        spec.LevelSizes(archive.Grid);
        var device = command.Torch.Start(parsed);
        Console.Error.WriteLine($"{archive.Grid}; {string.Join(", ", archive.Variables.Select(v => v.Name))}; {training.Count} training and {validation.Count} validation fields; device {device}");

        foreach (var line in validation.Count == 0 ? [] : PriorOutlook.Of(validation))
        {
            Console.Error.WriteLine(line);
        }

        var normalisation = ModelBuilder.NormalisationFor(spec, training);
        using var network = ModelBuilder.Build(spec, training, normalisation, options.Seed, device, cancellation);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{spec.Preset} network: {network.parameters().Sum(p => p.numel()):N0} parameters, {network.parameters().Where(p => p.requires_grad).Sum(p => p.numel()):N0} of them trained; {spec.LatentSize} latents"));
        var free = CudaMemory.Free(device);
        var trainer = new Trainer(network, training, validation, normalisation, options, $"split {archive.Description.Split}", device)
        {
            ConvolutionType = parsed.GetValue(command.Precision) switch
            {
                "bfloat16" => torch.bfloat16,
                "auto" when device.type == DeviceType.CUDA => torch.bfloat16,
                _ => torch.float32,
            },
            MemoryForFields = free / 2 ?? 0,
            // What is left is for the network's gradients, the optimiser and what libtorch keeps aside.
            MemoryForBatch = free / 4 ?? long.MaxValue,
        };
        var unit = UnitOf(archive, normalisation);
        var resume = Resumption.IsFrom(checkpoint, parsed.GetValue(command.Resume));
        IReadOnlyList<EpochRecord> history;
        using (var progress = new TrainingDisplay(options.Epochs, unit.Scale, unit.Name))
        {
            try
            {
                using var writing = interruption.WithCheckpoint();
                history = trainer.Run(checkpoint, resume, progress, cancellation);
            }
            catch (OperationCanceledException)
            {
                Console.Error.WriteLine($"checkpoint at {checkpoint}; 'vaeda train … --resume' with the same options continues from it");
                throw;
            }
        }

        try
        {
            return Finish(output, archive, network, normalisation, history, device, options.Seed, cancellation);
        }
        catch
        {
            Console.Error.WriteLine($"the trained network is in {checkpoint}; 'vaeda train … --resume' with the same options goes on from there");
            throw;
        }
    }

    /// <summary>What follows training: measures the prior statistics, and writes the model.</summary>
    private int Finish(string output, AnomalyArchive archive, VariationalAutoencoder network, Normalisation normalisation, IReadOnlyList<EpochRecord> history, torch.Device device, long seed, CancellationToken cancellation)
    {
        var (training, validation) = (archive.Part(SplitPart.Training), archive.Part(SplitPart.Validation));
        Console.Error.WriteLine("measuring the prior statistics: latents and the generator's error");
        using var model = new GenerativeModel(network, archive.Grid, archive.Variables, normalisation, PriorEstimator.Of(network, training, validation, normalisation, device, cancellation: cancellation), archive.MeanClimatologicalStandardDeviation(), device);
        Console.Error.WriteLine("measuring the errors of analyses of the validation fields");
        var prior = ReliabilityFit.Of(model, validation, seed, cancellation);
        using var calibrated = model.With(prior);
        var (memory, description) = MemoryLines.Measure(calibrated, archive, seed, cancellation);
        using var owned = memory;
        var scores = ReconstructionValidation.Of(validation, normalisation, [("vae", network)], device, cancellation);
        var card = new ModelCard
        {
            Spec = network.Spec,
            Grid = archive.Grid,
            Variables = archive.Variables,
            Frequency = archive.Description.Frequency,
            StepHours = archive.Description.StepHours,
            Climatology = archive.Description.Climatology,
            Normalisation = normalisation,
            ResidualCorrelation = prior.ResidualCorrelation,
            EffectiveSampleSize = prior.EffectiveSampleSize,
            Provenance = Provenance.Now(
                CommandLine.Typed, seed, [("training", Describe(training)), ("validation", Describe(validation)), ("climatology", archive.ClimatologyHash()), .. archive.Description.Provenance.Inherited]),
            Memory = description,
            Scores = Scores(scores, history),
        };
        AtomicFile.WriteWithCompanions(output, folder =>
        {
            var aside = Path.Combine(folder, Path.GetFileName(output));
            ModelFile.Save(aside, network, card, prior, model.ClimatologicalStandardDeviation, memory);
            DataFrameFile.Write(TrainingHistory.ToDataFrame(history), Path.ChangeExtension(aside, ".history.parquet"));
            Figure(history, UnitOf(archive, normalisation)).Save(Path.ChangeExtension(aside, ".history.png"));
        });
        Console.WriteLine(parsed.GetValue(command.Json)
            ? JsonText.Write(new { model = output, scores = card.Scores })
            : $"{output}: {string.Join(", ", card.Scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:g4}")))}");
        return ExitCode.Done;
    }

    public static string Describe(IFieldSet fields) => string.Create(CultureInfo.InvariantCulture,
        $"{fields.Count} fields, {fields.TimeOf(0):yyyy-MM-dd} to {fields.TimeOf(fields.Count - 1):yyyy-MM-dd}");

    private static Dictionary<string, double> Scores(Microsoft.Data.Analysis.DataFrame scores, IReadOnlyList<EpochRecord> history)
    {
        var best = history.MinBy(e => e.ValidationLoss)!;
        var result = new Dictionary<string, double> { ["best_epoch"] = best.Epoch, ["validation_loss"] = best.ValidationLoss };
        for (var row = 0; row < scores.Rows.Count; row++)
        {
            // The first band is all of the grid.
            if ((string)scores["band"][row] == (string)scores["band"][0])
            {
                result[$"{scores["variable"][row]}_validation_rmse"] = (double)scores["rmse"][row];
                result[$"{scores["variable"][row]}_validation_explained_variance"] = (double)scores["explained_variance"][row];
            }
        }

        return result;
    }

    private static (double Scale, string Name) UnitOf(AnomalyArchive archive, Normalisation normalisation) =>
        archive.Variables.Count == 1 ? (normalisation.Scale[0], archive.Variables[0].Units) : (1, "1");

    private static TrainingFigure Figure(IReadOnlyList<EpochRecord> history, (double Scale, string Name) unit) => new()
    {
        Epochs = [.. history.Select(e => e.Epoch)],
        TrainingLoss = [.. history.Select(e => e.TrainingLoss)],
        ValidationLoss = [.. history.Select(e => e.ValidationLoss)],
        ReconstructionRmse = [.. history.Select(e => e.ValidationError * unit.Scale)],
        Units = unit.Name,
        BestEpoch = history.MinBy(e => e.ValidationLoss)!.Epoch,
    };
}
