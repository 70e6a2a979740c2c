using System.CommandLine;
using System.Text.RegularExpressions;

namespace VaeDa.Cli;

/// <summary>What the verb calls the setting that an error of the library's is about, which knows settings and no options.</summary>
internal static partial class OptionHint
{
    /// <returns>The option in brackets, to follow the message; empty where the verb has none of that name.</returns>
    public static string For(Exception error, ParseResult parsed) =>
        error is InvalidInputException { Setting: { } setting } && $"--{Humps().Replace(setting, "-").ToLowerInvariant()}" is var name
        && parsed.CommandResult.Command.Options.Any(o => o.Name == name)
            ? $" ({name})"
            : string.Empty;

    // Between the words of a name such as AverageBeyond.
    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Humps();
}
