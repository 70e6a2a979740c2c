using System.CommandLine;

namespace VaeDa.Cli.Commands.Validate;

internal sealed class ValidateCommand : Command
{
    public readonly Argument<string> Model = new("model") { Description = "Model file, or the name of a bundled one.", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<string> Archive = new("--archive", "-a") { Description = "Archive with held-out fields, or the name of a bundled one.", HelpName = "ARCHIVE", DefaultValueFactory = _ => "sample" };

    public readonly Option<string> Part = new("--part") { Description = "Part of the archive that is scored.", DefaultValueFactory = _ => "test" };

    public readonly Option<string> Out = new("--out", "-o") { Description = "Folder for scores and figure.", HelpName = "FOLDER", DefaultValueFactory = _ => "validation" };

    public readonly Option<string?> Time = new("--time") { Description = "Field that the figure shows [default: the middle one].", HelpName = "TIME" };

    public readonly Option<bool> Assimilation = new("--assimilation") { Description = "Score analyses too, on networks of pseudo-observations, and their calibration, beside kriging and EOFs." };

    public readonly Option<string[]> Network = new("--network")
    {
        Description = "With --assimilation: network file or bundled name; may be given several times [default: sparse, mid, dense].",
        HelpName = "NETWORK",
        DefaultValueFactory = _ => ["sparse", "mid", "dense"],
    };

    public readonly Option<string[]> Observe = new("--observe")
    {
        Description = "With --assimilation: variables that are observed; every variable is scored [default: all of them].",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    public readonly Option<string[]> Observations = new("--observations")
    {
        Description = "Score on real observations instead, in these files: stations are withheld and predicted from the others, beside kriging and EOFs; stations with a constant offset are found.",
        HelpName = "FILES",
        DefaultValueFactory = _ => [],
        AllowMultipleArgumentsPerToken = true,
    };

    public readonly Option<int> Withhold = new("--withhold") { Description = "With --observations: one station in so many is withheld.", HelpName = "N", DefaultValueFactory = _ => 10 };

    public readonly Option<bool> Unfitted = new("--unfitted") { Description = "With --observations: take all covariances as measured on fields; by default they are fitted, by decade, to the departures of the stations used." };

    public readonly Option<int> Samples = new("--samples") { Description = "Set so many random fields beside the held-out ones, with those of EOFs: variance, spectra, one-point correlations, distribution; 0: none.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public readonly Option<int> Dates = new("--dates") { Description = "With --assimilation or --observations: dates analysed, evenly spread over those there are.", HelpName = "N", DefaultValueFactory = _ => 120 };

    public readonly Option<int> AdamDates = new("--adam-dates") { Description = "With --assimilation: of these fields, those that are also searched by Adam, which is slow; 0: none.", HelpName = "N", DefaultValueFactory = _ => 5 };

    public readonly Option<double> GrossErrors = new("--gross-errors") { Description = "With --assimilation: the model's analyses are made a second time with so large a share of the observations grossly wrong, and what quality control finds is counted; 0: not.", HelpName = "SHARE", DefaultValueFactory = _ => 0 };

    public readonly Option<double> GrossSize = new("--gross-size") { Description = "With --gross-errors: their size, of either sign, in standard deviations of the observations' errors.", HelpName = "X", DefaultValueFactory = _ => 10 };

    public readonly Option<string[]> Error = new("--error") { Description = "With --assimilation, or --observations --unfitted: standard deviation of the observations' errors: 0.5, or psl=100 for one variable [default: the usual for the units, 0.5 K, 100 Pa, 1 m s-1].", HelpName = "[NAME=]X", DefaultValueFactory = _ => [] };

    public readonly Option<int> Members = new("--members") { Description = "With --assimilation or --observations: members of each ensemble.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public readonly Option<long> Seed = new("--seed") { Description = "Everything random follows from it.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public readonly Option<bool> Json = new("--json") { Description = "Print the scores as JSON." };

    public readonly TorchOptions Torch;

    public ValidateCommand()
        : base("validate", """
            Score a model on fields that it has not seen, beside climatology and EOFs of the same dimension.

            Examples:
              vaeda validate
              vaeda validate t2m.safetensors --archive t2m --out t2m-scores
              vaeda validate --assimilation --network mid --dates 30
              vaeda validate weather.safetensors --archive weather --assimilation --observe u10 v10 --network mid
              vaeda validate --samples 1000
              vaeda validate gistemp.safetensors --archive gistemp --observations stations-*.csv --dates 64
            """)
    {
        Part.AcceptOnlyFromAmong("test", "validation", "training");
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
        Options.Add(AdamDates);
        Options.Add(GrossErrors);
        Options.Add(GrossSize);
        Options.Add(Error);
        Options.Add(Members);
        Options.Add(Seed);
        Options.Add(Json);
        Torch = new TorchOptions(this);
        SetAction((parsed, cancellation) => Task.FromResult(
            parsed.GetValue(Observations)!.Length > 0 ? new ValidateObservationsRun(this, parsed).Execute(cancellation) : new ValidateRun(this, parsed).Execute(cancellation)));
    }
}
