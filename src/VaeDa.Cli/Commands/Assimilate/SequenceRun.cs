using System.CommandLine;
using System.Globalization;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Series;
using VaeDa.Reanalysis.Stations;
using VaeDa.Results;
using VaeDa.Runtime;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>The work of <c>vaeda assimilate</c> where observations are of many dates: a reanalysis.</summary>
/// <param name="command">The verb.</param>
/// <param name="parsed">The command line.</param>
/// <param name="observations">Files, folders and patterns.</param>
/// <param name="modelFile">The model's file.</param>
/// <param name="card">The model's.</param>
/// <param name="options">Of each analysis, but for the errors of observations that state none.</param>
internal sealed class SequenceRun(AssimilateCommand command, ParseResult parsed, IReadOnlyList<string> observations, string modelFile, ModelCard card, AssimilationOptions options)
{
    // Some ten thousand rows: what is in memory while they are parsed is many times as large.
    private const long LargestInMemory = 4 << 20;

    // Whether others' files may be there, the run itself knows.
    private static readonly FolderContents Contents = new("a reanalysis", "reanalysis.json", name => name is "reanalysis.json" or "dates.parquet" or "series.parquet" || name.EndsWith(".nc", StringComparison.Ordinal), mayHoldOthers: true);

    private readonly Withholding _withholding = new(command, parsed);
    private readonly TimePeriod? _from = Bound(parsed.GetValue(command.From));
    private readonly TimePeriod? _to = Bound(parsed.GetValue(command.To));

    /// <summary>Whether the observations are read without holding all of them. A time chosen is one date, even of many files.</summary>
    public bool IsTooLarge => parsed.GetValue(command.Time) is null && !_withholding.IsAskedFor && Files().Sum(file => new FileInfo(file).Length) > LargestInMemory;

    /// <summary>Whether what was read is of dates one after the other, or a range is asked for.</summary>
    public bool IsAskedFor(ObservationTable all) => IsAskedFor(() => [.. all.ByTime(card).Select(t => t.AnalysisTime).OfType<DateTime>()]);

    /// <param name="all">All that was read.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The exit code.</returns>
    public int InMemory(ObservationTable all, CancellationToken cancellation)
    {
        all = all.InSteps(card);
        AssimilateReport.Complain(all);
        var dates = all.ByTime(card).Where(t => t.AnalysisTime is not { } time || (time >= From && time < To)).Select(_withholding.Of).ToList();
        _withholding.Say(all.Source, dates);
        // Of a date whose observations are all withheld there is no analysis to compare them with.
        return Execute(new ObservationsInMemory([.. dates.Where(t => Withholding.Used(t) > 0)]), all.Observations.Any(o => o.Error is null && o.Flag is null), cancellation);
    }

    /// <param name="cancellation">Stops it.</param>
    /// <returns>The exit code; null where the observations are of one date, and none of a sequence.</returns>
    public int? OnDisk(CancellationToken cancellation)
    {
        using var all = command.Reading.Read(parsed, card, reading => new ObservationsOnDisk(observations, reading, card, Path.GetTempPath(), IsRangeAskedFor ? 1 : 2));
        if (!IsAskedFor(() => all.Times))
        {
            return null;
        }

        AssimilateReport.Complain(all);
        return all.Times.Count == 0
            ? throw new InvalidInputException($"{all.Source}: {all.Timeless} observations have no time, and belong to no date")
            : Execute(all.Within(From, To), all.LackErrors, cancellation);
    }

    private bool IsRangeAskedFor => _from is not null || _to is not null;

    private DateTime From => _from?.Start ?? DateTime.MinValue;

    private DateTime To => _to?.End ?? DateTime.MaxValue;

    private bool IsAskedFor(Func<IReadOnlyList<DateTime>> times) => IsRangeAskedFor || (parsed.GetValue(command.Time) is null && ReanalysisRun.IsSequence(times(), card));

    private static TimePeriod? Bound(string? text) => text is null ? null : TimePeriod.Parse(text);

    private IReadOnlyList<string> Files() => ObservationFile.Files(observations);

