using System.CommandLine;
using System.CommandLine.Parsing;

namespace VaeDa.Cli.Commands.Design;

internal sealed class DesignCommand : Verb
{
    public readonly Argument<string> Model = new("model") { Description = "Model file, or the name of a bundled one.", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<string?> Network = new("--network")
    {
        Group = OptionGroup.Input,
        IsPath = true,
        CompletionSources = { _ => BundledFiles.Networks() },
        Description = "The network that there is: sparse, mid, dense, or a CSV or Parquet file with lat and lon and, optionally, station, variable and error. [default: none]",
        HelpName = "NAME|FILE",
    };

    public readonly Option<int> Added = new("--add")
    {
        Group = OptionGroup.Scores,
        Description = "Number of stations to add, the most useful first.",
        HelpName = "N",
        DefaultValueFactory = _ => 10,
    };

    public readonly Option<int?> Remove = new("--remove")
    {
        Group = OptionGroup.Scores,
        Description = "Number of stations of the network to close instead, the least useful first.",
        HelpName = "N",
    };

    public readonly Option<string?> Candidates = new("--candidates")
    {
        Group = OptionGroup.Input,
        IsPath = true,
        Description = "CSV or Parquet file of the places to choose from, with lat and lon and, optionally, station, error and cost; with costs, the gain for the cost counts. [default: the cells of the model's grid]",
        HelpName = "FILE",
    };

    public readonly Option<double?> Spacing = new("--spacing")
    {
        Group = OptionGroup.Input,
        Description = "Choose from places at every so many degrees of latitude and longitude instead.",
        HelpName = "DEGREES",
    };

    public readonly Option<bool> Land = new("--land")
    {
        Group = OptionGroup.Input,
        Description = "Choose from places on land alone.",
    };

    public readonly Option<bool> Sea = new("--sea")
    {
        Group = OptionGroup.Input,
        Description = "Choose from places at sea alone.",
    };

    public readonly Option<string> By = new("--by")
    {
        Group = OptionGroup.Scores,
        Description = "What makes one place better than another: variance (of the analysis's error, in the mean over the area) or entropy (what an observation tells of the fields as a whole).",
        HelpName = "variance|entropy",
        DefaultValueFactory = _ => "variance",
    };

    public readonly Option<bool> Exchange = new("--exchange")
    {
        Group = OptionGroup.Scores,
        Description = "Afterwards exchange added stations for better places, as long as there are any.",
    };

    public readonly Option<string?> Variable = new("--variable")
    {
        Group = OptionGroup.Input,
        Description = "Variable that new stations observe, as do those of the network that name none. [default: the model's only one]",
        HelpName = "NAME",
    };

    public readonly Option<string?> Target = new("--target")
    {
        Group = OptionGroup.Scores,
        Description = "Variable whose error counts. [default: the one that is observed]",
        HelpName = "NAME",
    };

    public readonly Option<string?> Region = new("--region")
    {
        Group = OptionGroup.Scores,
        Description = "Area whose error counts: a box, or globe, north, south, 30-60N and the like, land or sea. [default: all of the grid]",
        HelpName = "NAME=WEST,EAST,SOUTH,NORTH|NAME",
    };

    public readonly Option<string> Season = new("--season")
    {
        Group = OptionGroup.Dates,
        Description = "Time of the year that the design is for.",
        HelpName = string.Join('|', DesignRun.Seasons.Keys),
        DefaultValueFactory = _ => "year",
    };

    public readonly Option<string?> Time = new("--time")
    {
        Group = OptionGroup.Dates,
        Description = "One date that it is for instead: 2000-01-15 or 2000-01.",
        HelpName = "TIME",
    };

    public readonly Option<string[]> Error = new("--error")
    {
        Group = OptionGroup.Errors,
        Description = "Standard deviation of the observations' errors, for stations that bring none: 0.5, or psl=100 for one variable. [default by units: 0.5 K, 100 Pa, 1 m s-1]",
        HelpName = "[NAME=]X",
        DefaultValueFactory = _ => [],
    };

    public readonly Option<string[]> Against = new("--against")
    {
        Group = OptionGroup.Input,
        IsPath = true,
        AllowMultipleArgumentsPerToken = true,
        Description = "Hold the design against the real observations in these files: covariances and error are fitted to those of the network's stations, some of the candidates are withheld and predicted as others are added, in the order of the design, of the greatest distance and at random. Stations are known by their names; models of one variable only.",
        HelpName = "FILES",
        DefaultValueFactory = _ => [],
    };

    public readonly Option<int> Withhold = new("--withhold")
    {
        Group = OptionGroup.Scores,
        Description = "With --against: withhold one candidate in N.",
        HelpName = "N",
        DefaultValueFactory = _ => 5,
    };

    public readonly Option<string> Out = new("--out", "-o")
    {
        Group = OptionGroup.Output,
        IsPath = true,
        Description = "Folder for places, network and picture.",
        HelpName = "FOLDER",
        DefaultValueFactory = _ => "design",
    };

    public readonly Option<int?> Width = new("--width")
    {
        Group = OptionGroup.Drawing,
        Description = "Width of the picture in pixels, 200 to 4000. [default: what its panels need]",
        HelpName = "PIXELS",
    };

    public readonly Option<int?> Colours = new("--colours")
    {
        Group = OptionGroup.Drawing,
        Description = "Maximum number of colours of the picture, 2 to 256, for a smaller file. [default: no limit]",
        HelpName = "N",
    };

    public readonly Option<bool> Json = new("--json")
    {
        Group = OptionGroup.Output,
        Description = "Print the design as JSON.",
    };

    public readonly TorchOptions Torch;

    public override string Summary => "Find where the next stations help most, or which may close.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda design --network sparse --add 20",
        "vaeda design --network sparse --candidates logbooks.csv --season DJF --region north",
        "vaeda design --network mid --remove 100",
        "vaeda design gistemp-monthly --network 1900.csv --candidates 1950.csv --region land --against station-anomalies-1950.csv",
        "vaeda design t2m.safetensors --network stations.csv --add 5 --land --spacing 1 --exchange",
    ];

