using System.CommandLine;
using System.Globalization;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Ensemble;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
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
        var observations = BundledFiles.Find(parsed.GetValue(command.Observations)!, "data/observations", ".csv");
        var all = OneIn(parsed.GetValue(command.OneIn), ObservationFile.Read(observations, parsed.GetValue(command.Strict)));
        // Not before: while a library loads, no other thread can make a native call that is its first.
        using var loading = new Loading();
        var table = TimeSelection.Of(all, parsed.GetValue(command.Time));
        var time = table.AnalysisTime;
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        var card = ModelFile.ReadCard(modelFile);
        var truth = Truth.Of(parsed.GetValue(command.Truth), time, card.Grid, card.Variables);
        Report(table);
        options = options with { DefaultErrors = DefaultErrors(table, card.Variables) };

        var device = command.Torch.Start(parsed);
        using var loaded = ModelFile.LoadGenerator(modelFile, device, CudaMemory.Free(device) / 4);
        var fit = parsed.GetValue(command.Fit) ? Fit(loaded, all, cancellation) : null;
        if (fit is null && time is null && loaded.Prior.IsSeasonal)
        {
            Console.Error.WriteLine($"{table.Source}: no time, so the annual mean of the prior and of the generator's error is used (a column 'time' selects the season's)");
        }

        using var fitted = fit is null ? null : loaded.With(fit.Apply(loaded.Prior, loaded.ClimatologicalStandardDeviation));
        var model = fitted ?? loaded;
        options = fit is null ? options : options with { DefaultErrors = new Dictionary<string, double> { [model.Variables[0].Name] = fit.ObservationError } };
        var folder = parsed.GetValue(command.Out) ?? $"{Path.GetFileNameWithoutExtension(observations)}.analysis";
        using var members = new MembersOnDisk(folder, options.Members, model.FieldLength);
        var analysis = new Assimilator(model, options).Run(table, members, cancellation);
        NativeHeap.GiveBack();
        var picture = Path.Combine(folder, AnalysisFiles.Picture);
        loading.Wait();
        // The picture and the other files need nothing of each other.
        var drawing = Task.Run(() => AnalysisPicture.Of(analysis, model.Variables[0].Name, truth).Save(picture), CancellationToken.None);
        try
        {
            AnalysisFiles.Write(folder, analysis, Provenance.Now(
                CommandLine.Typed, options.Seed, ("model", Path.GetFileName(modelFile)), ("modelHash", model.Hash), ("observations", Path.GetFileName(observations)), ("time", time)));
        }
        finally
        {
            drawing.GetAwaiter().GetResult();
        }

        Print(folder, picture, analysis, truth is null ? null : [.. analysis.Variables.Select(v => Score(analysis[v.Name], truth.Of(v.Name)))]);
        return Verdict(folder, analysis.Diagnostics);
    }

    /// <summary>What was found is there to be looked at; a script is to know that it is not what was asked for.</summary>
    private static int Verdict(string folder, AnalysisDiagnostics diagnostics)
    {
        var code = ExitCode.Done;
        if (!diagnostics.Converged)
        {
            code = Failed($"the analysis has not converged; {folder} holds what was found: look for observations that contradict each other, or errors far too small ({AnalysisFiles.Observations} has each one's departure)");
        }

        foreach (var factor in diagnostics.ErrorFactors?.Where(f => !f.IsEstimated) ?? [])
        {
            code = Failed(string.Create(CultureInfo.InvariantCulture, $"the errors of {factor.Variable} cannot be estimated from these observations; {folder} holds an analysis with those stated times {factor.Factor:g3}: check the anomalies and their errors"));
        }

        return code;

        static int Failed(string message)
        {
            Console.Error.WriteLine($"vaeda: {message}");
            return ExitCode.Failed;
        }
    }

    private static EnsembleScore Score(AnalysedVariable found, float[] truth) => EnsembleScore.Of(
        new EnsembleAgainstTruth(truth, found.MostProbable, [.. found.Members]),
        found.Grid.AreaWeights(),
        found.ClimatologicalStandardDeviation);

    private static StationParameters Fit(GenerativeModel model, ObservationTable all, CancellationToken cancellation)
    {
        var fit = StationFit.Of(model, all.ByTime(), _ => model.ClimatologicalStandardDeviation, cancellation: cancellation);
        var units = model.Variables[0].Units;
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"covariances fitted to {fit.Observations} innovations ({fit.Excluded} left out): station error {fit.ObservationError:g3} {units}; residual {fit.ResidualScale:g3} climatological standard deviations and {fit.ResidualFloor:g3} {units}, Matérn correlation {fit.Correlation.Smoothness} over {fit.Correlation.Length:f0} km; background variance multiplied by {fit.BackgroundScale:g3}"));
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

    private static ObservationTable OneIn(int so, ObservationTable table)
    {
        if (so == 1)
        {
            return table;
        }

        var taken = WithheldStations.Of(table, so);
        Console.Error.WriteLine($"{table.Source}: {taken.Count(t => t)} of {table.Count} observations used: one station in {so}");
        return taken.Contains(true)
            ? table.Select(Enumerable.Range(0, table.Count).Where(row => taken[row]))
            : throw new InvalidInputException($"{table.Source}: --one-in {so} leaves no station; a smaller number keeps more");
    }

    private static void Report(ObservationTable table)
    {
        if (table.RejectedCount > 0)
        {
            Console.Error.WriteLine($"{table.Source}: {table.RejectedCount} rows without an anomaly left out (lines {string.Join(", ", table.RejectedLines.Take(5))}{(table.RejectedCount > 5 ? ", …" : string.Empty)})");
        }

        foreach (var note in table.Notes)
        {
            Console.Error.WriteLine($"{table.Source}: {note}");
        }

        if (table.IgnoredColumns.Length > 0)
        {
            Console.Error.WriteLine($"{table.Source}: columns not used: {string.Join(", ", table.IgnoredColumns)}");
        }
    }

    private void Print(string folder, string picture, Analysis analysis, EnsembleScore[]? scores)
    {
        var d = analysis.Diagnostics;
        if (parsed.GetValue(command.Json))
        {
            Console.WriteLine(JsonText.Write(
                new { folder, picture, diagnostics = d, scores = scores?.Zip(analysis.Variables).ToDictionary(s => s.Second.Name, s => s.First) }));
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Observations} observations assimilated, {d.Rejected} rejected, {d.Flagged} left out as outliers ({AnalysisFiles.Observations} says which and why)"));
        if (d.Averaged is { } a)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"they were averaged to {a.Count}, in boxes of {a.BoxKilometres:f0} km (--average-beyond {parsed.GetValue(command.AverageBeyond)})"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Method}: {d.Iterations} iterations, {d.GeneratorCalls} generator calls, {d.SearchSeconds:f2} s; chi-square per observation {d.ChiSquare:f2}{(d.Converged ? string.Empty : "; NOT CONVERGED")}{(d.UnconvergedMembers == 0 ? string.Empty : $"; {d.UnconvergedMembers} of {d.Members} members did not reach their tolerance")}"));
        foreach (var factor in d.ErrorFactors?.Where(f => f.IsEstimated) ?? [])
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{factor.Variable}: stated errors multiplied by {factor.Factor:f3} ± {factor.StandardError:f3}"));
        }

        if (d.Sampler is { } s)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{s.Chains} chains of {s.DrawsPerChain} draws, each of {s.LeapfrogSteps} leapfrog steps of length {s.StepLength:f2}, acceptance {s.Acceptance:f2}; R̂ at most {s.RHat:f3}, effective sample size at least {s.EffectiveSize:f0}"));
            if (!(s.RHat <= SamplerDiagnostics.LargestRHat))
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: the chains have not mixed (R̂ {s.RHat:f2}; it should be below {SamplerDiagnostics.LargestRHat}): do not use their members as a reference"));
            }
        }

        var area = new AreaMean(analysis.Grid);
        foreach (var variable in d.Members > 0 ? analysis.Variables : [])
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{variable.Name}: ensemble spread {area.RootMeanSquare(analysis[variable.Name].Spread):g3} {variable.Units} (area mean of {d.Members} members)"));
        }

        for (var v = 0; v < scores?.Length; v++)
        {
            var ofEnsemble = d.Members > 0 ? string.Create(CultureInfo.InvariantCulture, $", {scores[v].MeanRmse:g3} of the ensemble mean; CRPS {scores[v].Crps:g3}") : string.Empty;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{analysis.Variables[v].Name} against the truth: RMSE {scores[v].Rmse:g3} of the most probable field{ofEnsemble}"));
        }

        Console.WriteLine(picture);
    }
}