    private int Execute(IObservationSequence sequence, bool lackErrors, CancellationToken cancellation)
    {
        if (sequence.Times.Count == 0)
        {
            throw new InvalidInputException($"{observations[0]}: no observation from {_from?.Text ?? "the first"} to {_to?.Text ?? "the last"}");
        }

        RefuseOptionsOfOneDate();
        ObservationFile.RequireRegularFiles(observations);
        var isFitted = parsed.GetValue(command.Fit);
        lackErrors &= !isFitted;
        var errors = lackErrors ? ObservationErrors.Resolve(card.Variables, [], parsed.GetValue(command.Error)!) : new Dictionary<string, double>();
        if (lackErrors)
        {
            Console.Error.WriteLine($"observations that state no error: {string.Join(", ", card.Variables.Select(v => FormattableString.Invariant($"{errors[v.Name]:g3} {v.Units} for {v.Name}")))} is used (--error changes it)");
        }

        if (parsed.GetValue(command.Whole) && parsed.GetValue(command.Save) == "none")
        {
            throw new UsageException("--whole is of fields that are kept, and --save none keeps none");
        }

        var folder = parsed.GetValue(command.Out) ?? $"{Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(observations[0])).Replace("*", string.Empty)}.reanalysis";
        OutputCheck.OfFolder(folder, Contents, [modelFile, .. Files()]);
        using var climatology = command.ClimatologyOfWhole(parsed, card);
        var workers = parsed.GetValue(command.Torch.Threads) is > 0 and var given ? given : Cores.Available;
        NativeHeap.AskForLargePages();
        var device = command.Torch.Start(parsed);
        using var model = ModelFile.LoadGenerator(modelFile, device, CudaMemory.Free(device) / 4);
        var stations = isFitted ? SequenceFit.Of(folder, model, sequence, cancellation) : null;
        if (stations is not null)
        {
            Console.Error.WriteLine(AssimilateReport.Fitted(stations, model.Variables[0].Units));
        }

        var memory = Enum.Parse<MemoryUse>(parsed.GetValue(command.Memory)!, ignoreCase: true);
        var run = new ReanalysisRun(model, new ReanalysisOptions
        {
            Assimilation = options with { DefaultErrors = errors },
            Stations = stations,
            Memory = memory,
            Ahead = parsed.GetValue(command.Ahead),
            Adjustments = Adjustments(),
            Save = Enum.Parse<SavedFields>(parsed.GetValue(command.Save)!, ignoreCase: true),
            Whole = climatology is null ? null : new WholeFields(climatology),
            Areas = Areas(model),
            Command = CommandLine.Typed,
            Shard = Share(),
            Workers = workers,
            Finish = parsed.GetValue(command.NoPictures) ? null : results => SeriesPicture.Draw(folder, results),
        });
        var reading = new Dictionary<string, object?>
        {
            ["absolute"] = parsed.GetValue(command.Reading.Absolute),
            ["climatology"] = parsed.GetValue(command.Reading.Climatology),
            ["units"] = parsed.GetValue(command.Reading.Units),
            ["oneIn"] = parsed.GetValue(command.OneIn),
        };
        // Named only where they are given, so that what an earlier version began goes on.
        if (parsed.GetValue(command.Reading.Normals) is { } normals)
        {
            reading["normals"] = normals.ToString();
        }

        if (parsed.GetValue(command.Withhold) is > 0 and var oneIn)
        {
            reading["withhold"] = oneIn;
        }

        var inputs = new Dictionary<string, object?>
        {
            ["model"] = Path.GetFileName(modelFile),
            ["reading"] = reading,
            ["observations"] = Files().Select(file => new { name = Path.GetFileName(file), hash = HashOf(file) }),
        };
        Console.Error.WriteLine(run.Remembers
            ? string.Create(CultureInfo.InvariantCulture, $"{(memory == MemoryUse.Filter ? "filtered" : "smoothed")} sequences: a state is forgotten after {model.Memory!.Steps} steps (--memory none takes each date by itself)")
            : model.Memory is null ? "each date by itself: the model remembers nothing" : "each date by itself");
        ReanalysisSummary? summary;
        using (var display = new SequenceDisplay())
        {
            summary = run.Run(folder, sequence, inputs, display.Show, cancellation);
        }

        if (summary is null)
        {
            Console.WriteLine($"{folder}: this share is done; the tables are joined when all shares are");
            return ExitCode.Done;
        }

        Console.WriteLine(parsed.GetValue(command.Json) ? JsonText.Write(new { folder, summary }) : SequenceReport.Describe(folder, summary, model.Variables));
        return summary.Failures.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private IReadOnlyList<StationBreak> Adjustments()
    {
        if (parsed.GetValue(command.Adjust) is not { } path)
        {
            return [];
        }

        var file = Directory.Exists(path) ? Path.Combine(path, "stations.csv") : path;
        var offsets = StationTable.Read(file);
        Console.Error.WriteLine($"{file}: {offsets.Count} offsets of {offsets.Select(o => (o.Station, o.Variable)).Distinct().Count()} stations are corrected");
        return offsets;
    }

    private void RefuseOptionsOfOneDate()
    {
        if (((Option[])[command.Time, command.Truth, command.Csv]).FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } given)
        {
            throw new UsageException($"{given.Name} is for one date, and these are many; {(given == command.Time ? "give it without --from and --to" : "choose one with --time")}");
        }
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Sha256.Of(stream)[..16];
    }

    private IReadOnlyList<SeriesArea> Areas(GenerativeModel model) =>
    [
        .. SeriesArea.Usual(model.Grid),
        .. parsed.GetValue(command.Region)!.Select(text => NamedNumbers.Parse("--region", text, 4, "NAME=west,east,south,north") is var (name, n) ? SeriesArea.Box(name, model.Grid, n[0], n[1], n[2], n[3]) : null!),
        .. parsed.GetValue(command.At)!.Select(text => NamedNumbers.Parse("--at", text, 2, "NAME=latitude,longitude") is var (name, n) ? SeriesArea.Place(name, model.Grid, n[0], n[1]) : null!),
    ];

    private Shard Share()
    {
        var text = parsed.GetValue(command.Shard);
        if (text is null)
        {
            if (ArrayTask.Find(Environment.GetEnvironmentVariable) is not var (shard, variable))
            {
                return Shard.Whole;
            }

            Console.Error.WriteLine($"share {shard.Number} of {shard.Count}, by {variable} (--shard 1/1 does all)");
            return shard;
        }

        return text.Split('/') is [var number, var count] && int.TryParse(number, out var n) && int.TryParse(count, out var of)
            ? new Shard(n, of).Validated()
            : throw new UsageException($"--shard is '{text}'; it must be as 1/4: the first of four");
    }
}
