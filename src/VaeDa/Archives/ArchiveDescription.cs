using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;

namespace VaeDa.Archives;

/// <summary>The archive's <c>archive.json</c>.</summary>
public sealed record ArchiveDescription
{
    public const string FileName = "archive.json";
    public const int CurrentFormatVersion = 1;

    public required int FormatVersion { get; init; }

    /// <summary>In the order they have in the archive's fields, with the units of their anomalies.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    public required Frequency Frequency { get; init; }

    public required ClimatologyDescription Climatology { get; init; }

    public required SplitRule Split { get; init; }

    public required IReadOnlyList<VariableStatistics> Statistics { get; init; }

    public required Provenance Provenance { get; init; }

    public required Grid Grid { get; init; }

    /// <exception cref="InvalidInputException">There is no such file, or it is not an archive's description.</exception>
    public static ArchiveDescription Read(string path)
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

        return description.FormatVersion == CurrentFormatVersion
            ? description
            : throw new InvalidInputException($"{path}: archive format {description.FormatVersion}; this program reads {CurrentFormatVersion}");
    }

    public string ToJson() => JsonText.Write(this, indented: true);
}
