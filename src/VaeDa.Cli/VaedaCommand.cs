using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Cli.Commands.Completion;
using VaeDa.Cli.Commands.Convert;
using VaeDa.Cli.Commands.Design;
using VaeDa.Cli.Commands.Doctor;
using VaeDa.Cli.Commands.Observe;
using VaeDa.Cli.Commands.Plot;
using VaeDa.Cli.Commands.Prepare;
using VaeDa.Cli.Commands.Report;
using VaeDa.Cli.Commands.Sample;
using VaeDa.Cli.Commands.Train;
using VaeDa.Cli.Commands.Validate;
using VaeDa.Cli.Help;

namespace VaeDa.Cli;

internal sealed class VaedaCommand : RootCommand
{
    public readonly Option<bool> Verbose = new("--verbose")
    {
        Group = OptionGroup.Machine,
        Description = "Show where an error came from.",
        Recursive = true,
    };

    public VaedaCommand(Interruption interruption)
        : base("Fields from scattered observations, with an ensemble of how sure they are.")
    {
        Options.OfType<HelpOption>().Single().Action = new HelpScreen();
        Options.Add(Verbose);
        Subcommands.Add(new PrepareCommand());
        Subcommands.Add(new TrainCommand(interruption));
        Subcommands.Add(new ValidateCommand());
        Subcommands.Add(new AssimilateCommand());
        Subcommands.Add(new ObserveCommand());
        Subcommands.Add(new DesignCommand());
        Subcommands.Add(new SampleCommand());
        Subcommands.Add(new ConvertCommand(interruption));
        Subcommands.Add(new PlotCommand());
        Subcommands.Add(new ReportCommand());
        Subcommands.Add(new DoctorCommand());
        Subcommands.Add(new CompletionCommand());
        Subcommands.Add(new CompleteCommand());
        // Asked with [diagram], it says how a command line is understood, and does nothing else.
        Directives.Add(new DiagramDirective());
        NumberLimits.Apply(this);
    }

    /// <summary>What is wrong with a command line, on one line; null: nothing.</summary>
    public static string? UsageError(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command is RootCommand root && parsed.Errors.Count + parsed.UnmatchedTokens.Count > 0)
        {
            var verbs = root.Subcommands.Where(v => !v.Hidden).Select(v => v.Name).ToList();
            return parsed.UnmatchedTokens is [var word, ..] && !IsOption(word)
                ? $"there is no verb '{word}'{DidYouMean(word, verbs)}"
                : parsed.UnmatchedTokens is [var option, ..] ? NoOption(option, root) : "a verb is missing";
        }

        // The parser takes a misspelt option for an argument where one is due, and then complains of the word after it.
        var stray = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash).FirstOrDefault(t => t.Type == TokenType.Argument && IsOption(t.Value));
        if (stray is not null)
        {
            return NoOption(stray.Value, command);
        }

        return parsed.Errors.Count == 0 ? null : string.Join("; ", parsed.Errors.Select(Plain).Distinct());
    }

    // Not a number below zero.
    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal) || (word.Length > 1 && word[0] == '-' && char.IsLetter(word[1]));

    private static string NoOption(string word, Command command)
    {
        var name = word.Split('=')[0];
        var others = command.Parents.OfType<Command>().SelectMany(parent => parent.Subcommands).Where(v => v.Options.Any(o => o.Name == name)).Select(v => $"'vaeda {v.Name}'").ToList();
        var suggestion = DidYouMean(name, command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options)).Where(o => !o.Hidden).Select(o => o.Name));
        return $"there is no option '{name}'{(others.Count > 0 ? $" here; {string.Join(", ", others)} {(others.Count == 1 ? "has" : "have")} it" : suggestion)}";
    }

    private static string DidYouMean(string word, IEnumerable<string> known) => Suggestion.For(word, known) is { } meant ? $"; did you mean '{meant}'?" : string.Empty;

    // The parser calls types by their names in .NET, and some of its messages have several lines.
    private static string Plain(ParseError error) =>
        error.SymbolResult is OptionResult { Tokens: [.., var token] } of && NumberLimits.Kind(of.Option.ValueType) is { } kind && error.Message.Contains("System.", StringComparison.Ordinal)
            ? $"{of.Option.Name} is '{token.Value}'; it must be {kind}"
            : string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static string HelpFor(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "vaeda --help" : $"vaeda {parsed.CommandResult.Command.Name} --help";
}
