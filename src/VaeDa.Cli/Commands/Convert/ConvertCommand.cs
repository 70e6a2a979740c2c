using System.CommandLine;
using VaeDa.Training;

namespace VaeDa.Cli.Commands.Convert;

internal sealed class ConvertCommand : Verb
{
    private static readonly TrainingOptions Defaults = new();

    public readonly Argument<string> Source = new("SOURCE") { Description = "Archive with the fields to convert, made by 'vaeda prepare' (for other years: with --like)." };

    public readonly Option<string?> Onto = new("--onto") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Archives() }, Description = "Train a converter: archive with the target's fields at the same times; its split is used.", HelpName = "TARGET" };

    public readonly Option<string?> With = new("--with") { Group = OptionGroup.Input, IsPath = true, Description = "Convert with this converter.", HelpName = "CONVERTER" };

    public readonly Option<string> Out = new("--out", "-o") { Group = OptionGroup.Output, IsPath = true, Description = "File to write: with --onto the converter, .safetensors; with --with the fields, .nc.", HelpName = "FILE", Required = true };

    public readonly Option<string> Model = new("--model") { Group = OptionGroup.Input, IsPath = true, CompletionSources = { _ => BundledFiles.Models() }, Description = "With --onto: model of the target's fields, or the name of a bundled one; its generator is kept as it is.", HelpName = "FILE.safetensors", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<int> Epochs = new("--epochs") { Group = OptionGroup.Training, Description = "With --onto: maximum epochs.", HelpName = "N", DefaultValueFactory = _ => Defaults.Epochs };

    public readonly Option<int> BatchSize = new("--batch-size") { Group = OptionGroup.Training, Description = "With --onto: fields per step.", HelpName = "N", DefaultValueFactory = _ => Defaults.BatchSize };

    public readonly Option<double> LearningRate = new("--learning-rate") { Group = OptionGroup.Training, Description = "With --onto: peak learning rate of the schedule.", HelpName = "X", DefaultValueFactory = _ => Defaults.LearningRate };

    public readonly Option<double> WeightDecay = new("--weight-decay") { Group = OptionGroup.Training, Description = "With --onto: decoupled weight decay.", HelpName = "X", DefaultValueFactory = _ => Defaults.WeightDecay };

    public readonly Option<int> Patience = new("--patience") { Group = OptionGroup.Training, Description = "With --onto: stop after N epochs without a better validation loss; 0: never.", HelpName = "N", DefaultValueFactory = _ => Defaults.Patience };

    public readonly Option<bool> Resume = new("--resume") { Group = OptionGroup.Output, Description = "With --onto: continue from the checkpoint of an interrupted run, with the same options and fields, or start where there is none yet; the checkpoint of another run is refused." };

    public readonly Option<int> Dates = new("--dates") { Group = OptionGroup.Training, Description = "With --onto: number of test times scored, evenly spaced.", HelpName = "N", DefaultValueFactory = _ => 120 };

    public readonly Option<string?> Time = new("--time") { Group = OptionGroup.Input, Description = "Time of the field to convert, or with --onto of the test field in the picture. [default: all; the middle one]", HelpName = "TIME" };

    public readonly Option<string?> Part = new("--part") { Group = OptionGroup.Input, Description = "With --with: convert the fields of this part of SOURCE." };

    public readonly Option<int> Members = new("--members") { Group = OptionGroup.Ensemble, Description = "Number of ensemble members, random draws of the target's field given the source's; 0: only the expected field and its spread.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public readonly Option<long> Seed = new("--seed") { Group = OptionGroup.Ensemble, Description = "Seed of all random numbers.", HelpName = "N", DefaultValueFactory = _ => Defaults.Seed };

    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print the result as JSON." };

    public readonly TorchOptions Torch;

    public override string Summary => "Convert one gridded data set to another.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda convert t850 --onto z500 --model z500.safetensors --out t850-z500.safetensors",
        "vaeda convert t850 --with t850-z500.safetensors --part test --out z500-from-t850.nc",
        "vaeda convert t850-2024 --with t850-z500.safetensors --time 2024-03-12 --out z500.nc",
    ];

    public ConvertCommand(Interruption interruption)
        : base("convert", "Convert fields of one data set to those of another, on another grid or of another variable: train a new encoder for the frozen generator of the other's model (--onto), then use it (--with).")
    {
        Part.AcceptOnlyFromAmong("training", "validation", "test");
        Option[] ofTraining = [Model, Epochs, BatchSize, LearningRate, WeightDecay, Patience, Resume, Dates];
        Arguments.Add(Source);
        foreach (var option in (Option[])[Onto, With, Out, .. ofTraining, Time, Part, Members, Seed, Json])
        {
            Options.Add(option);
        }

        Torch = new TorchOptions(this);
        Validators.Add(result =>
        {
            var (trains, converts) = (result.GetResult(Onto) is not null, result.GetResult(With) is not null);
            if (trains == converts)
            {
                result.AddError("give --onto to train a converter, or --with to use one");
            }
            else if ((trains ? [Part] : ofTraining).FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } option)
            {
                result.AddError($"{option.Name} does not go with {(trains ? Onto : With).Name}");
            }
        });
        SetAction((parsed, cancellation) => Task.FromResult(parsed.GetValue(Onto) is null
            ? new ConvertRun(this, parsed).Execute(cancellation)
            : new ConverterTrainingRun(this, parsed, interruption).Execute(cancellation)));
    }
}
