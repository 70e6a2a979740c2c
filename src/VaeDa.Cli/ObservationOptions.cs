using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Cli.Commands.Validate;
using VaeDa.Fields.Climatologies;
using VaeDa.Model;
using VaeDa.Observations;

namespace VaeDa.Cli;

/// <summary>The options of each verb that reads observations.</summary>
internal sealed class ObservationOptions
{
    public readonly Option<bool> Absolute = new("--absolute") { Group = OptionGroup.Input, Description = "The values are as measured, not anomalies: the climatological mean at each place and time is subtracted. They need units and times; differences in elevation are not corrected." };

    public readonly Option<string[]> Units = new("--units")
    {
        Group = OptionGroup.Input,
        Description = "Units of observations that state none: C, or psl=hPa for one variable. [default: anomalies are in the model's]",
        HelpName = "[NAME=]U",
        DefaultValueFactory = _ => [],
    };

    public readonly Option<string?> Climatology;

    public readonly Option<YearSet?> Normals = new("--normals")
    {
        Group = OptionGroup.Input,
        Description = "With --absolute and a monthly model: what is subtracted is the mean of each station's own values of the calendar month over these years, those that the model's anomalies refer to, such as 1951-1980. Half of them are needed.",
        HelpName = "YEARS",
        CustomParser = result => ParsedText.Of(result, "--normals", YearSet.Parse),
    };

    public readonly Option<bool> Strict = new("--strict") { Group = OptionGroup.Input, Description = "Stop at the first row of the observations that cannot be read; by default such rows are left out, flagged and reported." };

    private readonly Func<ParseResult, string?> _archive;
    private readonly Option<bool>? _whole;

    /// <param name="command">The verb.</param>
    /// <param name="otherwise">The archive whose climatology it is by default, in words.</param>
    /// <param name="archive">The name of that archive; null: the bundled one, if it is of the model.</param>
    /// <param name="whole">Another option that the climatology is for; null for none.</param>
    public ObservationOptions(Command command, string otherwise, Func<ParseResult, string?> archive, Option<bool>? whole = null)
    {
        (_archive, _whole) = (archive, whole);
        Climatology = new("--climatology") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Archives() }, Description = $"With --absolute: archive whose climatological mean is subtracted{(whole is null ? string.Empty : $", and with {whole.Name} added")}, that which the model was trained on. [default: {otherwise}]", HelpName = "ARCHIVE" };
        command.Options.Add(Absolute);
        command.Options.Add(Units);
        command.Options.Add(Climatology);
        command.Options.Add(Normals);
        command.Options.Add(Strict);
    }

    /// <summary>Reads observations for a model.</summary>
    /// <param name="paths">Files, folders and patterns.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="card">The model's.</param>
    public ObservationTable Read(IReadOnlyList<string> paths, ParseResult parsed, ModelCard card) => Read(parsed, card, reading => ObservationFile.Read(paths, reading));

    /// <summary>Reads observations for a model, in a way of its own.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="card">The model's.</param>
    /// <param name="read">Given how they are to be understood; the climatology is closed after it.</param>
    public T Read<T>(ParseResult parsed, ModelCard card, Func<ObservationReading, T> read)
    {
        var absolute = parsed.GetValue(Absolute);
        if (!absolute && parsed.GetValue(Climatology) is not null && (_whole is null || !parsed.GetValue(_whole)))
        {
            throw new UsageException("--climatology is for absolute values: add --absolute");
        }

        var normals = parsed.GetValue(Normals);
        if (normals is not null)
        {
            RequireUse(parsed, card, absolute);
        }

        using var climatology = absolute && normals is null ? Open(parsed, card, "absolute values", "subtracted from the absolute values") : null;
        return read(new ObservationReading
        {
            Strict = parsed.GetValue(Strict),
            Variables = card.Variables,
            Units = parsed.GetValue(Units)!,
            Absolute = absolute,
            Climatology = climatology,
            Normals = normals,
        });
    }

    private void RequireUse(ParseResult parsed, ModelCard card, bool absolute)
    {
        if (!absolute || (parsed.GetValue(Climatology) is not null && (_whole is null || !parsed.GetValue(_whole))))
        {
            throw new UsageException(absolute ? "--normals takes the mean from the stations, --climatology from an archive: give one of them" : "--normals is for absolute values: add --absolute");
        }

        if (card.Step?.Frequency is not Frequency.Monthly)
        {
            throw new UsageException("--normals are means of calendar months, and the model is not of monthly fields: give --climatology");
        }
    }

    /// <summary>Opens the archive of the climatology.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="card">The model's.</param>
    /// <param name="what">Needs it, in words.</param>
    /// <param name="use">What is done with its mean, in words; it is said.</param>
    /// <exception cref="InvalidInputException">There is no such archive, or it is of other variables or another grid.</exception>
    public AnomalyArchive Open(ParseResult parsed, ModelCard card, string what, string use)
    {
        var named = parsed.GetValue(Climatology) ?? _archive(parsed);
        var archive = AnomalyArchive.Open(BundledFiles.Archive(named));
        try
        {
            ValidateRun.RequireMatch(card, archive);
        }
        catch (InvalidInputException e)
        {
            archive.Dispose();
            throw named is not null ? e : new InvalidInputException($"{what} need the climatology of the archive that the model was trained on: name it") { Setting = nameof(Climatology) };
        }

        Compare(archive, card, use);
        return archive;
    }

    /// <summary>Says so where the model does not appear to have been trained on anomalies from this climatology.</summary>
    private static void Compare(AnomalyArchive archive, ModelCard card, string use)
    {
        var climatology = archive.Description.Climatology;
        var period = FormattableString.Invariant($"{climatology.First:yyyy-MM-dd} to {climatology.Last:yyyy-MM-dd}");
        var origin = climatology.Scope == ClimatologyScope.NamedYears ? $"the years {climatology.Years}" : period;
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(archive.Folder));
        Console.Error.WriteLine($"{name}: its climatological mean, of {origin}, is {use}");
        if (card.Provenance.Input<string>("climatology") is { } hash)
        {
            if (hash != archive.ClimatologyHash())
            {
                Console.Error.WriteLine($"warning: {name}: the model was trained on anomalies from another climatology: its mean is not what the model's anomalies are departures from");
            }

            return;
        }

        // An older model says which fields it was trained on: those of the archive, or those that the climatology is of.
        var trained = card.Provenance.Input<string>("training");
        var training = archive.Part(SplitPart.Training);
        string[] same = [$"{climatology.Fields} fields, {period}", training.Count == 0 ? string.Empty : FormattableString.Invariant($"{training.Count} fields, {training.TimeOf(0):yyyy-MM-dd} to {training.TimeOf(training.Count - 1):yyyy-MM-dd}")];
        if (!same.Contains(trained))
        {
            Console.Error.WriteLine($"warning: {name}: the model was trained on {trained ?? "fields that it does not name"}, which are not this archive's: unless both have the same climatology, the anomalies are not the model's");
        }
    }
}
