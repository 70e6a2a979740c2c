namespace VaeDa;

/// <summary>Text of a user's file as a message shows it: on one line, and no more of it than tells which it is.</summary>
internal static class Excerpt
{
    private const int Longest = 60;

    public static string Of(string text) =>
        string.Concat(text.Take(Longest).Select(c => IsPrinted(c) ? c : '?')) + (text.Length > Longest ? "…" : string.Empty);

    private static bool IsPrinted(char c) => !char.IsControl(c) && c is not ('\uFFFD' or '\u2028' or '\u2029');
}
