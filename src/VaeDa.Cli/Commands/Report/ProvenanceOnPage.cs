using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using VaeDa.Files;
using VaeDa.Plotting.Pages;

namespace VaeDa.Cli.Commands.Report;

/// <summary>What made a result, as a page has it.</summary>
internal static partial class ProvenanceOnPage
{
    private const int Longest = 400;

    /// <param name="provenance">Of the result.</param>
    /// <param name="more">Names and values beside those of the provenance.</param>
    public static PageProvenance Of(Provenance provenance, params IEnumerable<(string Name, string Value)> more) => new(
        [ThisPage, .. provenance.ToHistory().Split('\n')],
        [
            .. more.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)),
            .. provenance.Inputs.Where(input => input.Key != "history" && input.Value.ValueKind != JsonValueKind.Null).Select(input => KeyValuePair.Create(Words(input.Key), Text(input.Value))),
            .. provenance.Seed is { } seed ? [KeyValuePair.Create("seed", seed.ToString(CultureInfo.InvariantCulture))] : (ReadOnlySpan<KeyValuePair<string, string>>)[],
            .. provenance.Versions.Select(version => KeyValuePair.Create($"version of {version.Key}", version.Value)),
        ]);

    /// <summary>The line of the report itself.</summary>
    public static string ThisPage => string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss'Z'}: {CommandLine.Typed}");

    /// <summary>Any JSON in a line; what is null or empty is left out of it.</summary>
    public static string Text(JsonElement value)
    {
        var text = Whole(value);
        return text.Length > Longest ? $"{text[..Longest]} …" : text.Length > 0 ? text : "none";
    }

    /// <summary>The name of a setting as two words or more: <c>model hash</c>.</summary>
    public static string Words(string name) => Hump().Replace(name, hump => $" {hump.Value.ToLowerInvariant()}");

    private static string Whole(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Whole)),
        JsonValueKind.Object => string.Join(", ", value.EnumerateObject().Select(p => (p.Name, Text: Whole(p.Value))).Where(p => p.Text.Length > 0).Select(p => $"{Words(p.Name)} {p.Text}")),
        JsonValueKind.Null => string.Empty,
        JsonValueKind.True => "yes",
        JsonValueKind.False => "no",
        _ => value.GetRawText(),
    };

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();
}
