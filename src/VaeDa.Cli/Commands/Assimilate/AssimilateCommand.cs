using System.CommandLine;
using VaeDa.Assimilation;

namespace VaeDa.Cli.Commands.Assimilate;

internal sealed class AssimilateCommand : Command
{
    private static readonly AssimilationOptions Defaults = new();

    public readonly Argument<string> Observations = new("observations")
    {
        Description = "CSV or Parquet with columns lat, lon, anomaly and, if known, error, variable, time, station.",
        DefaultValueFactory = _ => "mid",
    };

    public readonly Option<string> Model = new("--model", "-m") { Description = "Model file, or the name of a bundled one.", HelpName = "FILE", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<string?> Out = new("--out", "-o") { Description = "Folder for the analysis [default: the observations' name with .analysis].", HelpName = "FOLDER" };

    public readonly Option<string?> Time = new("--time") { Description = "Take the observations of this time (2000-07, 2000-07-15), where the file holds several.", HelpName = "TIME" };

    public readonly Option<int> OneIn = new("--one-in") { Description = "Take one station in so many, the same at all times: what would fewer know?", HelpName = "N", DefaultValueFactory = _ => 1 };

    public readonly Option<string?> Truth = new("--truth") { Description = "Archive (or the name of a bundled one) with the true field of that time: drawn beside the analysis, and its error given.", HelpName = "ARCHIVE" };

    public readonly Option<string> Method = new("--method") { Description = "How the members come about: gauss-newton (the most probable field, members by randomised maximum likelihood), laplace (members from the Gaussian about it), hmc (Hamiltonian Monte Carlo, for reference: exact, slow) or adam (the research code's scheme).", DefaultValueFactory = _ => Defaults.Method.Name() };

    public readonly Option<int> Members = new("--members") { Description = "Members of the ensemble; 0: the most probable field alone.", HelpName = "N", DefaultValueFactory = _ => Defaults.Members };

    public readonly Option<string[]> Error = new("--error") { Description = "Error (standard deviation) of observations that bring none: 0.5, or psl=100 for one variable [default: the usual for the units, 0.5 K, 100 Pa, 1 m s-1].", HelpName = "[NAME=]X", DefaultValueFactory = _ => [] };

    public readonly Option<bool> Fit = new("--fit") { Description = "Fit the covariances to the departures of the file's observations, of all its times: for real stations, which are rougher than the fields that the model has learnt. One variable." };

    public readonly Option<double> RejectBeyond = new("--reject-beyond") { Description = "Reject an observation that departs by more than so many standard deviations from what all others predict of it; Infinity keeps all.", HelpName = "X", DefaultValueFactory = _ => Defaults.RejectBeyond };

    public readonly Option<bool> EstimateError = new("--estimate-error") { Description = "Estimate by what factor the observations' errors are wrong, for each variable, and correct them." };

    public readonly Option<int> AverageBeyond = new("--average-beyond") { Description = "Average observations that are close to each other where there are more than so many.", HelpName = "N", DefaultValueFactory = _ => Defaults.AverageBeyond };

    public readonly Option<long> Seed = new("--seed") { Description = "Everything random follows from it.", HelpName = "N", DefaultValueFactory = _ => Defaults.Seed };

    public readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public readonly TorchOptions Torch;

    public AssimilateCommand()
        : base("assimilate", """
            Find the field that fits a set of observations, and how well it is known.

            Examples:
              vaeda assimilate data/observations/mid.csv
              vaeda assimilate stations.csv --model t2m.safetensors --time 1916-03-12 --members 50 --out 1916-03-12
              vaeda assimilate data/observations/mid.csv --truth sample
            """)
    {
        Method.AcceptOnlyFromAmong([.. Enum.GetValues<AssimilationMethod>().Select(m => m.Name())]);
        OneIn.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"--one-in is {result.GetValueOrDefault<int>()}; it must be 1 or more");
            }
        });
        Arguments.Add(Observations);
        Options.Add(Model);
        Options.Add(Out);
        Options.Add(Time);
        Options.Add(OneIn);
        Options.Add(Truth);
        Options.Add(Method);
        Options.Add(Members);
        Options.Add(Error);
        Options.Add(Fit);
        Options.Add(EstimateError);
        Options.Add(RejectBeyond);
        Options.Add(AverageBeyond);
        Options.Add(Seed);
        Options.Add(Json);
        Torch = new TorchOptions(this);
        SetAction((parsed, cancellation) => Task.FromResult(new AssimilateRun(this, parsed).Execute(cancellation)));
    }
}
