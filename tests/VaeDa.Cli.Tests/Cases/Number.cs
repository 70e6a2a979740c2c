using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VaeDa.Cli.Tests.Cases;

/// <summary>A number in JSON, or after a text of stderr: <c>right</c> within a tolerance, or within limits.</summary>
/// <param name="Of"><c>stdout</c>, <c>stderr</c> or a file of JSON.</param>
/// <param name="List">Names joined by points: an object, or a list that <paramref name="Where"/> chooses an entry of.</param>
/// <param name="After">The text of stderr.</param>
internal sealed record Number(
    string Of, string List = "", Dictionary<string, string>? Where = null, string Field = "", string? After = null,
    double? Right = null, double Tolerance = 0, double AtLeast = double.NegativeInfinity, double AtMost = double.PositiveInfinity) : IContent
{
    public string? Path => Of is "stdout" or "stderr" ? null : Of;

    public IEnumerable<string> FaultsOf(CheckRun run)
    {
        var name = After is null ? $"{List}.{Field}{(Where is null ? "" : $" of {string.Join(", ", Where.Values)}")}" : $"the number after '{After}'";
        var found = After is null ? InJson(Of == "stdout" ? run.Ended.Output : File.ReadAllText(run.PathOf(Of))) : InText(run.Ended.Error);
        var (least, most) = Right is { } right ? (right - Tolerance, right + Tolerance) : (AtLeast, AtMost);
        if (!(found >= least && found <= most))
        {
            yield return FormattableString.Invariant($"{name}: {found:0.#####}, not {(Right is null ? $"{least} to {most}" : $"{Right} ± {Tolerance}")}");
        }
    }

    /// <returns>NaN where there is none.</returns>
    private double InText(string text) => double.TryParse(Regex.Match(text, $@"{Regex.Escape(After!)}(-?\d+(\.\d+)?)").Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    private double InJson(string json)
    {
        using var document = JsonDocument.Parse(json);
        var place = document.RootElement;
        foreach (var name in List.Split('.'))
        {
            if (!place.TryGetProperty(name, out place))
            {
                return double.NaN;
            }
        }

        if (Where is not null)
        {
            place = place.EnumerateArray().SingleOrDefault(entry => Where.All(pair => entry.TryGetProperty(pair.Key, out var value) && value.ToString() == pair.Value));
        }

        return place.ValueKind == JsonValueKind.Object && place.TryGetProperty(Field, out var found) && found.ValueKind == JsonValueKind.Number ? found.GetDouble() : double.NaN;
    }
}
