using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;

namespace VaeDa.Cli.Commands.Completion;

/// <summary>What a word of a command line may become.</summary>
internal static class Answer
{
    /// <summary>The last line, where the word may be a path.</summary>
    public const string Files = ":files";

    /// <param name="root">All verbs.</param>
    /// <param name="words">After the program's name; the last one is to be completed, and may be empty.</param>
    /// <returns>What begins as the word does.</returns>
    public static IEnumerable<string> To(RootCommand root, IReadOnlyList<string> words)
    {
        var word = words.Count == 0 ? string.Empty : words[^1];
        // bash takes an equals sign for a word.
        var before = words.Take(words.Count - 1).Where(w => w != "=").ToList();
        var verb = before.Count == 0 ? null : root.Subcommands.FirstOrDefault(v => v.Name == before[0]);
        var (known, isPath) = verb is not null ? OfVerb(verb, root, before, word)
            : before.Count > 0 ? ([], false)
            : (IsOption(word) ? Names(root.Options) : root.Subcommands.Where(v => !v.Hidden).Select(v => v.Name), false);
        return known.Where(k => k.StartsWith(word, StringComparison.Ordinal)).Concat(isPath ? [Files] : []);
    }

    private static (IEnumerable<string> Known, bool IsPath) OfVerb(Command verb, RootCommand root, List<string> before, string word)
    {
        var options = verb.Options.Concat(root.Options.Where(o => o.Recursive)).ToList();
        var last = before.FindLastIndex(IsOption);
        var option = last < 0 ? null : options.Find(o => o.Name == before[last] || o.Aliases.Contains(before[last]));
        var values = before.Count - 1 - last;
        return option is not (null or System.CommandLine.Option<bool> or HelpOption) && (values == 0 || (option.AllowMultipleArgumentsPerToken && !IsOption(word)))
            ? (Values(option), option is IPlaced { IsPath: true })
            : IsOption(word) ? (Names(options), false) : (verb.Arguments.SelectMany(Values), verb is not CompletionCommand && verb.Arguments.Count > 0);
    }

    private static bool IsOption(string word) => word.StartsWith('-');

    private static IEnumerable<string> Names(IEnumerable<Option> options) => options.Where(o => !o.Hidden).Select(o => o.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> Values(Symbol symbol) => symbol.GetCompletions(CompletionContext.Empty).Select(c => c.Label);
}
