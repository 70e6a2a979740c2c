using System.CommandLine;
using System.CommandLine.Parsing;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Cli.Commands.Convert;
using VaeDa.Cli.Commands.Design;
using VaeDa.Cli.Commands.Observe;
using VaeDa.Cli.Commands.Plot;
using VaeDa.Cli.Commands.Prepare;
using VaeDa.Cli.Commands.Sample;
using VaeDa.Cli.Commands.Train;
using VaeDa.Cli.Commands.Validate;

namespace VaeDa.Cli;

internal sealed class VaedaCommand : RootCommand
{
    public readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show where an error came from.",
        Recursive = true,
    };

    public VaedaCommand(Interruption interruption)
        : base("Data assimilation made cheap: fit the latent state of a variational autoencoder to observations.")
    {
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
        NumberLimits.Apply(this);
    }

    /// <summary>What is wrong with a command line, on one line; null: nothing.</summary>
    public static string? UsageError(ParseResult parsed)
    {
        // The parser takes a misspelt option for an argument where one is due, and then complains of the word after it.
        var stray = parsed.Tokens.TakeWhile(t => t.Type != TokenType.DoubleDash)
            .FirstOrDefault(t => t.Type == TokenType.Argument && t.Value.StartsWith("--", StringComparison.Ordinal));
        if (stray is not null)
        {
            return $"there is no option '{stray.Value}'";
        }

        return parsed.Errors.Count == 0 ? null : string.Join("; ", parsed.Errors.Select(Plain).Distinct());
    }

    // The parser calls types by their names in .NET, and some of its messages have several lines.
    private static string Plain(ParseError error) =>
        error.SymbolResult is OptionResult { Tokens: [.., var token] } of && NumberLimits.Kind(of.Option.ValueType) is { } kind && error.Message.Contains("System.", StringComparison.Ordinal)
            ? $"{of.Option.Name} is '{token.Value}'; it must be {kind}"
            : string.Join(' ', error.Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    public static string HelpFor(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "vaeda --help" : $"vaeda {parsed.CommandResult.Command.Name} --help";
}
