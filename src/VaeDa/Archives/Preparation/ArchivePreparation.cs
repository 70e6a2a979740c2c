using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;

namespace VaeDa.Archives.Preparation;

/// <summary>
/// Makes an <see cref="AnomalyArchive"/> of field files in two passes: the first gives the climatology and the range of the
/// anomalies, the second writes them. A few fields are in memory at a time, plus a part of one variable's climatology, so memory
/// does not grow with the number of years.
/// </summary>
public static class ArchivePreparation
{
    /// <summary>Days of weather between what is learnt from and what is held out, where nobody says how many.</summary>
    private const int GapBetweenDays = 5;

    private static readonly FolderContents Contents = new("an archive", ArchiveDescription.FileName, IsArchiveFile, mayHoldOthers: false);

    /// <summary>Makes an archive. It is written aside and takes the place of one that is there when it is whole.</summary>
    /// <param name="options">What it is made of, and how.</param>
    /// <param name="progress">Told after each field; null for nobody.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>; nothing is left behind.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="InvalidInputException">The files cannot be read, do not go together, or do not go with the options.</exception>
    public static PreparationReport Run(PreparationOptions options, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var inputs = new PreparationInputs(options);
        OutputCheck.OfFolder(options.Output, Contents, [.. inputs.Sources.SelectMany(s => s.Files.Select(f => f.Path)), options.Like]);
        var split = SplitOf(inputs);
        var parts = split.Apply(inputs.Times);
        var first = ClimatologyPass.Of(inputs, parts, progress, cancellation);
        PreparationReport? report = null;
        AtomicFolder.Write(options.Output, Contents, folder => report = Write(folder));
        return report!;

        PreparationReport Write(string folder)
        {
            var files = inputs.Sources.SelectMany(s => s.Files.Select(f => new SourceFile(Path.GetFileName(f.Path), s.Variable.Name, f.Fields))).ToArray();
            var provenance = Provenance.Now(options.Command, null, [("sources", files), ("history", inputs.History), .. inputs.Institution is { } institution ? [("institution", institution)] : (ReadOnlySpan<(string, object?)>)[]]);
            var ranges = first.Run(folder, provenance);
            Variable[] variables = inputs.Like is { } like ? [.. like.Variables] : [.. inputs.Sources.Select(s => s.Variable with { Units = TemperatureUnits.OfDifference(s.Variable.Units) })];
            using var climatology = new ClimatologyFile(folder, variables, inputs.Grid, first.Description.Steps);
            var statistics = new AnomalyPass(inputs, variables, climatology, first.Description, provenance, progress, cancellation).Run(folder, ranges, first.StrayValues);
            var description = new ArchiveDescription
            {
                FormatVersion = ArchiveDescription.CurrentFormatVersion,
                Grid = inputs.Grid,
                Variables = variables,
                Frequency = inputs.Frequency,
                StepHours = inputs.StepHours,
                Climatology = first.Description,
                Split = split,
                Statistics = statistics,
                Provenance = provenance,
                Files = [.. AnomalyArchive.FilesIn(folder).Select(ArchiveFile.Of)],
            };
            File.WriteAllText(Path.Combine(folder, ArchiveDescription.FileName), description.ToText());
            return new PreparationReport
            {
                Description = description,
                Fields = inputs.Times.Length,
                First = inputs.Times[0],
                Last = inputs.Times[^1],
                Parts = Enum.GetValues<SplitPart>().ToDictionary(part => part, part => parts.Count(p => p == part)),
                Dropped = inputs.Sources.ToDictionary(s => s.Variable.Name, s => s.Times.Count - inputs.Times.Length),
                Notices = inputs.Notices,
                AveragedHours = inputs.AveragedHours,
                ConstantCells = first.ConstantCells,
                StrayValues = first.StrayValues,
                MissingNotFound = [.. options.Missing.Where((_, i) => inputs.Sources.All(s => !s.HasMissing(i)))],
                Bytes = Directory.GetFiles(folder).Sum(f => new FileInfo(f).Length),
            };
        }
    }

    private static SplitRule SplitOf(PreparationInputs inputs) => inputs.Like is not null
        ? new SplitRule { Everything = SplitPart.Test }
        : new SplitRule
        {
            TestYears = inputs.Options.TestYears,
            ValidationYears = inputs.Options.ValidationYears,
            TrainingYears = inputs.Options.TrainingYears,
            GapDays = inputs.Options.GapDays ?? (inputs.Frequency == Frequency.Monthly ? 0 : GapBetweenDays),
        };

    private static bool IsArchiveFile(string name) =>
        name is ArchiveDescription.FileName or ClimatologyFile.FileName
        || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(AnomalyArchive.YearFilePattern, name);
}
