namespace VaeDa.Cli.Tests.Cases;

/// <summary>How a check may end.</summary>
/// <param name="OfCommand">That another command than the last may be the one that ends so.</param>
/// <param name="MustSay">In free words, for a reader.</param>
internal sealed record Outcome(
    int ExitCode, string[]? StderrContains = null, string? MustSay = null, int? OfCommand = null,
    string[]? Files = null, string[]? Absent = null, string[]? Unchanged = null,
    ArchiveContent? Archive = null, ObservationsContent? Observations = null, Number[]? Numbers = null, FieldContent? Field = null,
    TableContent? Table = null, CostLimit? Cost = null)
{
    /// <summary>What is not so, a line each.</summary>
    public List<string> FaultsOf(CheckRun run)
    {
        // What a command left behind is looked at only where it ended as it should. Where a command is numbered, any but the
        // last does as well: not all of the files count from 0, and the texts in stderr say which it is.
        if (run.Ended.ExitCode != ExitCode || !(run.IsAtLast || OfCommand is not null))
        {
            return [$"exit code {run.Ended.ExitCode} of '{run.Command}', not {ExitCode} of the last command"];
        }

        IEnumerable<string> faults =
        [
            .. (StderrContains ?? []).Where(text => !run.Ended.Error.Contains(text, StringComparison.Ordinal)).Select(text => $"stderr does not contain '{text}'"),
            .. (Files ?? []).Where(file => !run.IsThere(file)).Select(file => $"no {file}"),
            .. (Absent ?? []).Where(run.IsThere).Select(file => $"{file} is there"),
            .. (Unchanged ?? []).Where(run.IsChanged).Select(file => $"{file} is changed"),
        ];
        IContent?[] contents = [Archive, Observations, .. Numbers ?? [], Field, Table];
        foreach (var content in contents.OfType<IContent>())
        {
            faults = faults.Concat(content.Path is { } path && !run.IsThere(path) ? [$"no {path}"] : content.FaultsOf(run));
        }

        return [.. faults, .. Cost?.FaultsOf(run) ?? []];
    }
}

/// <summary>What a command must have written.</summary>
internal interface IContent
{
    /// <summary>The file or folder that it is in; null for what was printed.</summary>
    string? Path { get; }

    /// <summary>What is not so, a line each; only where <see cref="Path"/> is there.</summary>
    IEnumerable<string> FaultsOf(CheckRun run);
}
