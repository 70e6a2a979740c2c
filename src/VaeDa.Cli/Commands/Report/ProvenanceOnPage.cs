using System.Globalization;
using System.Text.Json;
using VaeDa.Files;
using VaeDa.Plotting.Pages;

namespace VaeDa.Cli.Commands.Report;

/// <summary>What made a result, as a page has it.</summary>
internal static class ProvenanceOnPage
{
    private const int Longest = 400;

    /// <param name="provenance">Of the result.</param>
    /// <param name="more">Names and values beside those of the provenance.</param>
    public static PageProvenance Of(Provenance provenance, params IEnumerable<(string Name, string Value)> more) => new(
        [ThisPage, .. provenance.ToHistory().Split('\n')],
        [
            .. more.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)),
            .. provenance.Inputs.Where(input => input.Key != "history").Select(input => KeyValuePair.Create(input.Key, Text(input.Value))),
            .. provenance.Seed is { } seed ? [KeyValuePair.Create("seed", seed.ToString(CultureInfo.InvariantCulture))] : (ReadOnlySpan<KeyValuePair<string, string>>)[],
            .. provenance.Versions.Select(version => KeyValuePair.Create($"version of {version.Key}", version.Value)),
        ]);

    /// <summary>The line of the report itself.</summary>
    public static string ThisPage => string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}: {CommandLine.Typed}");

    /// <summary>Any JSON in a line.</summary>
    public static string Text(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText().ReplaceLineEndings(" ");
        return text.Length > Longest ? $"{text[..Longest]} …" : text;
    }
}
