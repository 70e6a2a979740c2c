using System.CommandLine;
using System.Globalization;
using VaeDa.Assimilation;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Results;
using VaeDa.Runtime;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>The work of <c>vaeda assimilate</c>.</summary>
internal sealed class AssimilateRun(AssimilateCommand command, ParseResult parsed)
{
    // Of so many observations a picture's dots take hundreds of megabytes, as what is written does: one after the other.
    private const int DrawnBeforeWritten = 200_000;

    public int Execute(CancellationToken cancellation)
    {
        var options = new AssimilationOptions
        {
            Method = Enum.GetValues<AssimilationMethod>().Single(m => m.Name() == parsed.GetValue(command.Method)),
            Members = parsed.GetValue(command.Members),
            RejectBeyond = parsed.GetValue(command.RejectBeyond),
            EstimateError = parsed.GetValue(command.EstimateError),
            AverageBeyond = parsed.GetValue(command.AverageBeyond),
            Seed = parsed.GetValue(command.Seed),
        }.Validated();
        if (parsed.GetValue(command.Fit) && parsed.GetValue(command.Error)!.Length > 0)
        {
            Console.Error.WriteLine($"{command.Fit.Name} finds the error of observations that state none, so {command.Error.Name} has no effect");
        }

        string[] observations = [.. parsed.GetValue(command.Observations)!.Select(BundledFiles.Observations)];
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        var card = ModelFile.ReadCard(modelFile);
        var sequence = new SequenceRun(command, parsed, observations, modelFile, card, options);
        var isTooLarge = sequence.IsTooLarge;
        if (isTooLarge && sequence.OnDisk(cancellation) is { } code)
        {
            return code;
        }

        var all = command.Reading.Read(observations, parsed, card);
        if (!isTooLarge && sequence.IsAskedFor(all))
        {
            return sequence.InMemory(all, cancellation);
        }

        RefuseOptionsOfManyDates();
        var folder = parsed.GetValue(command.Out) ?? $"{Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(observations[0])).Replace("*", string.Empty)}.analysis";
        OutputCheck.OfFolder(folder, AnalysisFiles.Contents, [modelFile, .. ObservationFile.Files(observations)]);
        // Not before: while a library loads, no other thread can make a native call that is its first.
        using var loading = new Loading();
        var table = TimeSelection.Of(all, parsed.GetValue(command.Time), card, parsed.GetValue(command.Window));
        var time = table.AnalysisTime;
        var truth = Truth.Of(parsed.GetValue(command.Truth), time, card.Grid, card.Variables);
        AssimilateReport.Complain(table);
        options = options with { DefaultErrors = DefaultErrors(table, card.Variables) };
        var withholding = new Withholding(command, parsed);
        table = withholding.Of(table);
        withholding.Say(table.Source, [table]);
        using var climatology = command.ClimatologyOfWhole(parsed, card);
        var whole = climatology is null ? null : new WholeFields(climatology);
        if (whole is not null && time is null)
        {
            throw new InvalidInputException($"{table.Source}: whole fields need a time, for the climatology of its day or month, and the observations have none (--whole)");
        }

        var device = command.Torch.Start(parsed);
        using var loaded = ModelFile.LoadGenerator(modelFile, device, CudaMemory.Free(device) / 4);
        var fit = parsed.GetValue(command.Fit) ? Fit(loaded, [.. all.ByTime(card).Select(withholding.Of)], cancellation) : null;
        if (fit is null && time is null && loaded.Prior.IsSeasonal)
        {
            Console.Error.WriteLine($"{table.Source}: no time, so the annual mean of the prior and of the generator's error is used (a column 'time' selects the season's)");
        }

        using var fitted = fit is null ? null : loaded.With(fit.Apply(loaded.Prior, loaded.ClimatologicalStandardDeviation));
        var model = fitted ?? loaded;
        options = fit is null ? options : options with { DefaultErrors = new Dictionary<string, double> { [model.Variables[0].Name] = fit.ObservationError } };
        var text = "";
        AnalysisDiagnostics? diagnostics = null;
        AtomicFolder.Write(folder, AnalysisFiles.Contents, aside =>
        {
            using var members = new MembersOnDisk(aside, options.Members, model.FieldLength);
            var analysis = new Assimilator(model, options).Run(table, members, cancellation);
            NativeHeap.GiveBack();
            loading.Wait();
            // The picture and the other files need nothing of each other.
            var drawing = parsed.GetValue(command.NoPictures) ? Task.CompletedTask : Task.Run(() => AnalysisPicture.Of(analysis, model.Variables[0].Name, truth).Save(Path.Combine(aside, AnalysisFiles.Picture)), CancellationToken.None);
            try
            {
                if (table.Count > DrawnBeforeWritten)
                {
                    drawing.Wait(CancellationToken.None);
                }

                AnalysisFiles.WriteInto(aside, analysis, Provenance.Now(
                    CommandLine.Typed, options.Seed, [("model", Path.GetFileName(modelFile)), ("modelHash", model.Hash), ("observations", string.Join(", ", observations.Select(o => Path.GetFileName(Path.TrimEndingDirectorySeparator(o))))), ("time", time), .. card.Provenance.Inherited]), whole);
                if (parsed.GetValue(command.Csv))
                {
                    DataFrameFile.Write(analysis.Observations, Path.Combine(aside, AnalysisFiles.ObservationsAsCsv));
                }
            }
            finally
            {
                drawing.GetAwaiter().GetResult();
            }

            var picture = parsed.GetValue(command.NoPictures) ? null : Path.Combine(folder, AnalysisFiles.Picture);
            EnsembleScore[]? scores = truth is null ? null : [.. analysis.Variables.Select(v => Score(analysis[v.Name], truth.Of(v.Name)))];
            text = parsed.GetValue(command.Json) ? AssimilateReport.AsJson(folder, picture, analysis, scores) : AssimilateReport.Describe(picture ?? folder, analysis, scores, parsed.GetValue(command.AverageBeyond));
            diagnostics = analysis.Diagnostics;
        });
        Console.WriteLine(text);
        return AssimilateReport.Verdict(folder, diagnostics!);
    }

