namespace VaeDa;

/// <summary>Text of a user's file as a message shows it: on one line, and no more of it than tells which it is.</summary>
internal static class Excerpt
{
    private const int Longest = 60;
    private const int LongestLine = 1500;

    public static string Of(string text) => Beginning(text, Longest);

    /// <summary>A whole message; of a long one the beginning and the end, where it says what would be right.</summary>
    public static string Line(string text) => text.Length <= LongestLine ? Beginning(text, LongestLine)
        : Beginning(text, 2 * LongestLine / 3) + Beginning(text[^(LongestLine / 3)..], LongestLine);

    private static string Beginning(string text, int most) =>
        string.Concat(text.Take(most).Select(c => IsPrinted(c) ? c : '?')) + (text.Length > most ? "…" : string.Empty);

    private static bool IsPrinted(char c) => !char.IsControl(c) && c is not ('\uFFFD' or '\u2028' or '\u2029');
}
