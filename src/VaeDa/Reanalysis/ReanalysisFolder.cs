using System.Text;
using System.Text.RegularExpressions;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Reanalysis;

/// <summary>
/// The files of a reanalysis. While it is being made, tables are in parts, a block each, in a folder of their own; a block is done
/// when the last of its files, the count of its stations' outliers, is there.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed partial class ReanalysisFolder(string path)
{
    /// <summary>The name of the file that says what is run.</summary>
    public const string Manifest = "reanalysis.json";

    /// <summary>The name of the table with a row for each date.</summary>
    public const string Dates = "dates.parquet";

    /// <summary>The name of the table of area means.</summary>
    public const string Series = "series.parquet";

    /// <summary>The name of the folder with what became of each observation.</summary>
    public const string Observations = "observations";

    /// <summary>The name of the table of stations and the breaks in their records.</summary>
    public const string Stations = "stations.csv";

    /// <summary>The name of the table of what stations were worth, by year.</summary>
    public const string Worth = "worth.csv";

    /// <summary>The name of the file that says when what was done.</summary>
    public const string Log = "reanalysis.log";

    // Before the command, in the log.
    private const string Asked = "command: ";

    public string Path { get; } = path;

    /// <summary>The folder of what is not done yet, which goes when all is.</summary>
    public string Parts => Of(".parts");

    public string FieldsOf(string block) => Of($"{block}.nc");

    // Names of blocks begin with the year.
    public string ObservationsOf(string block) => System.IO.Path.Combine(Path, Observations, $"year={block[..4]}", $"{block}.parquet");

    public string SeriesOf(CalendarBlock block) => System.IO.Path.Combine(Parts, $"{block.Name}.series.parquet");

    public string DatesOf(CalendarBlock block) => System.IO.Path.Combine(Parts, $"{block.Name}.dates.parquet");

    public string StationsOf(CalendarBlock block) => System.IO.Path.Combine(Parts, $"{block.Name}.stations.json");

    public string WithheldOf(CalendarBlock block) => System.IO.Path.Combine(Parts, $"{block.Name}.withheld.json");

    public string Of(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Null where there is none yet.</summary>
    /// <exception cref="InvalidInputException">It is not one.</exception>
    public ReanalysisManifest? ReadManifest()
    {
        var file = Of(Manifest);
        if (!File.Exists(file))
        {
            return null;
        }

        var manifest = JsonText.Read<ReanalysisManifest>(file, "not of a reanalysis", Encoding.UTF8.GetString(InputFile.Small(file)));
        // Names of files begin so.
        return manifest.Blocks.FirstOrDefault(block => !NameOfBlock().IsMatch(block)) is { } other
            ? throw new InvalidInputException($"{file}: not of a reanalysis: a block of it is called '{Excerpt.Of(other)}', and not as '1916-03' or '1916'")
            : manifest;
    }

    public void Write(ReanalysisManifest manifest) => AtomicFile.Write(Of(Manifest), aside => File.WriteAllText(aside, manifest.ToText()));

    /// <summary>Whether all files of a block are there.</summary>
    public bool IsDone(CalendarBlock block) => File.Exists(StationsOf(block));

    /// <summary>Removes what is needed no more once all is done, also where a run was killed before it had.</summary>
    public void RemoveParts()
    {
        Aside.Sweep(Of(Manifest));
        try
        {
            Directory.Delete(Parts, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another run was first.
        }
    }

    /// <summary>Adds a line to the log.</summary>
    public void Note(string line) => File.AppendAllText(Of(Log), FormattableString.Invariant($"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'} {line}\n"));

    /// <summary>Adds what asked for a run to the log.</summary>
    /// <param name="command">On one line or, as a shell lets one type it, on several: they become one.</param>
    public void NoteCommand(string command) => Note(Asked + string.Concat(command.Select(c => char.IsControl(c) ? ' ' : c)));

    /// <summary>What asked for the runs, as the log has it: each once, with the time that it did so first, in the order of time.</summary>
    /// <returns>Empty where there is no log, or none of them is in it.</returns>
    public IReadOnlyList<(string Time, string Command)> Commands() => !File.Exists(Of(Log)) ? [] :
        [.. Encoding.UTF8.GetString(InputFile.Small(Of(Log))).Split('\n').Select(line => CommandInLog().Match(line)).Where(match => match.Success).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).DistinctBy(asked => asked.Item2)];

    [GeneratedRegex(@"^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ) " + Asked + @"(.+?)\s*\z", RegexOptions.CultureInvariant)]
    private static partial Regex CommandInLog();

    [GeneratedRegex(@"^\d{4}(-\d{2})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameOfBlock();
}
