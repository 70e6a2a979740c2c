using System.Text.RegularExpressions;

namespace VaeDa.Files.Cf;

/// <summary>The attribute <c>cell_methods</c>, <c>time: mean (interval: 6 hours) area: mean</c> (CF conventions, section 7.3).</summary>
internal static partial class CfCellMethods
{
    /// <summary>What of a variable's methods holds for its fields in another file, where dimensions have other names.</summary>
    /// <param name="text">The attribute; null where there is none.</param>
    /// <param name="nameOf">The new name of a dimension; null for one that the fields do not have there.</param>
    /// <returns>The methods of dimensions that have names; null if there are none, or the text is not of this form.</returns>
    public static string? Renamed(string? text, Func<string, string?> nameOf)
    {
        if (text is null || !All().IsMatch(text))
        {
            return null;
        }

        var kept = new List<string>();
        foreach (Match entry in Entry().Matches(text))
        {
            string?[] names = [.. entry.Groups["names"].Value.Split(':', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(nameOf)];
            if (!names.Contains(null))
            {
                kept.Add($"{string.Concat(names.Select(name => $"{name}: "))}{entry.Groups["method"].Value}{(entry.Groups["note"] is { Success: true, Value: var note } ? $" {note}" : "")}");
            }
        }

        return Joined([.. kept]);
    }

    /// <summary>The method of a dimension by itself, <c>mean</c>; null if the text does not say.</summary>
    public static string? Of(string? text, string dimension) => text is null ? null
        : Entry().Matches(text).LastOrDefault(entry => entry.Groups["names"].Value.Trim() == $"{dimension}:")?.Groups["method"].Value;

    /// <summary>All but the methods of a dimension by itself.</summary>
    public static string? Without(string? text, string dimension) => Renamed(text, name => name == dimension ? null : name);

    /// <summary>The methods of a mean over a dimension. A mean of instants, or of means, is a mean; one of extremes or sums stays one of these.</summary>
    public static string? AveragedOver(string? text, string dimension) => Of(text, dimension) switch
    {
        "mean" => text,
        null or "point" => Joined(Without(text, dimension), $"{dimension}: mean"),
        _ => Joined(text, $"{dimension}: mean"),
    };

    /// <summary>Methods in the order in which they were applied; null where there are none.</summary>
    public static string? Joined(params IReadOnlyList<string?> methods) => methods.Any(m => m is not null) ? string.Join(' ', methods.Where(m => m is not null)) : null;

    private const string Pattern = @"(?<names>(?:\w+:\s+)+)(?<method>\w+(?:\s+(?:where|over)\s+\w+)*)(?:\s*(?<note>\([^()]*\)))?";

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Entry();

    [GeneratedRegex(@"^\s*(?:" + Pattern + @"\s*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex All();
}
