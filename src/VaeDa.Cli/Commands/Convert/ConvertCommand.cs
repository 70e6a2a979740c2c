using System.CommandLine;
using VaeDa.Training;

namespace VaeDa.Cli.Commands.Convert;

internal sealed class ConvertCommand : Command
{
    private static readonly TrainingOptions Defaults = new();

    public readonly Argument<string> Source = new("SOURCE") { Description = "Archive with the fields to convert, made by 'vaeda prepare' (of other years: with --like)." };

    public readonly Option<string?> Onto = new("--onto") { Description = "Train a converter: archive with the target's fields of the same times, whose split is taken.", HelpName = "TARGET" };

    public readonly Option<string?> With = new("--with") { Description = "Convert with this converter.", HelpName = "CONVERTER" };

    public readonly Option<string> Out = new("--out", "-o") { Description = "With --onto, the converter to write, .safetensors; with --with, the fields, .nc.", HelpName = "FILE", Required = true };

    public readonly Option<string> Model = new("--model") { Description = "With --onto: model of the target's fields, whose generator is kept as it is; or the name of a bundled one.", HelpName = "FILE.safetensors", DefaultValueFactory = _ => "speedy-ta" };

    public readonly Option<int> Epochs = new("--epochs") { Description = "With --onto: most epochs.", HelpName = "N", DefaultValueFactory = _ => Defaults.Epochs };

    public readonly Option<int> BatchSize = new("--batch-size") { Description = "With --onto: fields a step.", HelpName = "N", DefaultValueFactory = _ => Defaults.BatchSize };

    public readonly Option<double> LearningRate = new("--learning-rate") { Description = "With --onto: highest learning rate of the schedule.", HelpName = "X", DefaultValueFactory = _ => Defaults.LearningRate };

    public readonly Option<double> WeightDecay = new("--weight-decay") { Description = "With --onto: decoupled weight decay.", HelpName = "X", DefaultValueFactory = _ => Defaults.WeightDecay };

    public readonly Option<int> Patience = new("--patience") { Description = "With --onto: stop after so many epochs without a better validation loss; 0: never.", HelpName = "N", DefaultValueFactory = _ => Defaults.Patience };

    public readonly Option<bool> Resume = new("--resume") { Description = "With --onto: go on from the checkpoint of an interrupted run, given the same options." };

    public readonly Option<int> Dates = new("--dates") { Description = "With --onto: test times scored, evenly spread over those there are.", HelpName = "N", DefaultValueFactory = _ => 120 };

    public readonly Option<string?> Time = new("--time") { Description = "With --with: the field to convert [default: all]; with --onto: the test field that the picture shows [default: the middle one].", HelpName = "TIME" };

    public readonly Option<string?> Part = new("--part") { Description = "With --with: convert the fields of this part of SOURCE." };

    public readonly Option<int> Members = new("--members") { Description = "Draws of what each field may have been; 0: only its expectation and spread.", HelpName = "N", DefaultValueFactory = _ => 20 };

    public readonly Option<long> Seed = new("--seed") { Description = "Everything random follows from it.", HelpName = "N", DefaultValueFactory = _ => Defaults.Seed };

    public readonly Option<bool> Json = new("--json") { Description = "Print the result as JSON." };

    public readonly TorchOptions Torch;

    public ConvertCommand()
        : base("convert", """
            Convert fields of one data set to those of another, of another grid or variable: train a new encoder onto the frozen
            generator of the other's model (--onto), then use it (--with).

            Examples:
              vaeda convert t850 --onto z500 --model z500.safetensors --out t850-z500.safetensors
              vaeda convert t850 --with t850-z500.safetensors --part test --out z500-from-t850.nc
              vaeda convert t850-2024 --with t850-z500.safetensors --time 2024-03-12 --out z500.nc
            """)
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
                result.AddError("one of --onto (train a converter) and --with (use one) is needed");
            }
            else if ((trains ? [Part] : ofTraining).FirstOrDefault(o => result.GetResult(o) is { Implicit: false }) is { } option)
            {
                result.AddError($"{option.Name} does not go with {(trains ? Onto : With).Name}");
            }
        });
        SetAction((parsed, cancellation) => Task.FromResult(parsed.GetValue(Onto) is null
            ? new ConvertRun(this, parsed).Execute(cancellation)
            : new ConverterTrainingRun(this, parsed).Execute(cancellation)));
    }
}
