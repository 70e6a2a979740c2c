using System.CommandLine;
using System.CommandLine.Parsing;

namespace VaeDa.Cli.Commands.Sample;

internal sealed class SampleCommand : Verb
{
    public readonly Argument<string> Model = new("model") { CompletionSources = { _ => BundledFiles.Models() }, Description = "Model file, or the name of a bundled one.", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<int> Count = new("--count", "-n") { Group = OptionGroup.Ensemble, Description = "Number of random fields.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public readonly Option<bool> NoResidual = new("--no-residual") { Group = OptionGroup.Ensemble, Description = "Only the generator's fields, D(z), without a random draw of what it does not resolve: smoother than weather." };

    public readonly Option<string?> From = new("--from") { Group = OptionGroup.Input, Description = "Instead of random fields, interpolate in the latent space from the state at this time to that at --to, without residual.", HelpName = "TIME" };

    public readonly Option<string?> To = new("--to") { Group = OptionGroup.Input, Description = "Time of the last interpolated state.", HelpName = "TIME" };

    public readonly Option<int> Steps = new("--steps") { Group = OptionGroup.Input, Description = "Number of interpolated fields, both ends included.", HelpName = "N", DefaultValueFactory = _ => 8 };

    public readonly Option<string> Archive = new("--archive", "-a") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Archives() }, Description = "Archive with the fields at --from and --to, or the name of a bundled one.", HelpName = "ARCHIVE", DefaultValueFactory = _ => "sample" };

    public readonly Option<string> Out = new("--out", "-o") { Group = OptionGroup.Output, IsPath = true, Description = "NetCDF file to write; beside it a picture of some of the fields.", HelpName = "FILE.nc", DefaultValueFactory = _ => "sample.nc" };

    public readonly Option<long> Seed = new("--seed") { Group = OptionGroup.Ensemble, Description = "Seed of all random numbers.", HelpName = "N", DefaultValueFactory = _ => 1 };

    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print a summary as JSON." };

    public readonly TorchOptions Torch;

    public override string Summary => "Draw random fields, or a path from one state to another.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda sample --count 100 --seed 7 --out random.nc",
        "vaeda sample t2m.safetensors --no-residual",
        "vaeda sample --from 2000-01-15 --to 2000-07-15 --steps 8 --out winter-to-summer.nc",
    ];

    public SampleCommand()
        : base("sample", "Draw random fields from a model, or interpolate from one state to another in its latent space.\n\n'vaeda validate --samples N' compares random fields with held-out ones.")
    {
        Arguments.Add(Model);
        foreach (var option in (Option[])[Count, NoResidual, From, To, Steps, Archive, Out, Seed, Json])
        {
            Options.Add(option);
        }

        Out.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>()?.EndsWith(".nc", StringComparison.OrdinalIgnoreCase) == false)
            {
                result.AddError($"--out {result.GetValueOrDefault<string>()}: the name of a netCDF file ends in .nc");
            }
        });
        Validators.Add(RefuseMixture);
        Torch = new TorchOptions(this);
        SetAction((parsed, cancellation) => Task.FromResult(new SampleRun(this, parsed).Execute(cancellation)));
    }

    private void RefuseMixture(CommandResult command)
    {
        bool Given(Option option) => command.GetResult(option) is { Implicit: false };
        if (Given(From) != Given(To))
        {
            command.AddError($"{(Given(From) ? From : To).Name} needs {(Given(From) ? To : From).Name}: a way has two ends");
            return;
        }

        Option[] ofOther = Given(From) ? [Count, NoResidual, Seed] : [Steps, Archive];
        if (Array.Find(ofOther, Given) is { } stray)
        {
            command.AddError($"{stray.Name} has no meaning {(Given(From) ? "with --from and --to, where nothing is random" : "without --from and --to")}");
        }
    }
}
