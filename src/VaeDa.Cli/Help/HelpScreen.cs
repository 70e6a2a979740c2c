using System.Collections;
using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Globalization;

namespace VaeDa.Cli.Help;

/// <summary>Prints what <c>--help</c> shows: of the whole, a screen of 80 × 24; of a verb its options in groups, and examples.</summary>
internal sealed class HelpScreen : SynchronousCommandLineAction
{
    private const string Margin = "  ";

    // Where descriptions begin, right of the options' names.
    private const int Column = 26;

    /// <summary>Help needs no arguments, however many the verb does.</summary>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        var command = parseResult.CommandResult.Command;
        foreach (var line in command is RootCommand root ? OfAll(root) : Of(command))
        {
            Console.Out.WriteLine(line);
        }

        return ExitCode.Done;
    }

    /// <summary>The verbs, and where to read on.</summary>
    public static IEnumerable<string> OfAll(RootCommand root)
    {
        yield return root.Description!;
        yield return string.Empty;
        yield return "Usage: vaeda VERB [OPTIONS]";
        yield return string.Empty;
        foreach (var verb in root.Subcommands.Where(v => !v.Hidden))
        {
            yield return $"{Margin}{verb.Name,-12}{(verb as Verb)?.Summary ?? verb.Description?.Split('\n')[0]}";
        }

        yield return string.Empty;
        yield return "First:      vaeda assimilate          (bundled observations and model)";
        yield return "Options:    vaeda VERB --help         vaeda --version";
        yield return "Read on:    README.md and docs/ beside the program";
    }

    /// <summary>A verb's own.</summary>
    public static IEnumerable<string> Of(Command verb)
    {
        var lines = new List<string>();
        foreach (var paragraph in verb.Description!.Split("\n\n"))
        {
            lines.AddRange(Wrapped.Lines(paragraph, 0));
            lines.Add(string.Empty);
        }

        lines.Add($"Usage: vaeda {verb.Name}{string.Concat(verb.Arguments.Where(a => !a.Hidden).Select(Usage))} [OPTIONS]");
        foreach (var group in Groups(verb))
        {
            lines.Add(string.Empty);
            lines.Add(Title(group.Key));
            lines.AddRange(group.SelectMany(entry => Entry(entry.Name, entry.Text)));
        }

        if (verb is Verb { Examples.Count: > 0 } shown)
        {
            lines.Add(string.Empty);
            lines.Add("Examples");
            lines.AddRange(shown.Examples.SelectMany(e => Wrapped.Command(e, Margin)));
        }

        return lines;
    }

    /// <summary>The group of an option; null: it has none.</summary>
    public static OptionGroup? GroupOf(Option option) => (option as IPlaced)?.Group;

    private static IEnumerable<IGrouping<OptionGroup?, (string Name, string Text)>> Groups(Command verb)
    {
        var arguments = verb.Arguments.Where(a => !a.Hidden).Select(a => (Group: (OptionGroup?)OptionGroup.Input, Entry: (a.Name.ToUpperInvariant(), Text(a.Description, a.HasDefaultValue ? a.GetDefaultValue() : null))));
        var inherited = verb.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(o => o.Recursive);
        var options = verb.Options.Concat(inherited).Where(o => !o.Hidden && o is not HelpOption)
            .Select(o => (Group: GroupOf(o), Entry: (Heading(o), Text(o.Description, o is { HasDefaultValue: true } and not System.CommandLine.Option<bool> ? o.GetDefaultValue() : null, o.Required))));
        return arguments.Concat(options).OrderBy(e => e.Group ?? OptionGroup.Machine).GroupBy(e => e.Group, e => e.Entry);
    }

    private static string Title(OptionGroup? group) => group switch
    {
        OptionGroup.Climatology => "Climatology and split",
        OptionGroup.Dates => "Dates",
        OptionGroup.Scores => "What is scored",
        OptionGroup.Errors => "Errors",
        OptionGroup.QualityControl => "Quality control",
        null => "Others",
        _ => group.ToString()!,
    };

    private static string Usage(Argument argument)
    {
        var name = argument.Name.ToUpperInvariant();
        var several = argument.Arity.MaximumNumberOfValues > 1 ? "..." : string.Empty;
        return argument.Arity.MinimumNumberOfValues == 0 || argument.HasDefaultValue ? $" [{name}{several}]" : $" {name}{several}";
    }

    private static string Heading(Option option)
    {
        var names = string.Join(", ", option.Aliases.Prepend(option.Name));
        return option is System.CommandLine.Option<bool> ? names : $"{names} {option.HelpName ?? string.Join('|', Values(option))}";
    }

    private static IEnumerable<string> Values(Option option) => option.GetCompletions(CompletionContext.Empty).Select(c => c.Label);

    private static string Text(string? description, object? defaultValue, bool isRequired = false) =>
        isRequired ? $"{description} (required)"
        : description?.Contains("[default", StringComparison.Ordinal) != true && Words(defaultValue) is { Length: > 0 } words ? $"{description} [default: {words}]"
        : description ?? string.Empty;

    private static string Words(object? value) => value switch
    {
        null => string.Empty,
        string text => text,
        IEnumerable several => string.Join(' ', several.Cast<object>().Select(Words)),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private static IEnumerable<string> Entry(string name, string text)
    {
        var heading = Margin + name;
        var lines = Wrapped.Lines(text, Column).ToList();
        if (heading.Length > Column - 2)
        {
            return lines.Prepend(heading);
        }

        lines[0] = heading.PadRight(Column) + lines[0][Column..];
        return lines;
    }
}
