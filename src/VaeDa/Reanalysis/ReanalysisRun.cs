using System.Diagnostics;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Series;
using VaeDa.Runtime;

namespace VaeDa.Reanalysis;

/// <summary>
/// Analyses many dates into a folder: one netCDF file, with an unlimited time, for each block of the calendar; what became of each observation,
/// by year; a table with a row for each date; and area means with their ensemble. A run that was killed goes on where it was, and the folder
/// is in the end the same to the byte, however often it was interrupted and however the blocks were shared out.
/// </summary>
public sealed class ReanalysisRun
{
    private readonly GenerativeModel _model;
    private readonly ReanalysisOptions _options;
    private readonly IReadOnlyList<SeriesArea> _areas;
    private readonly Frequency _step;
    private readonly bool _remembers;

    /// <summary>Makes a run.</summary>
    /// <param name="model">The model, of the whole year; it is not disposed.</param>
    /// <param name="options">What is made; the options are checked here.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public ReanalysisRun(GenerativeModel model, ReanalysisOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        options.Assimilation.Validated();
        options.Shard.Validated();
        (_model, _options, _areas) = (model, options, options.Areas ?? SeriesArea.Usual(model.Grid));
        if (options.Stations is { } stations)
        {
            var errors = new Dictionary<string, double> { [model.Variables[0].Name] = stations.ObservationError };
            _options = options with { Assimilation = options.Assimilation with { DefaultErrors = errors } };
        }

