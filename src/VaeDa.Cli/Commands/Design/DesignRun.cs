using System.CommandLine;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Design;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Files.Outputs;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Plotting.Figures;
using VaeDa.Reanalysis.Series;

namespace VaeDa.Cli.Commands.Design;

/// <summary>The work of <c>vaeda design</c>.</summary>
internal sealed class DesignRun(DesignCommand command, ParseResult parsed)
{
    private const string Places = "places.csv";
    private const string Whole = "network.csv";
    private const string Picture = "design.png";
    private const string Description = "design.json";
    private const string Realised = "realised.csv";

    /// <summary>Seasons by their names, and the months of which they are; of the year every third.</summary>
    public static IReadOnlyDictionary<string, int[]> Seasons { get; } = new Dictionary<string, int[]>
    {
        ["year"] = [],
        ["DJF"] = [12, 1, 2],
        ["MAM"] = [3, 4, 5],
        ["JJA"] = [6, 7, 8],
        ["SON"] = [9, 10, 11],
    };

    private static FolderContents Contents { get; } = new("a design", Description, name => name is Places or Whole or Picture or Description or Realised, mayHoldOthers: true);

    public int Execute(CancellationToken cancellation)
    {
        var output = parsed.GetValue(command.Out)!;
        var modelFile = BundledFiles.Find(parsed.GetValue(command.Model)!, "models", ".safetensors");
        var networkFile = parsed.GetValue(command.Network) is { } named ? BundledFiles.Find(named, "data/networks", ".csv") : null;
        var candidateFile = parsed.GetValue(command.Candidates);
        string[] against = [.. parsed.GetValue(command.Against)!.Select(BundledFiles.Observations)];
        OutputCheck.OfFolder(output, Contents, [modelFile, networkFile, candidateFile, .. against.Length == 0 ? [] : ObservationFile.Files(against)]);
        var card = ModelFile.ReadCard(modelFile);
        var existing = networkFile is null ? new Network([]) : Read(networkFile);
        var candidates = candidateFile is null ? null : Read(candidateFile);
        var observations = against.Length == 0 ? null : ObservationFile.Read(against, new ObservationReading { Variables = card.Variables }).InSteps(card);
        if (observations is not null)
        {
            AssimilateReport.Complain(observations);
        }

        var removed = parsed.GetValue(command.Remove);
        var options = new DesignOptions
        {
            Count = removed ?? parsed.GetValue(command.Added),
            Errors = ObservationErrors.Resolve(card.Variables, [], parsed.GetValue(command.Error)!),
            Observed = parsed.GetValue(command.Variable),
            Target = parsed.GetValue(command.Target),
            Area = Area(),
            Times = parsed.GetValue(command.Time) is { } time ? [Middle(TimePeriod.Parse(time))] : [.. Seasons[parsed.GetValue(command.Season)!].Select(NetworkDesign.MiddleOf)],
            Criterion = parsed.GetValue(command.By) == "entropy" ? DesignCriterion.Entropy : DesignCriterion.Variance,
            Exchange = parsed.GetValue(command.Exchange),
        };
        using var loading = new Loading();
        using var model = ModelFile.LoadGenerator(modelFile, command.Torch.Start(parsed));
        using var check = observations is null ? null : Check(model, observations, existing, Choice(model, candidates), cancellation);
        var there = check?.Network ?? existing;
        var design = new NetworkDesign(check?.Model ?? model, there, check is null ? options : options with { Errors = new Dictionary<string, double> { [model.Variables[0].Name] = check.Covariances.ObservationError } });
        DesignReport.Complain(there, design.Unusable);
        var result = removed is null ? design.Add(check?.Candidates ?? Choice(model, candidates), cancellation) : design.Remove(cancellation);
        var realised = Score(check, result, cancellation);
        loading.Wait();
        var provenance = Provenance.Now(CommandLine.Typed, null, [("model", Path.GetFileName(modelFile)), ("modelHash", model.Hash), ("network", networkFile is null ? null : Path.GetFileName(networkFile)), ("candidates", candidateFile is null ? null : Path.GetFileName(candidateFile)), ("observations", against.Length == 0 ? null : Array.ConvertAll(against, Path.GetFileName)), .. card.Provenance.Inherited]);
        AtomicFolder.Write(output, Contents, aside =>
        {
            DataFrameFile.Write(DesignReport.Frame(result), Path.Combine(aside, Places));
            result.Network.Write(Path.Combine(aside, Whole));
            if (realised.Count > 0)
            {
                DataFrameFile.Write(DesignReport.Frame(realised), Path.Combine(aside, Realised));
            }

            new DesignFigure
            {
                Grid = result.Grid,
                Variable = result.Variable,
                Spread = result.SpreadAfter,
                Existing = [.. there.Places.Select(p => (p.Latitude, p.Longitude))],
                Chosen = [.. result.Steps.Select(s => (s.Place.Latitude, s.Place.Longitude))],
                AreAdded = removed is null,
                Spreads = [result.Before, .. result.Steps.Select(s => s.Spread)],
                Realised = [.. realised.GroupBy(r => r.Order).Select(g => (g.Key, (IReadOnlyList<(int, double)>)[.. g.Select(r => (r.Added, r.Rmse))]))],
            }.Save(Path.Combine(aside, Picture), parsed.GetValue(command.Width), parsed.GetValue(command.Colours));
            File.WriteAllText(Path.Combine(aside, Description), DesignReport.AsJson(output, result, removed is null, realised, provenance));
        });
        Console.WriteLine(parsed.GetValue(command.Json) ? DesignReport.AsJson(output, result, removed is null, realised, provenance) : DesignReport.Describe(Path.Combine(output, Picture), result, removed is null, realised));
        return ExitCode.Done;
    }