    public DesignCommand()
        : base("design", "Find the places where the next stations help most, or the stations that can close with the least loss.")
    {
        By.AcceptOnlyFromAmong("variance", "entropy");
        Season.AcceptOnlyFromAmong([.. DesignRun.Seasons.Keys]);
        Arguments.Add(Model);
        foreach (var option in (Option[])[Network, Added, Remove, Candidates, Spacing, Land, Sea, By, Exchange, Variable, Target, Region, Season, Time, Error, Against, Withhold, Out, Width, Colours, Json])
        {
            Options.Add(option);
        }

        RequireWithin(Width, 200, 4000);
        RequireWithin(Colours, 2, 256);
        RequireWithin(Withhold, 2, 1000);
        Validators.Add(RefuseMixture);
        Torch = new TorchOptions(this);
        SetAction((parsed, cancellation) => Task.FromResult(new DesignRun(this, parsed).Execute(cancellation)));
    }

    private static void RequireWithin<T>(Option<T> option, int least, int most) => option.Validators.Add(result =>
    {
        if (int.TryParse(result.Tokens.FirstOrDefault()?.Value, out var value) && (value < least || value > most))
        {
            result.AddError($"{option.Name} is {value}; it must be {least}…{most}");
        }
    });

    private void RefuseMixture(CommandResult command)
    {
        foreach (var (one, other, why) in (IEnumerable<(Option, Option, string)>)
        [
            (Remove, Added, "a design adds stations or closes some"),
            (Candidates, Spacing, "places are chosen from one or the other"),
            (Land, Sea, "without either, places are on land and at sea"),
            (Season, Time, "a date is its own season"),
            (Against, Remove, "what is held against observations is what stations add"),
            (Against, Spacing, "no observation is known of such places"),
            (Against, Error, "the error is that of the observations"),
        ])
        {
            if (Given(one) && Given(other))
            {
                command.AddError($"{one.Name} and {other.Name} exclude each other: {why}");
            }
        }

        if (Given(Against) && !(Given(Network) && Given(Candidates)))
        {
            command.AddError("--against needs --network and --candidates, files whose stations have the names that the observations have");
        }

        if (Given(Withhold) && !Given(Against))
        {
            command.AddError("--withhold has no meaning without --against");
        }

        if (!Given(Remove))
        {
            return;
        }

        if (Array.Find((Option[])[Candidates, Spacing, Land, Sea, Exchange], Given) is { } stray)
        {
            command.AddError($"{stray.Name} has no meaning with --remove, which chooses from the network's stations");
        }
        else if (!Given(Network))
        {
            command.AddError("--remove needs --network, whose stations may close");
        }

        bool Given(Option option) => command.GetResult(option) is { Implicit: false };
    }
}
