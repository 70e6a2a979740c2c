using System.CommandLine;
using System.CommandLine.Parsing;
using VaeDa.Observations.Networks;

namespace VaeDa.Cli.Commands.Observe;

internal sealed class ObserveCommand : Verb
{
    public readonly Argument<string?> Archive = new("ARCHIVE")
    {
        CompletionSources = { _ => BundledFiles.Archives() },
        Description = "Folder of the archive with the true fields. [default: the bundled one]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public readonly Option<string?> Time = new("--time")
    {
        Group = OptionGroup.Dates,
        Description = "Time of the field: 2000-01-15, 2000-01 or 2000-01-15T06:00. [default: the archive's last]",
        HelpName = "TIME",
    };

    public readonly Option<string?> From = new("--from")
    {
        Group = OptionGroup.Dates,
        Description = "Observe all fields from this time on, each with noise of its own, in place of one: 2000-01-01, 2000-01 or 2000.",
        HelpName = "TIME",
    };

    public readonly Option<string?> To = new("--to")
    {
        Group = OptionGroup.Dates,
        Description = "The last time of these, included.",
        HelpName = "TIME",
    };

    public readonly Option<string> Network = new("--network")
    {
        Group = OptionGroup.Input,
        IsPath = true,
        CompletionSources = { _ => BundledFiles.Networks() },
        Description = "sparse, mid, dense, or a CSV or Parquet file with lat and lon and, optionally, station, variable and error.",
        HelpName = "NAME|FILE",
        DefaultValueFactory = _ => "mid",
    };

    public readonly Option<string[]> Variables = new("--variable")
    {
        Group = OptionGroup.Input,
        Description = "Variable to observe; may be repeated. [default: every variable of the archive]",
        HelpName = "NAME",
    };

    public readonly Option<string[]> Errors = new("--error")
    {
        Group = OptionGroup.Errors,
        Description = "Standard deviation of the noise in the variable's units, as 0.5 or psl=100; may be repeated. [default by units: 0.5 K, 100 Pa, 1 m s-1]",
        HelpName = "[NAME=]σ",
    };

    public readonly Option<double> GrossErrors = new("--gross-errors")
    {
        Group = OptionGroup.Errors,
        Description = "Fraction of the observations that are grossly wrong, to test quality control.",
        HelpName = "SHARE",
        DefaultValueFactory = _ => 0,
    };

    public readonly Option<double> GrossSize = new("--gross-size")
    {
        Group = OptionGroup.Errors,
        Description = "Size of a gross error, of random sign, in standard deviations of the noise.",
        HelpName = "FACTOR",
        DefaultValueFactory = _ => 10,
    };

    public readonly Option<int?> Seed = new("--seed")
    {
        Group = OptionGroup.Errors,
        Description = "Seed of the noise, the same at all dates that are made with it, or of the network that is made. [default: 0; of a network that of its bundled file]",
        HelpName = "N",
    };

    public readonly Option<string> Out = new("--out", "-o")
    {
        Group = OptionGroup.Output,
        IsPath = true,
        Description = "File to write: CSV, or Parquet if its name ends in .parquet.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "observations.csv",
    };

    public readonly Option<bool> Json = new("--json")
    {
        Group = OptionGroup.Output,
        Description = "Print a summary as JSON.",
    };

    public readonly Option<string?> MakeNetwork = new("--make-network")
    {
        Group = OptionGroup.Input,
        Description = "Make a network instead, by the rule of the bundled ones (data/networks/README.md).",
        HelpName = string.Join('|', NetworkSpec.Bundled.Keys),
    };

    public override string Summary => "Make pseudo-observations of a known field.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda observe --time 2000-01-15 --network mid --seed 1 --out obs.csv",
        "vaeda observe --from 2000-01-01 --to 2000-12-31 --out 2000.csv",
        "vaeda observe my-archive --time 2000-01 --network places.csv --variable psl --error 150",
        "vaeda observe --make-network sparse --seed 7 --out my-network.csv",
    ];

    public ObserveCommand()
        : base("observe", "Make pseudo-observations: the values of a known field at the places of a network, with noise.")
    {
        MakeNetwork.AcceptOnlyFromAmong([.. NetworkSpec.Bundled.Keys]);
        Arguments.Add(Archive);
        foreach (Option option in (Option[])[Time, From, To, Network, Variables, Errors, GrossErrors, GrossSize, Seed, Out, Json, MakeNetwork])
        {
            Options.Add(option);
        }

        Validators.Add(RefuseFieldForNetwork);
        Validators.Add(result =>
        {
            if (result.GetResult(Time) is { Implicit: false } && (result.GetResult(From) ?? result.GetResult(To)) is { Implicit: false })
            {
                result.AddError("--time is one time, and --from and --to are the ends of many; give either");
            }
        });
        SetAction((parsed, _) => Task.FromResult(new ObserveRun(this, parsed).Execute()));
    }

    private void RefuseFieldForNetwork(CommandResult command)
    {
        Option[] ofFields = [Time, From, To, Network, Variables, Errors, GrossErrors, GrossSize, Json];
        var other = command.GetResult(Archive) is { Tokens.Count: > 0 }
            ? Archive.Name
            : Array.Find(ofFields, option => command.GetResult(option) is { Implicit: false })?.Name;
        if (command.GetResult(MakeNetwork) is { Implicit: false } && other is not null)
        {
            command.AddError($"'{other}' has no meaning with --make-network, which makes places and observes nothing.");
        }
    }
}
