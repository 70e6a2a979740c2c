using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Plotting.Figures;
using VaeDa.Verification;
using VaeDa.Verification.Sequences;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>The work of <c>vaeda validate</c>.</summary>
internal sealed class ValidateRun(ValidateCommand command, ParseResult parsed)
{
    private const int UsualAdamDates = 5;

    private bool IsSequence => parsed.GetValue(command.From) is not null || parsed.GetValue(command.To) is not null;

    public int Execute(CancellationToken cancellation)
    {
        var output = parsed.GetValue(command.Out)!;
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        using var archive = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Archive)!, "data"));
        RequireMatch(ModelFile.ReadCard(modelFile), archive);
        OutputCheck.OfFolder(output, ValidationFolder.OfScores(parsed.GetValue(command.Assimilation), parsed.GetValue(command.Samples) > 0), [modelFile, archive.Folder]);
        var part = archive.Part(Enum.Parse<SplitPart>(parsed.GetValue(command.Part)!, ignoreCase: true));
        var fields = part.WithValues();
        if (fields.Count == 0)
        {
            throw new InvalidInputException($"{archive.Folder}: no field {(part.Count > 0 ? "with a value " : "")}in its {parsed.GetValue(command.Part)} part");
        }

        if (fields.Count < part.Count)
        {
            Console.Error.WriteLine($"{part.Count - fields.Count} of {part.Count} fields have no value and are left out");
        }

        var networks = parsed.GetValue(command.Assimilation)
            ? parsed.GetValue(command.Network)!.Select(n => (Path.GetFileNameWithoutExtension(n), Network.Read(BundledFiles.Find(n, "data/networks", ".csv")))).ToList()
            : [];
        if (networks.GroupBy(n => n.Item1).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new InvalidInputException($"two networks are called '{twice.Key}'; the scores are named after the files");
        }

        var options = new AssimilationOptions { Members = parsed.GetValue(command.Members), Seed = parsed.GetValue(command.Seed) }.Validated();
        var error = networks.Count > 0 ? ObservationErrors.Resolve(archive.Variables, parsed.GetValue(command.Observe)!, parsed.GetValue(command.Error)!) : null;
        foreach (var (name, network) in networks)
        {
            if (network.Places.Count(place => archive.Grid.Locate(place.Latitude, place.Longitude) is null) is > 0 and var outside)
            {
                Console.Error.WriteLine(outside < network.Places.Length ? $"{name}: {outside} of {network.Places.Length} places are outside the grid"
                    : throw new InvalidInputException($"{name}: all {outside} places of this network are outside the grid, {archive.Grid} (--network)"));
            }
        }

        var sample = Dates(archive, fields);
        var adamDates = parsed.GetResult(command.AdamDates) is { Implicit: false } ? parsed.GetValue(command.AdamDates) : IsSequence ? 0 : UsualAdamDates;
        adamDates = adamDates >= 0 ? Math.Min(adamDates, sample.Count) : throw new InvalidInputException($"--adam-dates is {adamDates}; it must be 0 or more");
        var sequence = IsSequence ? new SequenceScores(archive.Grid, new TimeStep(archive.Description.Frequency, archive.Description.StepHours)) : null;
        var (grossErrors, grossErrorSize) = (parsed.GetValue(command.GrossErrors), parsed.GetValue(command.GrossSize));
        if (grossErrors is not (>= 0 and <= 1))
        {
            throw new InvalidInputException(FormattableString.Invariant($"--gross-errors is {grossErrors}; it must be 0…1"));
        }

        var samples = parsed.GetValue(command.Samples);
        if (samples is not (0 or (>= 10 and <= 100_000)))
        {
            throw new InvalidInputException($"--samples is {samples}; it must be 0 or 10…100000");
        }

        var shown = parsed.GetValue(command.Time) is { } time ? fields.Find(time) : fields.Count / 2;
        var text = "";
        AtomicFolder.Write(output, ValidationFolder.OfScores(error is not null, samples > 0), aside => text = Make(aside));
        Console.WriteLine(text);
        return ExitCode.Done;

        string Make(string aside)
        {
            var device = command.Torch.Start(parsed);
            using var model = ModelFile.Load(modelFile, device);
            var methods = new SequenceMethods(IsSequence ? parsed.GetValue(command.Memory)! : SequenceMethods.None, model, archive);
            Console.Error.WriteLine($"{fields.Count} fields, {fields.TimeOf(0):yyyy-MM-dd} to {fields.TimeOf(fields.Count - 1):yyyy-MM-dd}; preparing the rivals{(methods.Step is null ? "" : ", and measuring how their states follow each other")}");
            using var baselines = Baselines.For(model, archive.Part(SplitPart.Training), archive.Part(SplitPart.Validation), methods.Step, cancellation);
            var reconstruction = ReconstructionValidation.Of(
                fields,
                model.Normalisation,
                [("vae", model.Autoencoder), ($"eof-{model.LatentSize}", baselines.Eof), ("climatology", new ClimatologyAutoencoder(model.Grid, model.Normalisation.Offset))],
                device,
                cancellation);
            DataFrameFile.Write(reconstruction, Path.Combine(aside, "reconstruction.parquet"));
            var errors = model.Memory is not null && archive.Description.Step is { } step ? ForecastValidation.Of(model, archive.Part(SplitPart.Training), fields, step, cancellation) : null;
            var forecast = errors is null ? null : ForecastValidation.ToDataFrame(errors);
            if (forecast is not null)
            {
                DataFrameFile.Write(forecast, Path.Combine(aside, "forecast.parquet"));
            }

            string[] pictures = [.. DrawReconstruction(model, fields, shown, aside, output)];
            if (errors is { Count: > 0 })
            {
                new ForecastFigure { Variables = model.Variables, Errors = errors, Step = archive.Description.Step!.Frequency == Frequency.Subdaily ? "step" : $"{archive.Description.Step}" }.Save(Path.Combine(aside, ValidationFolder.Forecast));
                pictures = [Path.Combine(output, ValidationFolder.Forecast), .. pictures];
            }

            AnalysesValidation? analyses = null;
            if (error is not null)
            {
                var (generators, memories) = methods.Of(baselines);
                if (baselines.Localised is null)
                {
                    Console.Error.WriteLine($"without {LocalisedInterpolation.Method}: the fields have {model.FieldLength} values, and it holds the covariance of {LocalisedInterpolation.MostValues} at most");
                }

                analyses = new AnalysesValidation(new AssimilationValidation(generators, options, adamDates, grossErrors, grossErrorSize) { Sequence = sequence, Memories = memories, Localised = baselines.Localised }, model, aside, output);
                analyses.Run(sample, networks, error, cancellation);
                analyses.Write();
            }

            var random = samples == 0 ? null : new SamplesValidation(model, baselines, fields, archive.Part(SplitPart.Training), samples, options.Seed, cancellation);
            if (random is not null)
            {
                DataFrameFile.Write(random.Statistics, Path.Combine(aside, "samples.parquet"));
                DataFrameFile.Write(random.Spectra, Path.Combine(aside, "spectra.parquet"));
            }

            var provenance = Provenance.Now(CommandLine.Typed, options.Seed, ("model", Path.GetFileName(modelFile)), ("modelHash", model.Hash), ("archive", Path.GetFileName(archive.Folder)));
            var comparison = analyses?.Comparison((int)options.Seed);
            var json = JsonText.Write(
                new
                {
                    provenance,
                    reconstruction = FrameText.Rows(reconstruction),
                    forecast = forecast is null ? null : FrameText.Rows(forecast),
                    assimilation = analyses is null ? null : FrameText.Rows(analyses.Summary()),
                    explainedVariance = analyses is null ? null : FrameText.Rows(analyses.ExplainedVariance((int)options.Seed)),
                    grossErrors = analyses?.GrossErrors() is { } counts ? FrameText.Rows(counts) : null,
                    comparison = comparison is null ? null : FrameText.Rows(comparison),
                    calibration = analyses?.Calibration(),
                    sequence = sequence is null ? null : FrameText.Rows(sequence.ToDataFrame()),
                    sequenceRanks = sequence is null ? null : SequenceTables.Ranks(sequence),
                    samples = random is null ? null : FrameText.Rows(random.Statistics),
                    spectra = random is null ? null : FrameText.Rows(random.Spectra),
                }, indented: true);
            File.WriteAllText(Path.Combine(aside, ValidationFolder.Scores), json);
            pictures = [.. pictures, .. analyses?.Draw() ?? [], .. random?.Draw(aside, output) ?? []];
            string[] texts = [FrameText.Table(reconstruction, variables: model.Variables), .. forecast is { Rows.Count: > 0 } ? ["forecast: RMSE by steps ahead" + Environment.NewLine + FrameText.Table(forecast, variables: model.Variables)] : Array.Empty<string>(), .. analyses?.Tables(comparison!, (int)options.Seed) ?? [], .. random?.Tables() ?? [], string.Join(Environment.NewLine, pictures)];
            return parsed.GetValue(command.Json) ? json : string.Join(Environment.NewLine + Environment.NewLine, texts);
        }
    }

    internal static void RequireMatch(ModelCard card, AnomalyArchive archive)
    {
        if (!card.Grid.Equals(archive.Grid) || !card.Variables.Select(v => (v.Name, v.Units)).SequenceEqual(archive.Variables.Select(v => (v.Name, v.Units))))
        {
            throw new InvalidInputException($"{archive.Folder}: {Words(archive.Variables)} on {archive.Grid}; the model is of {Words(card.Variables)} on {card.Grid}");
        }

        static string Words(IReadOnlyList<VaeDa.Fields.Variable> variables) => string.Join(", ", variables.Select(v => $"{v.Name} [{v.Units}]"));
    }

    // Of a sequence all that are in the range, else a number of them, evenly spaced.
    private FieldSubset Dates(AnomalyArchive archive, IFieldSet fields)
    {
        if (!IsSequence)
        {
            var dates = parsed.GetValue(command.Dates) is >= 1 and var asked
                ? Math.Min(asked, fields.Count)
                : throw new InvalidInputException($"--dates is {parsed.GetValue(command.Dates)}; it must be at least 1");
            return new FieldSubset(fields, [.. Enumerable.Range(0, dates).Select(i => (int)((i + 0.5) * fields.Count / dates))]);
        }

        var from = parsed.GetValue(command.From) is { } first ? TimePeriod.Parse(first) : null;
        var to = parsed.GetValue(command.To) is { } last ? TimePeriod.Parse(last) : null;
        int[] within = [.. Enumerable.Range(0, fields.Count).Where(i => fields.TimeOf(i) >= (from?.Start ?? DateTime.MinValue) && fields.TimeOf(i) < (to?.End ?? DateTime.MaxValue))];
        return within.Length > 0 ? new FieldSubset(fields, within) : throw new InvalidInputException(
            $"{archive.Folder}: the {parsed.GetValue(command.Part)} part has no field from {from?.Text ?? "the first"} to {to?.Text ?? "the last"}; its times are {fields.TimeOf(0):yyyy-MM-dd} to {fields.TimeOf(fields.Count - 1):yyyy-MM-dd}");
    }

    private static IEnumerable<string> DrawReconstruction(GenerativeModel model, IFieldSet fields, int shown, string aside, string output)
    {
        var reconstruction = Reconstruction.Of(model, fields.Read(shown), fields.TimeOf(shown));
        for (var v = 0; v < model.Variables.Count; v++)
        {
            var file = model.Variables.Count == 1 ? "validation.png" : $"validation-{model.Variables[v].Name}.png";
            reconstruction.Figure(v).Save(Path.Combine(aside, file));
            yield return Path.Combine(output, file);
        }
    }
}