    private static EnsembleScore Score(AnalysedVariable found, float[] truth) => EnsembleScore.Of(
        new EnsembleAgainstTruth(truth, found.MostProbable, [.. found.Members]),
        found.Grid.AreaWeights(),
        found.ClimatologicalStandardDeviation);

    private static StationParameters Fit(GenerativeModel model, IReadOnlyList<ObservationTable> dates, CancellationToken cancellation)
    {
        var fit = StationFit.Of(model, dates, _ => model.ClimatologicalStandardDeviation, cancellation: cancellation);
        Console.Error.WriteLine(AssimilateReport.Fitted(fit, model.Variables[0].Units));
        return fit;
    }

    private IReadOnlyDictionary<string, double> DefaultErrors(ObservationTable table, IReadOnlyList<Variable> variables)
    {
        var (given, without) = (parsed.GetValue(command.Error)!, table.Observations.Count(o => o.Error is null && o.Flag is null));
        if ((given.Length == 0 && without == 0) || parsed.GetValue(command.Fit))
        {
            return new Dictionary<string, double>();
        }

        var errors = ObservationErrors.Resolve(variables, [], given);
        Console.Error.WriteLine(without == 0
            ? $"{table.Source}: every observation states its own error, so --error has no effect"
            : $"{without} observations state no error: {string.Join(", ", variables.Select(v => string.Create(CultureInfo.InvariantCulture, $"{errors[v.Name]:g3} {v.Units} for {v.Name}")))} is used (--error changes it)");
        return errors;
    }

    private void RefuseOptionsOfManyDates()
    {
        if (((Option[])[command.Save, command.Memory, command.Ahead, command.Adjust, command.Region, command.At, command.Shard]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
        {
            throw new UsageException($"{given.Name} is for a reanalysis, and these observations are of one date, or of dates with more gaps than dates: --from and --to make a reanalysis of them");
        }
    }
}
