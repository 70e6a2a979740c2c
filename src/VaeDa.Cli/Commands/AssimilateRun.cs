using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using TorchSharp;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Verification;

namespace VaeDa.Cli.Commands;

/// <summary>The work of <c>vaeda assimilate</c>.</summary>
internal sealed class AssimilateRun(AssimilateCommand command, ParseResult parsed)
{
    public int Execute(CancellationToken cancellation)
    {
        var options = new AssimilationOptions
        {
            Method = parsed.GetValue(command.Method) == "adam" ? AssimilationMethod.Adam : AssimilationMethod.GaussNewton,
            Members = parsed.GetValue(command.Members),
            HuberThreshold = parsed.GetValue(command.Huber),
            Seed = parsed.GetValue(command.Seed),
        }.Validated();
        var observations = BundledFiles.Find(parsed.GetValue(command.Observations)!, "data/observations", ".csv");
        var table = TimeSelection.Of(ObservationFile.Read(observations), parsed.GetValue(command.Time));
        var time = table.Time.FirstOrDefault();
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        var card = GenerativeModel.ReadCard(modelFile);
        var truth = Truth.Of(parsed.GetValue(command.Truth), time, card.Grid, card.Variables);
        Report(table);

        var device = command.Torch.Start(parsed);
        using var model = GenerativeModel.Load(modelFile, device);
        if (table.Error.Any(e => e is null))
        {
            options = options with { DefaultErrors = ObservationErrors.Resolve(model.Variables, [], parsed.GetValue(command.Error)!) };
            Console.Error.WriteLine($"{table.Error.Count(e => e is null)} observations bring no error: {string.Join(", ", model.Variables.Select(v => string.Create(CultureInfo.InvariantCulture, $"{options.DefaultErrors[v.Name]:g3} {v.Units} for {v.Name}")))} is taken (--error changes it)");
        }

        var analysis = new Assimilator(model, options).Run(table, cancellation);
        var folder = parsed.GetValue(command.Out) ?? $"{Path.GetFileNameWithoutExtension(observations)}.analysis";
        AnalysisFiles.Write(folder, analysis, model.ClimatologicalStandardDeviation, new AnalysisProvenance
        {
            Command = CommandLine.Typed,
            Model = Path.GetFileName(modelFile),
            ModelHash = model.Hash,
            Observations = Path.GetFileName(observations),
            Time = time,
            Seed = options.Seed,
            Versions = new Dictionary<string, string> { ["vaeda"] = Provenance.Version, ["libtorch"] = torch.__version__ },
        });
        var picture = Path.Combine(folder, AnalysisFiles.Picture);
        AnalysisPicture.Draw(picture, AnalysisView.Of(analysis, model.ClimatologicalStandardDeviation, time), model.Variables[0].Name, truth?.Field);
        Print(folder, picture, analysis, truth);
        return ExitCode.Done;
    }

    private static void Report(ObservationTable table)
    {
        if (table.RejectedCount > 0)
        {
            Console.Error.WriteLine($"{table.Source}: {table.RejectedCount} rows without an anomaly left out (lines {string.Join(", ", table.RejectedLines.Take(5))}{(table.RejectedCount > 5 ? ", …" : string.Empty)})");
        }

        if (table.IgnoredColumns.Length > 0)
        {
            Console.Error.WriteLine($"{table.Source}: columns not used: {string.Join(", ", table.IgnoredColumns)}");
        }
    }

    private void Print(string folder, string picture, Analysis analysis, Truth? truth)
    {
        var d = analysis.Diagnostics;
        var scores = truth is null ? null : EnsembleScore.Of(truth.Field, analysis.MostProbable, analysis.Members, [.. analysis.Variables.SelectMany(_ => analysis.Grid.AreaWeights())]);
        if (parsed.GetValue(command.Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { folder, picture, diagnostics = d, scores },
                new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.AllowNamedFloatingPointLiterals }));
            return;
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Observations} observations assimilated, {d.Rejected} rejected, {d.Flagged} flagged as outliers ({AnalysisFiles.Observations} says which and why)"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{d.Method}: {d.Iterations} iterations, {d.GeneratorCalls} generator calls, {d.SearchSeconds:f2} s; 2J/n {d.ChiSquare:f2}{(d.Converged ? string.Empty : "; NOT CONVERGED")}"));
        for (var v = 0; v < analysis.Variables.Count; v++)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{analysis.Variables[v].Name}: ensemble spread {RootMeanSquare(analysis, v):g3} {analysis.Variables[v].Units} (area mean of {d.Members} members)"));
        }

        if (scores is not null)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"against the truth: RMSE {scores.Rmse:g3} of the most probable field, {scores.MeanRmse:g3} of the ensemble mean; CRPS {scores.Crps:g3}"));
        }

        Console.WriteLine(picture);
    }

    private static double RootMeanSquare(Analysis analysis, int variable)
    {
        var area = analysis.Grid.AreaWeights();
        double sum = 0, weight = 0;
        for (var c = 0; c < area.Length; c++)
        {
            var spread = analysis.Spread[variable * area.Length + c];
            if (!float.IsNaN(spread))
            {
                sum += (double)area[c] * spread * spread;
                weight += area[c];
            }
        }

        return Math.Sqrt(sum / weight);
    }
}
