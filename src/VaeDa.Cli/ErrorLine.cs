using System.Text.RegularExpressions;

namespace VaeDa.Cli;

/// <summary>An error as one line for the user. Texts of .NET and of libraries are for those who wrote these, and are shown by --verbose.</summary>
internal static partial class ErrorLine
{
    private const int Longest = 2000;

    public static string Of(Exception error) => error switch
    {
        InvalidInputException or UsageException or Runtime.InvalidEnvironmentException => Plain(error.Message),
        AggregateException { InnerExceptions: [var inner, ..] } => Of(inner),
        UnauthorizedAccessException => $"{PathIn(error)}: there is no permission to read or write it",
        FileNotFoundException or DirectoryNotFoundException => $"{PathIn(error)}: there is no such file or folder",
        PathTooLongException => $"{PathIn(error)}: the path is too long",
        IOException when error.Message.Contains("No space left", StringComparison.Ordinal) || error.Message.Contains("disk space", StringComparison.Ordinal) || error.Message.Contains("disk was full", StringComparison.Ordinal) => $"{PathIn(error)}: the disk is full",
        IOException when error.Message.Contains("Read-only", StringComparison.Ordinal) => $"{PathIn(error)}: the file system is read-only",
        IOException when error.Message.Contains("Not a directory", StringComparison.Ordinal) || error.Message.Contains("already exists", StringComparison.Ordinal) => $"{PathIn(error)}: a file of this name is in the way of a folder",
        IOException when error.Message.Contains("being used", StringComparison.Ordinal) => $"{PathIn(error)}: another process uses it",
        IOException => $"{PathIn(error)}: it cannot be read or written",
        OutOfMemoryException => "there is not enough memory for this",
        _ when error.Message.Contains("allocate memory", StringComparison.OrdinalIgnoreCase) || error.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase) => "there is not enough memory for this (libtorch asked for more)",
        { InnerException: { } inner } and (TypeInitializationException or System.Reflection.TargetInvocationException) => Of(inner),
        _ => "this is a fault of vaeda itself, not of what it was given (--verbose shows where)",
    };

    /// <summary>Text on one line, no longer than anybody reads.</summary>
    public static string Plain(string text)
    {
        var line = string.Concat(text.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? '?' : c));
        return line.Length > Longest ? $"{line[..Longest]}…" : line;
    }

    // .NET names the path in quotes, relative to nothing.
    private static string PathIn(Exception error) =>
        error is FileNotFoundException { FileName: { } file } ? Near(file) : Quoted().Match(error.Message) is { Success: true } match ? Near(match.Groups["path"].Value) : "a file";

    private static string Near(string path) => Plain(Path.GetRelativePath(Environment.CurrentDirectory, path) is var near && !near.StartsWith("..", StringComparison.Ordinal) ? near : path);

    [GeneratedRegex("'(?<path>[^']+)'")]
    private static partial Regex Quoted();
}
