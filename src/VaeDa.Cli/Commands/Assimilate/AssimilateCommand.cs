using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Model;

namespace VaeDa.Cli.Commands.Assimilate;

internal sealed class AssimilateCommand : Verb
{
    private static readonly AssimilationOptions Defaults = new();

    public readonly Argument<string[]> Observations = new("observations")
    {
        CompletionSources = { _ => BundledFiles.Names("data/observations", ".csv") },
        Description = "CSV or Parquet with columns lat, lon, anomaly and, if known, error, variable, time, station, units; or files of the Station Exchange Format. Several files, or a folder of them, are one table.",
        DefaultValueFactory = _ => ["mid"],
        Arity = ArgumentArity.ZeroOrMore,
    };

    public readonly Option<string> Model = new("--model", "-m") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Models() }, Description = "Model file, or the name of a bundled one.", HelpName = "FILE", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<string?> Out = new("--out", "-o") { Group = OptionGroup.Output, IsPath = true, Description = "Folder for the analysis. [default: the observations' name with .analysis]", HelpName = "FOLDER" };

    public readonly Option<string?> Time = new("--time") { Group = OptionGroup.Input, Description = "Use the observations of this time (2000-07, 2000-07-15), if the file holds several times: of one day or month, as the model's fields are.", HelpName = "TIME" };

    public readonly Option<string?> Window = new("--window") { Group = OptionGroup.Input, Description = "With --time: use the observations of so many hours or days (12h, 3d), half of them before and half after the time, in place of those of the model's step.", HelpName = "LENGTH" };

    public readonly Option<string?> From = new("--from") { Group = OptionGroup.Dates, Description = "First date of a reanalysis (1916-01-01, 1916-01 or 1916). [default: that of the observations]", HelpName = "TIME" };

    public readonly Option<string?> To = new("--to") { Group = OptionGroup.Dates, Description = "Last date of a reanalysis, included. [default: that of the observations]", HelpName = "TIME" };

    public readonly Option<string> Memory = new("--memory") { Group = OptionGroup.Dates, Description = "What the dates of a reanalysis know of each other: smoother (all observations speak of all dates, as far as the model remembers), filter (those of each date and of earlier ones, as in a forecast) or none (each date by itself).", DefaultValueFactory = _ => "smoother" };

    public readonly Option<int> Ahead = new("--ahead") { Group = OptionGroup.Dates, Description = "With a model that remembers: analyses of N steps beyond the last observations too, with the spread that they have.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public readonly Option<string?> Adjust = new("--adjust") { Group = OptionGroup.Dates, IsPath = true, Description = "Correct observations of a reanalysis by the offsets of their stations that an earlier one found: its folder, or a table such as the stations.csv in it.", HelpName = "FOLDER|FILE" };

    public readonly Option<string> Save = new("--save") { Group = OptionGroup.Dates, Description = "Fields that a reanalysis keeps of each date: members (with mean, spread and most probable field), mean (with spread) or none.", DefaultValueFactory = _ => "members" };

    public readonly Option<string[]> Region = new("--region") { Group = OptionGroup.Dates, Description = "Area whose mean is in a reanalysis's series, besides globe, hemispheres, bands, land and sea.", HelpName = "NAME=WEST,EAST,SOUTH,NORTH", DefaultValueFactory = _ => [] };

    public readonly Option<string[]> At = new("--at") { Group = OptionGroup.Dates, Description = "Place that is in a reanalysis's series.", HelpName = "NAME=LAT,LON", DefaultValueFactory = _ => [] };

    public readonly Option<string?> Shard = new("--shard") { Group = OptionGroup.Dates, Description = "Share of a reanalysis, as 1/4, for several runs into one folder. [default: by the batch system's array, if there is one]", HelpName = "N/COUNT" };

    public readonly Option<int> OneIn = new("--one-in") { Group = OptionGroup.Input, Description = "Use only one station in N, the same stations at all times, to see what a sparser network gives.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public readonly Option<int> Withhold = new("--withhold") { Group = OptionGroup.QualityControl, Description = "Withhold one station in N, the same stations at all times, and compare the analysis with them; 0 for none.", HelpName = "N", DefaultValueFactory = _ => 0 };

    public readonly Option<string?> Truth = new("--truth") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Archives() }, Description = "Archive (or the name of a bundled one) with the true field at that time: it is drawn beside the analysis, and the analysis is scored against it.", HelpName = "ARCHIVE" };

    public readonly Option<string> Method = new("--method") { Group = OptionGroup.Ensemble, Description = "How field and ensemble are found: gauss-newton (members by randomised maximum likelihood), laplace (members drawn from a Gaussian about the most probable state), hmc (Hamiltonian Monte Carlo: exact but slow, for reference) or adam (the original research code's scheme).", DefaultValueFactory = _ => Defaults.Method.Name() };

    public readonly Option<int> Members = new("--members") { Group = OptionGroup.Ensemble, Description = "Number of ensemble members; 0: only the most probable field.", HelpName = "N", DefaultValueFactory = _ => Defaults.Members };

    public readonly Option<string[]> Error = new("--error") { Group = OptionGroup.Input, Description = "Error (standard deviation) of observations that state none: 0.5, or psl=100 for one variable. [default by units: 0.5 K, 100 Pa, 1 m s-1]", HelpName = "[NAME=]X", DefaultValueFactory = _ => [] };

    public readonly Option<bool> Fit = new("--fit") { Group = OptionGroup.QualityControl, Description = "Fit the covariances to the innovations (observation minus first guess) at all times in the file; of a reanalysis once, at 20 dates spread over it. For real stations, which vary more over short distances than the fields that the model was trained on; models of one variable only." };

    public readonly Option<double> RejectBeyond = new("--reject-beyond") { Group = OptionGroup.QualityControl, Description = "Reject an observation that differs from its leave-one-out prediction by more than X standard deviations; Infinity keeps all.", HelpName = "X", DefaultValueFactory = _ => Defaults.RejectBeyond };

    public readonly Option<bool> EstimateError = new("--estimate-error") { Group = OptionGroup.QualityControl, Description = "Estimate, for each variable, the factor by which the stated observation errors are wrong, and correct them." };

    public readonly Option<int> AverageBeyond = new("--average-beyond") { Group = OptionGroup.QualityControl, Description = "Average neighbouring observations if there are more than N.", HelpName = "N", DefaultValueFactory = _ => Defaults.AverageBeyond };

    public readonly Option<long> Seed = new("--seed") { Group = OptionGroup.Ensemble, Description = "Seed of all random numbers.", HelpName = "N", DefaultValueFactory = _ => Defaults.Seed };

    public readonly Option<bool> Whole = new("--whole") { Group = OptionGroup.Output, Description = "Write whole fields beside anomalies: with the climatological mean of the day (or month) of the archive --climatology." };

    public readonly Option<bool> NoPictures = new("--no-pictures") { Group = OptionGroup.Output, Description = "Draw no picture: neither that of an analysis nor that of a reanalysis's series." };

    public readonly Option<bool> Csv = new("--csv") { Group = OptionGroup.Output, Description = "Write what became of each observation as CSV too." };

    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print the result as JSON." };

    public readonly ObservationOptions Reading;

    public readonly TorchOptions Torch;

    public override string Summary => "Observations to fields with an ensemble: a date, or a century.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda assimilate data/observations/mid.csv",
        "vaeda assimilate stations.csv --model t2m.safetensors --time 1916-03-12 --members 50 --out 1916-03-12",
        "vaeda assimilate data/observations/mid.csv --truth sample",
        "vaeda assimilate rescued/*.tsv --absolute --model t2m.safetensors --climatology t2m --time 1916-03-12",
    ];

    public AssimilateCommand()
        : base("assimilate", "Find the field that fits a set of observations, with an ensemble that shows how uncertain it is.")
    {
        Method.AcceptOnlyFromAmong([.. Enum.GetValues<AssimilationMethod>().Select(m => m.Name())]);
        Window.Validators.Add(result =>
        {
            if (result.GetResult(Time) is null)
            {
                result.AddError("--window is about a time: give --time too");
            }
        });
        Save.AcceptOnlyFromAmong("members", "mean", "none");
        Memory.AcceptOnlyFromAmong("smoother", "filter", "none");
        OneIn.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"--one-in is {result.GetValueOrDefault<int>()}; it must be 1 or more");
            }
        });
        Withhold.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is var oneIn && oneIn is < 0 or 1)
            {
                result.AddError($"--withhold is {oneIn}; it must be 2 or more, or 0 for none");
            }
            else if (result.GetResult(OneIn) is { Implicit: false } && !result.Implicit)
            {
                result.AddError("--withhold and --one-in both say which stations are used: give one of them");
            }
        });
        Arguments.Add(Observations);
        Options.Add(Model);
        Options.Add(Out);
        Options.Add(Time);
        Options.Add(Window);
        Options.Add(From);
        Options.Add(To);
        Options.Add(Memory);
        Options.Add(Ahead);
        Options.Add(Adjust);
        Options.Add(Save);
        Options.Add(Region);
        Options.Add(At);
        Options.Add(Shard);
        Options.Add(OneIn);
        Options.Add(Withhold);
        Options.Add(Truth);
        Options.Add(Method);
        Options.Add(Members);
        Options.Add(Error);
        Options.Add(Fit);
        Options.Add(EstimateError);
        Options.Add(RejectBeyond);
        Options.Add(AverageBeyond);
        Options.Add(Seed);
        Reading = new ObservationOptions(this, "the bundled one, if it is of the model", _ => null, Whole);
        Options.Add(Whole);
        Options.Add(NoPictures);
        Options.Add(Csv);
        Options.Add(Json);
        Torch = new TorchOptions(this);
        SetAction((parsed, cancellation) => Task.FromResult(new AssimilateRun(this, parsed).Execute(cancellation)));
    }

    /// <summary>The archive whose mean makes whole fields; null where none are asked for.</summary>
    public AnomalyArchive? ClimatologyOfWhole(ParseResult parsed, ModelCard card) =>
        parsed.GetValue(Whole) ? Reading.Open(parsed, card, "whole fields", "added to the anomalies") : null;
}
