namespace VaeDa.Cli.Help;

/// <summary>Text on the lines of a terminal.</summary>
internal static class Wrapped
{
    /// <summary>Columns of a terminal.</summary>
    public const int Width = 80;

    /// <summary>Breaks a text between its words.</summary>
    /// <param name="text">One paragraph.</param>
    /// <param name="indent">Blanks at the head of each line.</param>
    public static IEnumerable<string> Lines(string text, int indent)
    {
        var margin = new string(' ', indent);
        var line = margin;
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var longer = line.Length == indent ? line + word : $"{line} {word}";
            if (longer.Length > Width && line.Length > indent)
            {
                yield return line;
                longer = margin + word;
            }

            line = longer;
        }

        yield return line;
    }

    /// <summary>Breaks a command before its options, as a shell reads on.</summary>
    /// <param name="command">As it is typed.</param>
    /// <param name="margin">At the head of its first line; the others have four blanks more.</param>
    public static IEnumerable<string> Command(string command, string margin)
    {
        const string Goes = " \\";
        var line = margin;
        foreach (var part in command.Replace(" --", "\n--", StringComparison.Ordinal).Split('\n'))
        {
            var longer = string.IsNullOrWhiteSpace(line) ? line + part : $"{line} {part}";
            if (longer.Length > Width - Goes.Length && !string.IsNullOrWhiteSpace(line))
            {
                yield return line + Goes;
                longer = $"{margin}    {part}";
            }

            line = longer;
        }

        yield return line;
    }
}