        _step = options.Step ?? model.Card?.KnownFrequency ?? Frequency.Daily;
        _remembers = options.Memory != MemoryUse.None && options.Assimilation.Method == AssimilationMethod.GaussNewton && model.Remembers(TimeStep.Of(_step, model.Card?.StepHours));
        if (options.Ahead < 0 || (options.Ahead > 0 && !_remembers))
        {
            throw new InvalidInputException(options.Ahead < 0
                ? $"steps beyond the last observations are {options.Ahead}; they must be 0 or more"
                : "beyond the last observations there are analyses only of a model that remembers, by the smoother or the filter")
            {
                Setting = nameof(ReanalysisOptions.Ahead),
            };
        }
    }

    /// <summary>Whether dates are analysed as one sequence: the model remembers, and the options let it.</summary>
    public bool Remembers => _remembers;

    /// <summary>
    /// Whether times are those of a sequence of a model's steps, which have more observations than not: of a day in each month, given to a model of
    /// days, more is wrong than that many are meant.
    /// </summary>
    /// <param name="times">The times of analyses, ascending, UTC.</param>
    /// <param name="card">The model's card.</param>
    /// <returns>False for one time, too.</returns>
    public static bool IsSequence(IReadOnlyList<DateTime> times, ModelCard card)
    {
        ArgumentNullException.ThrowIfNull(times);
        ArgumentNullException.ThrowIfNull(card);
        return times.Count > 1 && 2 * times.Count > Joining.Steps(times[0], times[^1], card.KnownFrequency ?? Frequency.Daily);
    }

    /// <summary>Analyses what is not there yet of this run's share, and joins the tables if all shares are done then.</summary>
    /// <param name="folder">The folder; it is made, or holds a part of the same reanalysis.</param>
    /// <param name="observations">What is observed at each date.</param>
    /// <param name="inputs">What the reanalysis is made of and the options do not say, by its part in it: the observations' files and their hashes.</param>
    /// <param name="progress">Told of each date; from several threads, but one at a time.</param>
    /// <param name="cancellation">Stops the run early, with an <see cref="OperationCanceledException"/>; blocks that are done stay.</param>
    /// <returns>How all went; null where other shares are not done yet.</returns>
    /// <exception cref="InvalidInputException">The folder holds something else, or another run is at work in it.</exception>
    public ReanalysisSummary? Run(string folder, IObservationSequence observations, IReadOnlyDictionary<string, object?> inputs, Action<ReanalysisProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(inputs);
        if (observations.Times.Count == 0)
        {
            throw new InvalidInputException("no date has an observation");
        }

        observations = _options.Adjustments.Count == 0 ? observations : new AdjustedObservations(observations, _options.Adjustments);
        var dates = _remembers ? ReanalysisDates.EachStep(observations.Times, AnalysisStep.Of(_model.Card), _options.Ahead) : ReanalysisDates.Of(observations.Times);
        var times = dates.Times;
        var files = new ReanalysisFolder(folder);
        var blocks = dates.Blocks(_step);
        var manifest = Begun(files, ReanalysisManifest.Of(Settings(times, inputs), [.. blocks.Select(b => b.Block.Name)]));
        if (manifest.Summary is { } summary)
        {
            files.RemoveParts();
            return summary;
        }

        using (new FolderLock(folder, files.Parts, _options.Shard))
        {
            // All may have been joined while this run waited for nothing.
            if (files.ReadManifest()?.Summary is { } meanwhile)
            {
                return meanwhile;
            }

            var left = blocks.Where((b, i) => _options.Shard.Owns(i) && !files.IsDone(b.Block)).ToList();
            Make(files, manifest, inputs, left, dates, observations, progress, cancellation);
        }

        return Joining.Of(files, manifest, [.. blocks.Select(b => b.Block)], _step, _options);
    }

    private void Make(ReanalysisFolder files, ReanalysisManifest manifest, IReadOnlyDictionary<string, object?> inputs, List<(CalendarBlock Block, int First, int Count)> left, ReanalysisDates dates, IObservationSequence observations, Action<ReanalysisProgress>? progress, CancellationToken cancellation)
    {
        var (clock, done, of) = (Stopwatch.StartNew(), 0, left.Sum(b => b.Count));
        if (_options.Command is { } command)
        {
            files.NoteCommand(command);
        }

        files.Note($"shard {_options.Shard}, {Environment.MachineName}, process {Environment.ProcessId}: {of} dates in {left.Count} blocks are left");
        using var fitted = _options.Stations is { } stations ? _model.With(stations.Apply(_model.Prior, _model.ClimatologicalStandardDeviation)) : null;
        var model = fitted ?? _model;
        using var workers = new DateWorkers(model, _options.Assimilation, _options.Workers);
        var run = new BlockRun(model, _options with { Step = _step }, _areas, files, manifest.Id);
        using var sequence = _remembers ? new SequenceBlock(model, _options.Assimilation, AnalysisStep.Of(_model.Card), dates, observations, workers, _options.Memory, keeps: true) : null;
        var provenance = ProvenanceOf(inputs);
        foreach (var (block, first, count) in left)
        {
            cancellation.ThrowIfCancellationRequested();
            var start = clock.Elapsed;
            var failed = 0;
            DateTime[] times = [.. dates.Times.Skip(first).Take(count)];
            run.Make(block, times, Analyse, provenance, Tell);
            NativeHeap.GiveBack();
            ManagedHeap.GiveBack();
            files.Note(FormattableString.Invariant($"{block.Name}: {count} dates, {failed} failed, {(clock.Elapsed - start).TotalSeconds:f1} s"));

            void Analyse(Action<int, DateOutcome> take)
            {
                if (sequence is null)
                {
                    workers.Run(observations.Read(first, count), times, take, cancellation);
                }
                else
                {
                    sequence.Run(first, count, take, cancellation);
                }
            }

            void Tell(DateOutcome outcome)
            {
                failed += outcome.Failure is null ? 0 : 1;
                progress?.Invoke(new ReanalysisProgress(++done, of, outcome.Time, outcome.Failure is null ? outcome.Analysis!.Diagnostics.ChiSquare : double.NaN, clock.Elapsed));
            }
        }
    }

    // Without a time: a file made again is the same. The command may have named other shares and threads.
    private Provenance ProvenanceOf(IReadOnlyDictionary<string, object?> inputs) => Provenance.Now(
        $"vaeda {Provenance.Version}: {ReanalysisFolder.Manifest} says how this was made",
        _options.Assimilation.Seed,
        [("model", inputs.GetValueOrDefault("model") ?? "in memory"), ("modelHash", _model.Hash), .. _model.Card?.Provenance.Inherited ?? []]) with { Created = null };

    /// <returns>The manifest that is there, or the new one, written.</returns>
    private static ReanalysisManifest Begun(ReanalysisFolder files, ReanalysisManifest manifest)
    {
        if (files.ReadManifest() is not { } old)
        {
            if (Directory.Exists(files.Path) && Directory.EnumerateFileSystemEntries(files.Path).FirstOrDefault(entry => Path.GetFileName(entry) is var name && name != ReanalysisFolder.Manifest && !Aside.IsOne(name)) is { } foreign)
            {
                throw new InvalidInputException($"{files.Path}: this folder holds '{Path.GetFileName(foreign)}', and is not of a reanalysis; choose another folder");
            }

            files.Write(manifest);
            Directory.CreateDirectory(files.Parts);
            return manifest;
        }

        var differences = old.Differences(manifest);
        if (differences.Count > 0 || !old.Blocks.SequenceEqual(manifest.Blocks))
        {
            throw new InvalidInputException($"{files.Path}: this folder holds a reanalysis with other settings ({string.Join(", ", differences.DefaultIfEmpty("dates"))}); give the same, or choose another folder");
        }

        Directory.CreateDirectory(files.Parts);
        return old;
    }

    private System.Text.Json.JsonElement Settings(IReadOnlyList<DateTime> times, IReadOnlyDictionary<string, object?> inputs)
    {
        var a = _options.Assimilation;
        var settings = new Dictionary<string, object?>(inputs)
        {
            ["vaeda"] = Provenance.Version,
            ["modelHash"] = _model.Hash,
            ["from"] = times[0],
            ["to"] = times[^1],
            ["dates"] = times.Count,
            ["step"] = _step,
            ["method"] = a.Method.Name(),
            ["members"] = a.Members,
            ["seed"] = a.Seed,
            ["errors"] = a.DefaultErrors,
            ["rejectBeyond"] = a.RejectBeyond,
            ["estimateError"] = a.EstimateError,
            ["stations"] = _options.Stations,
            ["averageBeyond"] = a.AverageBeyond,
            ["memory"] = _remembers ? new { use = _options.Memory, steps = _model.Memory!.Steps, ahead = _options.Ahead } : null,
            ["save"] = _options.Save,
            ["whole"] = _options.Whole is null ? null : _options.Whole.Hash ?? "yes",
            ["variables"] = _model.Variables,
            ["areas"] = _areas.Select(area => area.Description),
        };
        if (_options.Adjustments.Count > 0)
        {
            settings["adjustments"] = _options.Adjustments;
        }

        return JsonText.Element(settings);
    }
}
