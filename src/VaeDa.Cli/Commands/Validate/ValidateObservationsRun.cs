using System.CommandLine;
using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Plotting.Figures;
using VaeDa.Reanalysis.Dates;
using VaeDa.Verification;
using VaeDa.Verification.Stations;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>The work of <c>vaeda validate --observations</c>.</summary>
internal sealed class ValidateObservationsRun(ValidateCommand command, ParseResult parsed)
{
    private const int MostSuspects = 30;
    private const string Together = "all";

    public int Execute(CancellationToken cancellation)
    {
        var output = parsed.GetValue(command.Out)!;
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        using var archive = AnomalyArchive.Open(BundledFiles.Find(parsed.GetValue(command.Archive)!, "data"));
        var card = ModelFile.ReadCard(modelFile);
        ValidateRun.RequireMatch(card, archive);
        var options = new ObservationValidationOptions
        {
            Withhold = parsed.GetValue(command.Withhold),
            Dates = parsed.GetValue(command.Dates),
            Fit = !parsed.GetValue(command.Unfitted),
            Members = parsed.GetValue(command.Members),
            Seed = parsed.GetValue(command.Seed),
            Memory = parsed.GetResult(command.Memory) is { Implicit: false } ? SequenceMethods.UseOf(parsed.GetValue(command.Memory)!) : MemoryUse.None,
            Error = ObservationErrors.Resolve(archive.Variables, [], parsed.GetValue(command.Error)!).Values.First(),
        }.Validated();
        string[] observations = [.. parsed.GetValue(command.Observations)!.Select(BundledFiles.Observations)];
        OutputCheck.OfFolder(output, ValidationFolder.OfObservations, [modelFile, .. ObservationFile.Files(observations)]);
        var table = command.Reading.Read(observations, parsed, card).InSteps(card);
        AssimilateReport.Complain(table);
        var device = command.Torch.Start(parsed);
        using var model = ModelFile.Load(modelFile, device);
        Console.Error.WriteLine("preparing the rivals");
        using var baselines = Baselines.For(model, archive.Part(SplitPart.Training), archive.Part(SplitPart.Validation), cancellation: cancellation);
        var result = new ObservationValidation(model, baselines, Deviation(archive, model), options).Run([table], new LineProgress(), cancellation);
        var (scores, comparison, parameters, stations) = (result.Scores(), result.Comparison(), result.ParametersFrame(), result.Offsets());
        var picture = Path.Combine(output, "observations.png");
        var provenance = Provenance.Now(
            CommandLine.Typed, options.Seed, ("model", Path.GetFileName(modelFile)), ("modelHash", model.Hash), ("archive", Path.GetFileName(archive.Folder)), ("observations", parsed.GetValue(command.Observations)!.Select(Path.GetFileName).ToArray()));
        var suspects = StationOffsets.ToDataFrame([.. stations.Where(s => s.Suspect)]);
        var json = JsonText.Write(
            new { provenance, scores = FrameText.Rows(scores), comparison = FrameText.Rows(comparison), parameters = FrameText.Rows(parameters), suspectStations = FrameText.Rows(suspects) }, indented: true);
        AtomicFolder.Write(output, ValidationFolder.OfObservations, aside =>
        {
            DataFrameFile.Write(scores, Path.Combine(aside, "observations.parquet"));
            DataFrameFile.Write(result.WithheldFrame(), Path.Combine(aside, "withheld.parquet"));
            DataFrameFile.Write(parameters, Path.Combine(aside, "parameters.parquet"));
            DataFrameFile.Write(StationOffsets.ToDataFrame(stations), Path.Combine(aside, "stations.parquet"));
            Figure(scores, model.Variables[0].Units).Save(Path.Combine(aside, "observations.png"));
            File.WriteAllText(Path.Combine(aside, ValidationFolder.Observations), json);
        });
        Console.WriteLine(parsed.GetValue(command.Json) ? json : string.Join(
            Environment.NewLine + Environment.NewLine,
            new[] { $"scores at withheld stations, {model.Variables[0].Name} [{model.Variables[0].Units}]{Environment.NewLine}{FrameText.Table(scores)}", "score of the model divided by the rival's, with 95% interval" + Environment.NewLine + FrameText.Table(comparison), FrameText.Table(Overall(parameters)), Suspects(stations, model.Variables[0].Units), picture }.Where(text => text.Length > 0)));
        return ExitCode.Done;
    }

    /// <summary>The archive's climatological standard deviation at a date; that of the year where there is no date.</summary>
    private static Func<DateTime?, float[]> Deviation(AnomalyArchive archive, GenerativeModel model)
    {
        var byDay = new Dictionary<DateTime, float[]>();
        return time =>
        {
            if (time is not { } date)
            {
                return model.ClimatologicalStandardDeviation;
            }

            if (!byDay.TryGetValue(date.Date, out var field))
            {
                byDay[date.Date] = field = new float[archive.FieldLength()];
                archive.ReadClimatologicalStandardDeviation(date, field);
            }

            return field;
        };
    }

    private static DataFrame Overall(DataFrame parameters) => parameters.Rows.Count == 0 ? parameters : parameters.Filter(new BooleanDataFrameColumn("all", parameters.Rows.Select(row => (string)row["decade"] == Together)));

    /// <param name="stations">All of them.</param>
    /// <param name="units">Of the offsets.</param>
    private static string Suspects(IReadOnlyList<StationOffset> stations, string units)
    {
        var suspects = stations.Where(s => s.Suspect).ToList();
        var line = string.Create(CultureInfo.InvariantCulture, $"{suspects.Count} of {stations.Count} stations with {StationOffsets.FewestDates} or more leave-one-out predictions have a significant offset, in {units}{(suspects.Count > MostSuspects ? $"; the first {MostSuspects} (all are in stations.parquet)" : "")}");
        return suspects.Count == 0 ? line : line + Environment.NewLine + FrameText.Table(StationOffsets.ToDataFrame([.. suspects.Take(MostSuspects)]));
    }

    private static ObservationScoreFigure Figure(DataFrame scores, string units)
    {
        var rows = scores.Rows.Select(row => (Decade: (string)row["decade"], Method: (string)row["method"], Rmse: (double)row["rmse"], Stations: (double)row["stations_used"], Withheld: (double)row["withheld"])).ToList();
        var decades = rows.Select(r => r.Decade).Where(d => d != Together).Distinct().Order(StringComparer.Ordinal).ToList();
        return new ObservationScoreFigure
        {
            Decades = decades,
            Methods = [.. rows.Select(r => r.Method).Distinct().Select(method => (method, (IReadOnlyList<double>)decades.ConvertAll(d => rows.Find(r => r.Decade == d && r.Method == method).Rmse)))],
            Stations = decades.ConvertAll(d => rows.Find(r => r.Decade == d).Stations),
            Units = units,
            Withheld = (int)rows.Where(r => r.Decade == Together).Max(r => r.Withheld),
        };
    }

    private sealed class LineProgress : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
