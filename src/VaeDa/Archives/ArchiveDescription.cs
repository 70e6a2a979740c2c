using System.Text;
using System.Text.Json.Serialization;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;

namespace VaeDa.Archives;

/// <summary>What an archive holds and what it was made of, as its file <c>archive.json</c> says it.</summary>
public sealed record ArchiveDescription
{
    /// <summary>The name of the file in an archive's folder that holds this. A folder with it is an archive.</summary>
    public const string FileName = "archive.json";
    internal const int CurrentFormatVersion = 1;

    private const string BeforeHash = "\"sha256\": \"";

    /// <summary>The version of the archive's format; this library reads and writes version 1.</summary>
    public required int FormatVersion { get; init; }

    /// <summary>The variables (V), in the order that they have in the archive's fields, with the units of their anomalies.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>How often fields come: several a day, daily or monthly.</summary>
    public required Frequency Frequency { get; init; }

    /// <summary>The hours from one field to the next where several come a day; null for daily and monthly fields, and where they come irregularly.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StepHours { get; init; }

    /// <summary>The step in time that the fields come at; null where they come irregularly.</summary>
    [JsonIgnore]
    public TimeStep? Step => TimeStep.Of(Frequency, StepHours);

    /// <summary>What the climatology was computed from, whose mean was subtracted to have anomalies.</summary>
    public required ClimatologyDescription Climatology { get; init; }

    /// <summary>The rule by which fields are for training, validation or test.</summary>
    public required SplitRule Split { get; init; }

    /// <summary>The statistics of each variable's anomalies (V), in the order of <see cref="Variables"/>.</summary>
    public required IReadOnlyList<VariableStatistics> Statistics { get; init; }

    /// <summary>What made the archive, with its source files as the input <c>sources</c>.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The grid of all fields.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The netCDF files of the archive, all of them; null in archives of earlier versions.</summary>
    [JsonInclude]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal IReadOnlyList<ArchiveFile>? Files { get; init; }

    /// <summary>The <see cref="ContentHash"/> of the description; null in archives of earlier versions.</summary>
    [JsonInclude]
    [JsonPropertyName("sha256")]
    [JsonPropertyOrder(-1)] // before all that may hold another of the name
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    internal string? Hash { get; init; }

    /// <exception cref="InvalidInputException">There is no such file, it is not an archive's description, or not as it was written.</exception>
    internal static ArchiveDescription Read(string path)
    {
        var bytes = InputFile.Small(path);
        var text = Encoding.UTF8.GetString(bytes);
        var description = JsonText.Read<ArchiveDescription>(path, "not the description of an archive", text);
        if (description.FormatVersion != CurrentFormatVersion)
        {
            throw new InvalidInputException($"{path}: archive format {description.FormatVersion}; this program reads {CurrentFormatVersion}");
        }

        VariableNames.Check(description.Variables, description.Grid.Projection?.Mapping?.Name, _ => path);
        if (description.Fault() is { } fault)
        {
            throw new InvalidInputException($"{path}: {fault}");
        }

        if (description is not { Hash: null, Files: null } && ContentHash.Of(bytes, ContentHash.PlaceIn(bytes, BeforeHash)) != description.Hash)
        {
            throw new InvalidInputException($"{path}: damaged, or changed since it was written: its content is not that of the hash in it; copy it anew, or prepare the archive again");
        }

        return description;
    }

    /// <summary>The text of the file, with its hash.</summary>
    internal string ToText()
    {
        var text = JsonText.Write(this with { Hash = ContentHash.Blank }, indented: true) + "\n";
        var bytes = Encoding.UTF8.GetBytes(text);
        return text.Replace(BeforeHash + ContentHash.Blank, BeforeHash + ContentHash.Of(bytes, ContentHash.PlaceIn(bytes, BeforeHash)), StringComparison.Ordinal);
    }

    /// <summary>What is wrong with the numbers, in words; null if nothing is.</summary>
    private string? Fault() =>
        Variables.Count == 0 ? "it names no variables"
        : (long)Variables.Count * Grid.Cells > Array.MaxLength ? $"{Variables.Count} variables on {Grid} are more than a field can have"
        : Statistics.Count != Variables.Count ? $"it has the statistics of {Statistics.Count} variables, and {Variables.Count} variables"
        : StepHours is { } hours && (hours is < 1 or > 23 || 24 % hours != 0) ? $"its stepHours are {hours}; hours that divide a day are needed"
        : Climatology.TimesOfDay is < 1 or > 24 || 24 % Climatology.TimesOfDay != 0 ? $"its climatology has {Climatology.TimesOfDay} timesOfDay; a divisor of 24 is needed"
        : Split.GapDays is < 0 or > SplitRule.MostGapDays ? $"its split has a gap of {Split.GapDays} days; 0 to {SplitRule.MostGapDays} can be"
        : Files is null ? null
        : Files.FirstOrDefault(file => file.Fault is not null) is { } wrong ? $"the file '{Excerpt.Of(wrong.Name)}': {wrong.Fault}"
        : Files.Select(file => file.Name).Distinct().Count() < Files.Count ? "it lists a file twice"
        : null;
}
