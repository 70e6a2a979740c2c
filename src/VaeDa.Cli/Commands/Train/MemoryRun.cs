using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Cli.Commands.Validate;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;

namespace VaeDa.Cli.Commands.Train;

/// <summary>The work of <c>vaeda train --memory-of</c>: a model that was trained before learns how its states follow each other.</summary>
internal sealed class MemoryRun(TrainCommand command, ParseResult parsed)
{
    public int Execute(string model, CancellationToken cancellation)
    {
        if (command.OfTraining.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } useless)
        {
            throw new UsageException($"{useless.Name} is for training; --memory-of trains nothing");
        }

        var output = parsed.GetValue(command.Out)!;
        var path = BundledFiles.Find(model, "models", ".safetensors");
        using var archive = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Archive)!, "data"));
        // The model itself may be written anew.
        OutputCheck.OfFiles([output], archive.Folder);
        RequireTrainedOn(ModelFile.ReadCard(path), archive);
        var device = command.Torch.Start(parsed);
        using var trained = ModelFile.Load(path, device);
        var (memory, description) = MemoryLines.Measure(trained, archive, trained.Card!.Provenance.Seed ?? 0, cancellation);
        using var owned = memory;
        if (memory is null || description is null)
        {
            throw new InvalidInputException($"{output} is not written: there is no memory to add");
        }

        description = description with
        {
            Provenance = Provenance.Now(CommandLine.Typed, null, ("model", Path.GetFileName(path)), ("modelHash", trained.Hash), ("training", TrainRun.Describe(archive.Part(SplitPart.Training))), ("validation", TrainRun.Describe(archive.Part(SplitPart.Validation)))),
        };
        ModelFile.SaveWithMemory(path, output, memory, description);
        Console.WriteLine(parsed.GetValue(command.Json) ? JsonText.Write(new { model = output, memory = description }) : output);
        return ExitCode.Done;
    }

    private static void RequireTrainedOn(ModelCard card, AnomalyArchive archive)
    {
        ValidateRun.RequireMatch(card, archive);
        if (card.Step is { } step && step != archive.Description.Step)
        {
            throw new InvalidInputException($"{archive.Folder}: its fields come {archive.Description.Step?.ToString() ?? "irregularly"}; the model's at a step of one {step}");
        }

        if (card.Provenance.Input<string>("climatology") is { } own && archive.ClimatologyHash() is { } other && own != other)
        {
            throw new InvalidInputException($"{archive.Folder}: its anomalies are from another climatology than those that the model was trained on");
        }

        IFieldSet training = archive.Part(SplitPart.Training);
        if (card.Provenance.Input<string>("training") is { } fields && (training.Count == 0 || TrainRun.Describe(training) != fields))
        {
            throw new InvalidInputException($"{archive.Folder}: its training fields are {(training.Count == 0 ? "none" : TrainRun.Describe(training))}; the model was trained on {fields}");
        }
    }
}