    private DesignCheck Check(GenerativeModel model, ObservationTable observations, Network existing, IReadOnlyList<NetworkPlace> candidates, CancellationToken cancellation)
    {
        var check = DesignCheck.Of(model, observations, existing, candidates, parsed.GetValue(command.Withhold), cancellation);
        Console.Error.WriteLine($"{observations.Source}: {check.Dates} dates; of {existing.Places.Length} stations of the network {check.Network.Places.Length} have observations, of {candidates.Count} candidates {check.Candidates.Count + check.Withheld}, of which {check.Withheld} are withheld");
        Console.Error.WriteLine(AssimilateReport.Fitted(check.Covariances, model.Variables[0].Units));
        return check;
    }

    private static IReadOnlyList<RealisedError> Score(DesignCheck? check, DesignResult result, CancellationToken cancellation)
    {
        using var line = new StatusLine();
        return check?.Score(result, new Progress(line), cancellation) ?? [];
    }

    private IReadOnlyList<NetworkPlace> Choice(GenerativeModel model, Network? candidates)
    {
        bool? onLand = parsed.GetValue(command.Land) ? true : parsed.GetValue(command.Sea) ? false : null;
        return candidates is not null ? CandidatePlaces.Of(candidates.Places, onLand)
            : parsed.GetValue(command.Spacing) is { } spacing ? CandidatePlaces.Every(spacing, onLand)
            : CandidatePlaces.Of(model.Grid, onLand);
    }

    private SeriesAreaDescription? Area() => parsed.GetValue(command.Region) switch
    {
        null => null,
        var text when text.Contains('=', StringComparison.Ordinal) => NamedNumbers.Parse("--region", text, 4, "NAME=west,east,south,north") is var (name, n) ? new SeriesAreaDescription(name) { Box = n } : null,
        var name => new SeriesAreaDescription(name),
    };

    private static DateTime? Middle(TimePeriod period) => period.Start + (period.End - period.Start) / 2;

    private sealed class Progress(StatusLine line) : IProgress<RealisedError>
    {
        public void Report(RealisedError value)
        {
            if (line.IsDue)
            {
                line.Write($"withheld stations predicted with {value.Added} more in the order '{value.Order}'");
            }
        }
    }

    private static Network Read(string path)
    {
        var network = Network.Read(path);
        if (network.IgnoredColumns.Length > 0)
        {
            Console.Error.WriteLine($"vaeda: columns of {Path.GetFileName(path)} not used: {string.Join(", ", network.IgnoredColumns)}");
        }

        return network;
    }
}
