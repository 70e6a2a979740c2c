using System.CommandLine;
using TorchSharp;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Reanalysis;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>The work of <c>vaeda assimilate</c> where observations are of many dates: a reanalysis.</summary>
internal sealed class SequenceRun(AssimilateCommand command, ParseResult parsed)
{
    /// <param name="all">The observations of all dates.</param>
    /// <param name="model">The model.</param>
    /// <param name="options">Of each analysis.</param>
    /// <param name="folder">Where it goes.</param>
    /// <param name="inputs">What the result depends on besides.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The exit code.</returns>
    public int Execute(ObservationTable all, GenerativeModel model, AssimilationOptions options, string folder, IReadOnlyDictionary<string, object?> inputs, CancellationToken cancellation)
    {
        var (from, to) = (Bound(command.From)?.Start ?? DateTime.MinValue, Bound(command.To)?.End ?? DateTime.MaxValue);
        var tables = all.ByTime().Where(t => t.AnalysisTime is not { } time || (time >= from && time < to)).ToList();
        if (tables.Count == 0)
        {
            throw new InvalidInputException($"{all.Source}: no observation from {parsed.GetValue(command.From) ?? "the first"} to {parsed.GetValue(command.To) ?? "the last"}");
        }

        // Each date by one thread, so that the number of threads changes nothing.
        var threads = parsed.GetValue(command.Torch.Threads) is > 0 and var given ? given : Cores.Available;
        torch.set_num_threads(1);
        var run = new ReanalysisRun(model, new ReanalysisOptions
        {
            Assimilation = options,
            Step = Frequency.Daily,
            Save = Enum.Parse<SavedFields>(parsed.GetValue(command.Save)!, ignoreCase: true),
            Areas = Areas(model),
            Shard = ShardOf(),
            Workers = threads,
        });
        using var display = new SequenceDisplay();
        var summary = run.Run(folder, new ObservationsInMemory(tables), inputs, display.Show, cancellation);
        display.Dispose();
        if (summary is null)
        {
            Console.WriteLine($"{folder}: this share is done; others are at work on theirs, or have not begun");
            return ExitCode.Done;
        }

        Console.WriteLine(parsed.GetValue(command.Json) ? JsonText.Write(new { folder, summary }) : SequenceReport.Describe(folder, summary, model.Variables));
        return summary.Failures.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private TimePeriod? Bound(Option<string?> option) => parsed.GetValue(option) is { } text ? TimePeriod.Parse(text) : null;

    private IReadOnlyList<SeriesArea> Areas(GenerativeModel model) =>
    [
        .. SeriesArea.Usual(model.Grid),
        .. parsed.GetValue(command.Region)!.Select(text => NamedNumbers.Parse("--region", text, 4, "NAME=west,east,south,north") is var (name, n) ? SeriesArea.Box(name, model.Grid, n[0], n[1], n[2], n[3]) : null!),
        .. parsed.GetValue(command.At)!.Select(text => NamedNumbers.Parse("--at", text, 2, "NAME=latitude,longitude") is var (name, n) ? SeriesArea.Place(name, model.Grid, n[0], n[1]) : null!),
    ];

    private Shard ShardOf()
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
