using System.Text;
using System.Text.RegularExpressions;

namespace VaeDa.Cli.Tests.Pages;

/// <summary>The page of all options, made of what the executable says when it is asked for help.</summary>
internal static partial class OptionsPage
{
    private const string Margin = "  ";

    // Where help's descriptions begin.
    private const int Column = 26;

    public const string Head = """
        # Every option

        What `vaeda VERB --help` shows, of all verbs. The page is made from the executable and held against it by a test; after a change of an option

        ```
        VAEDA_WRITE_PAGES=1 dotnet test -c Release --project tests/VaeDa.Cli.Tests --filter-class '*OptionsPageTests'
        ```

        writes it anew. How to choose values is in [choosing](choosing.md).

        """;

    public static string Of(IEnumerable<(string Verb, string Help)> verbs)
    {
        var page = new StringBuilder(Head.ReplaceLineEndings("\n"));
        foreach (var (verb, help) in verbs)
        {
            page.Append($"\n## {verb}\n\n").Append(Section(help));
        }

        return page.ToString();
    }

    // Paragraphs, the usage, groups of entries, examples: each apart by an empty line.
    private static string Section(string help)
    {
        var section = new StringBuilder();
        foreach (var part in help.TrimEnd('\n').Split("\n\n"))
        {
            var lines = part.Split('\n');
            section.Append(
                lines[0].StartsWith("Usage: ", StringComparison.Ordinal) ? $"```\n{lines[0]["Usage: ".Length..]}\n```\n\n"
                : lines.Length > 1 && lines[1].StartsWith(Margin, StringComparison.Ordinal) ? lines[0] == "Examples" ? Examples(lines[1..]) : Group(lines[0], lines[1..])
                : $"{Escaped(string.Join(' ', lines))}\n\n");
        }

        return section.ToString().TrimEnd('\n') + "\n";
    }

    private static string Group(string title, string[] lines)
    {
        var rows = EntryStart().Split(string.Join('\n', lines)).Where(entry => entry.Length > 0).Select(entry =>
        {
            var first = entry.Split('\n')[0];
            var heading = first.Length > Column && first[Column - 1] == ' ' && first[Column - 2] == ' ' ? first[..Column] : first;
            var text = entry[Math.Min(heading.Length, entry.Length)..];
            return $"| `{heading.Trim().Replace("|", @"\|", StringComparison.Ordinal)}` | {Escaped(Blanks().Replace(text, " ").Trim())} |\n";
        });
        return $"| {title} | |\n| --- | --- |\n{string.Concat(rows)}\n";
    }

    private static string Examples(string[] lines) => $"```\n{string.Join('\n', lines.Select(line => line[Margin.Length..]))}\n```\n\n";

    private static string Escaped(string text) => Special().Replace(text, @"\$0");

    [GeneratedRegex(@"(?<=^|\n)(?=  \S)")]
    private static partial Regex EntryStart();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();

    // What Markdown would take for a table's border, emphasis, a link or a tag.
    [GeneratedRegex(@"[|*_\[\]<>]")]
    private static partial Regex Special();
}
