namespace VaeDa.Cli;

/// <summary>The command line as the user typed it, for the outputs' provenance.</summary>
internal static class CommandLine
{
    public static string Typed => string.Join(' ', Environment.GetCommandLineArgs().Skip(1).Prepend("vaeda").Select(Quote));

    private static string Quote(string word) => word.Length > 0 && !word.Any(c => char.IsWhiteSpace(c) || c is '\'' or '"') ? word : $"'{word.Replace("'", @"'\''")}'";
}
