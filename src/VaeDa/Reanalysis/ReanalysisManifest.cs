using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Reanalysis.Series;
using VaeDa.Runtime;

namespace VaeDa.Reanalysis;

/// <summary>What <c>reanalysis.json</c> holds: what is run, and once all is done how it went. No time of running stands in it.</summary>
/// <param name="Settings">All that the result depends on, by name; areas and variables among it.</param>
/// <param name="Blocks">The names of the blocks, in the order of time.</param>
/// <param name="Summary">Null until all blocks are done.</param>
/// <param name="Id">Stands in all files of the folder, so that those of another reanalysis are not taken for its own; null in folders of earlier versions.</param>
internal sealed record ReanalysisManifest(JsonElement Settings, IReadOnlyList<string> Blocks, ReanalysisSummary? Summary, string? Id = null)
{
    /// <summary>Of what is to be run: its identity is a hash of all that the result depends on.</summary>
    public static ReanalysisManifest Of(JsonElement settings, IReadOnlyList<string> blocks)
    {
        var manifest = new ReanalysisManifest(settings, blocks, null);
        return manifest with { Id = Sha256.Of(Encoding.UTF8.GetBytes(manifest.ToText()))[..16] };
    }

    [JsonIgnore]
    public IReadOnlyList<Variable> Variables => Setting<Variable[]>("variables");

    [JsonIgnore]
    public IReadOnlyList<SeriesAreaDescription> Areas => Setting<SeriesAreaDescription[]>("areas");

    /// <summary>Null where none were fitted.</summary>
    [JsonIgnore]
    public StationParameters? Stations => Settings.TryGetProperty("stations", out var value) ? JsonText.Of<StationParameters>(value) : null;

    [JsonIgnore]
    public string Method => Setting<string>("method");

    /// <summary>Compares what stands in a file of the folder.</summary>
    /// <param name="path">The file.</param>
    /// <param name="id">That stands there, or null.</param>
    /// <exception cref="InvalidInputException">It is of another reanalysis.</exception>
    public void Require(string path, string? id)
    {
        if (Id is not null && id != Id)
        {
            throw new InvalidInputException($"{path}: of {(id is null ? "an unknown" : "another")} reanalysis than {ReanalysisFolder.Manifest} of its folder; all files of the folder must be of one: make it again");
        }
    }

    public string ToText() => JsonText.Write(this, indented: true) + "\n";

    /// <summary>The settings that differ between two manifests, by name.</summary>
    public IReadOnlyList<string> Differences(ReanalysisManifest other)
    {
        var (mine, theirs) = (Parts(Settings), Parts(other.Settings));
        return [.. mine.Keys.Union(theirs.Keys).Where(name => !(mine.TryGetValue(name, out var a) && theirs.TryGetValue(name, out var b) && JsonElement.DeepEquals(a, b))).Order(StringComparer.Ordinal)];
    }

    /// <exception cref="JsonException">There is none, or it is of another type.</exception>
    private T Setting<T>(string name)
        where T : class => (Settings.TryGetProperty(name, out var value) ? JsonText.Of<T>(value) : null) ?? throw new JsonException($"it has no setting '{name}'");

    private static Dictionary<string, JsonElement> Parts(JsonElement settings) => settings.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
}
