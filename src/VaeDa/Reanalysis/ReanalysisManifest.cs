using System.Text.Json;
using System.Text.Json.Serialization;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Reanalysis.Series;

namespace VaeDa.Reanalysis;

/// <summary>What <c>reanalysis.json</c> holds: what is run, and once all is done how it went. No time of running stands in it.</summary>
/// <param name="Settings">All that the result depends on, by name; areas and variables among it.</param>
/// <param name="Blocks">The names of the blocks, in the order of time.</param>
/// <param name="Summary">Null until all blocks are done.</param>
internal sealed record ReanalysisManifest(JsonElement Settings, IReadOnlyList<string> Blocks, ReanalysisSummary? Summary)
{
    [JsonIgnore]
    public IReadOnlyList<Variable> Variables => Setting<Variable[]>("variables");

    [JsonIgnore]
    public IReadOnlyList<SeriesAreaDescription> Areas => Setting<SeriesAreaDescription[]>("areas");

    /// <summary>Null where none were fitted.</summary>
    [JsonIgnore]
    public StationParameters? Stations => Settings.TryGetProperty("stations", out var value) ? JsonText.Of<StationParameters>(value) : null;

    [JsonIgnore]
    public string Method => Setting<string>("method");

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
