using System.CommandLine;
using VaeDa.Cli.Commands;

namespace VaeDa.Cli;

internal sealed class VaedaCommand : RootCommand
{
    public readonly Option<bool> Verbose = new("--verbose")
    {
        Description = "Show where an error came from.",
        Recursive = true,
    };

    public VaedaCommand()
        : base("Data assimilation made cheap: fit the latent state of a variational autoencoder to observations.")
    {
        Options.Add(Verbose);
        Subcommands.Add(new PrepareCommand());
        Subcommands.Add(new TrainCommand());
        Subcommands.Add(new ValidateCommand());
        Subcommands.Add(new AssimilateCommand());
        Subcommands.Add(new ObserveCommand());
        Subcommands.Add(new PlotCommand());
    }

    public static string HelpFor(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "vaeda --help" : $"vaeda {parsed.CommandResult.Command.Name} --help";
}
