using System.CommandLine;

namespace VaeDa.Cli.Commands.Validate;

internal sealed class ValidateCommand : Verb
{
    public readonly Argument<string> Model = new("model") { CompletionSources = { _ => BundledFiles.Models() }, Description = "Model file, or the name of a bundled one.", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<string> Archive = new("--archive", "-a") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Archives() }, Description = "Archive with held-out fields, or the name of a bundled one.", HelpName = "ARCHIVE", DefaultValueFactory = _ => "sample" };

    public readonly Option<string> Part = new("--part") { Group = OptionGroup.Input, Description = "Part of the archive to score.", DefaultValueFactory = _ => "test" };

    public readonly Option<string> Out = new("--out", "-o") { Group = OptionGroup.Output, IsPath = true, Description = "Folder for scores and figures.", HelpName = "FOLDER", DefaultValueFactory = _ => "validation" };

    public readonly Option<string?> Time = new("--time") { Group = OptionGroup.Output, Description = "Time of the field in the figure. [default: the middle one]", HelpName = "TIME" };

    public readonly Option<bool> Assimilation = new("--assimilation") { Group = OptionGroup.Scores, Description = "Also score analyses of pseudo-observations and the calibration of their ensembles, in comparison with kriging and EOFs." };

    public readonly Option<string[]> Network = new("--network")
    {
        Group = OptionGroup.Input,
        IsPath = true,
        CompletionSources = { _ => BundledFiles.Networks() },
        Description = "With --assimilation: network file or bundled name; may be given several times.",
        HelpName = "NETWORK",
        DefaultValueFactory = _ => ["sparse", "mid", "dense"],
    };

    public readonly Option<string[]> Observe = new("--observe")
    {
        Group = OptionGroup.Input,
        Description = "With --assimilation: variables that are observed; every variable is scored. [default: all of them]",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    public readonly Option<string[]> Observations = new("--observations")
    {
        Group = OptionGroup.Scores,
        IsPath = true,
        Description = "Score on the real observations in these files instead: withheld stations are predicted from the others, in comparison with kriging and EOFs; stations with a constant offset are reported.",
        HelpName = "FILES",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    public readonly Option<int> Withhold = new("--withhold") { Group = OptionGroup.Scores, Description = "With --observations: withhold one station in N.", HelpName = "N", DefaultValueFactory = _ => 10 };

    public readonly Option<bool> Unfitted = new("--unfitted") { Group = OptionGroup.Scores, Description = "With --observations: use the covariances measured on fields; by default they are fitted, by decade, to the innovations (observation minus first guess) of the stations used." };

    public readonly Option<int> Samples = new("--samples") { Group = OptionGroup.Scores, Description = "Compare N random fields, and N of EOFs, with the held-out fields: variance, spectra, one-point correlations, distribution; 0: none.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public readonly Option<int> Dates = new("--dates") { Group = OptionGroup.Dates, Description = "With --assimilation or --observations: number of dates analysed, evenly spaced.", HelpName = "N", DefaultValueFactory = _ => 120 };

    public readonly Option<string?> From = new("--from") { Group = OptionGroup.Dates, Description = "With --assimilation: analyse all dates from this on (2000-01-01, 2000-01 or 2000), and score them in sequence too: means over months, changes from date to date. [default: the first]", HelpName = "TIME" };

    public readonly Option<string?> To = new("--to") { Group = OptionGroup.Dates, Description = "With --assimilation: the last date of a sequence, included. [default: the last]", HelpName = "TIME" };

    public readonly Option<string> Memory = new("--memory") { Group = OptionGroup.Dates, Description = "With --from or --to: smoother (all observations speak of all dates, as far as the model remembers; rivals of EOFs have the same memory), filter (those of earlier dates alone), none (each date by itself), both (smoother, and the model's analyses of each date by itself as vae-static) or all (both, and the model's filter as vae-filter). With --observations: smoother or filter adds whole analyses of all dates as one sequence, as vae-sequence, and of each date by itself, as vae-static.", HelpName = "USE", DefaultValueFactory = _ => "smoother" };

    public readonly Option<int> AdamDates = new("--adam-dates") { Group = OptionGroup.Scores, Description = "With --assimilation: number of these dates that are also analysed by Adam, which is slow; 0: none. [default: 5, of a sequence 0]", HelpName = "N" };

    public readonly Option<double> GrossErrors = new("--gross-errors") { Group = OptionGroup.QualityControl, Description = "With --assimilation: repeat the model's analyses with this fraction of the observations grossly wrong, and count what quality control finds; 0: no repetition.", HelpName = "SHARE", DefaultValueFactory = _ => 0 };

    public readonly Option<double> GrossSize = new("--gross-size") { Group = OptionGroup.QualityControl, Description = "With --gross-errors: size of a gross error, of random sign, in standard deviations of the observations' errors.", HelpName = "X", DefaultValueFactory = _ => 10 };

    public readonly Option<string[]> Error = new("--error") { Group = OptionGroup.Input, Description = "With --assimilation, or --observations --unfitted: standard deviation of the observations' errors: 0.5, or psl=100 for one variable. [default by units: 0.5 K, 100 Pa, 1 m s-1]", HelpName = "[NAME=]X", DefaultValueFactory = _ => [] };

    public readonly Option<int> Members = new("--members") { Group = OptionGroup.Ensemble, Description = "With --assimilation or --observations: number of members of each ensemble.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public readonly Option<long> Seed = new("--seed") { Group = OptionGroup.Ensemble, Description = "Seed of all random numbers.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print the scores as JSON." };

    public readonly ObservationOptions Reading;

    public readonly TorchOptions Torch;

    public override string Summary => "Score a model on held-out fields, analyses or real stations.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda validate",
        "vaeda validate t2m.safetensors --archive t2m --out t2m-scores",
        "vaeda validate --assimilation --network mid --dates 30",
        "vaeda validate --assimilation --network mid --from 2000-01 --to 2000-03 --memory both",
        "vaeda validate weather.safetensors --archive weather --assimilation --observe u10 v10 --network mid",
        "vaeda validate --samples 1000",
        "vaeda validate gistemp.safetensors --archive gistemp --observations stations-*.csv --dates 64",
    ];

    public ValidateCommand()
        : base("validate", "Score a model on held-out fields, in comparison with climatology and with as many EOFs as it has latents.")
    {
        Part.AcceptOnlyFromAmong("test", "validation", "training");
        Memory.AcceptOnlyFromAmong(SequenceMethods.Uses);
        Network.AllowMultipleArgumentsPerToken = true;
        Arguments.Add(Model);
        Options.Add(Archive);
        Options.Add(Part);
        Options.Add(Out);
        Options.Add(Time);
        Options.Add(Assimilation);
        Options.Add(Network);
        Options.Add(Observe);
        Options.Add(Observations);
        Options.Add(Withhold);
        Options.Add(Unfitted);
        Options.Add(Samples);
        Options.Add(Dates);
        Options.Add(From);
        Options.Add(To);
        Options.Add(Memory);
        Options.Add(AdamDates);
        Options.Add(GrossErrors);
        Options.Add(GrossSize);
        Options.Add(Error);
        Options.Add(Members);
        Options.Add(Seed);
        Reading = new ObservationOptions(this, "that of --archive", parsed => parsed.GetValue(Archive));
        Options.Add(Json);
        Torch = new TorchOptions(this);
        Validators.Add(result =>
        {
            bool Given(Option option) => result.GetResult(option) is { Implicit: false };
            if ((Given(From) || Given(To)) && !Given(Assimilation))
            {
                result.AddError("--from and --to choose the dates that --assimilation analyses; give it too");
            }
            else if (Given(Memory) && !Given(From) && !Given(To) && !Given(Observations))
            {
                result.AddError("--memory says what the dates of a sequence know of each other; --from and --to make one of them");
            }
            else if ((Given(From) || Given(To)) && Given(Dates))
            {
                result.AddError("--dates spreads a number of dates evenly, and --from and --to take all between them; give either");
            }
        });
        SetAction((parsed, cancellation) => Task.FromResult(
            parsed.GetValue(Observations)!.Length > 0 ? new ValidateObservationsRun(this, parsed).Execute(cancellation) : new ValidateRun(this, parsed).Execute(cancellation)));
    }
}
