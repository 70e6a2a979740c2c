using System.Text;

namespace VaeDa.Files;

/// <summary>Reads a line of a text that may be none: what has no ends of lines is not read into memory.</summary>
internal static class TextLine
{
    /// <summary>In characters; no row of a table comes near.</summary>
    public const int Longest = 1 << 24;

    /// <returns>Null at the end.</returns>
    /// <exception cref="InvalidInputException">The line is longer than <see cref="Longest"/>.</exception>
    public static string? Read(TextReader text, string path)
    {
        if (text.Peek() < 0)
        {
            return null;
        }

        var line = new StringBuilder();
        for (int c; (c = text.Read()) >= 0 && c != '\n';)
        {
            if (c == '\r')
            {
                if (text.Peek() == '\n')
                {
                    text.Read();
                }

                break;
            }

            line.Append((char)c);
            if (line.Length > Longest)
            {
                throw new InvalidInputException($"{path}: not a table: a line of more than {Longest:N0} characters");
            }
        }

        return line.ToString();
    }
}
