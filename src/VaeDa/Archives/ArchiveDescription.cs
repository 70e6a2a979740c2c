using System.Text.Json;
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

    /// <exception cref="InvalidInputException">There is no such file, or it is not an archive's description.</exception>
    internal static ArchiveDescription Read(string path)
    {
        ArchiveDescription description;
        try
        {
            description = JsonText.Read<ArchiveDescription>(File.ReadAllText(path));
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{path}: not the description of an archive ({e.Message})", e);
        }

        if (description.FormatVersion != CurrentFormatVersion)
        {
            throw new InvalidInputException($"{path}: archive format {description.FormatVersion}; this program reads {CurrentFormatVersion}");
        }

        VariableNames.Check(description.Variables, description.Grid.Projection?.Mapping?.Name, _ => path);
        return description;
    }

    internal string ToJson() => JsonText.Write(this, indented: true);
}
