using System.CommandLine;
using VaeDa.Training;

namespace VaeDa.Cli.Commands.Train;

internal sealed class TrainCommand : Verb
{
    private static readonly TrainingOptions Defaults = TrainingOptions.For("default");
    private static readonly TrainingOptions SeedDefaults = TrainingOptions.For("seed");

    public readonly Argument<string> Archive = new("archive")
    {
        CompletionSources = { _ => BundledFiles.Archives() },
        Description = "Archive of anomalies made by 'vaeda prepare', or the name of a bundled one.",
        DefaultValueFactory = _ => "sample",
    };

    public readonly Option<string> Out = new("--out", "-o")
    {
        Group = OptionGroup.Output,
        IsPath = true,
        Description = "Model file to write. Beside it: .checkpoint.safetensors after each epoch, .history.parquet, .history.png.",
        HelpName = "FILE.safetensors",
        DefaultValueFactory = _ => "model.safetensors",
    };

    public readonly Option<string> Preset = new("--preset")
    {
        Group = OptionGroup.Training,
        Description = "Network: VaeDa's own (default), or that of the research code which VaeDa follows (seed).",
        DefaultValueFactory = _ => "default",
    };

    public readonly Option<int> Latent = new("--latent")
    {
        Group = OptionGroup.Training,
        Description = "Dimension of the latent space.",
        HelpName = "K",
        DefaultValueFactory = _ => 100,
    };

    public readonly Option<int?> Epochs = new("--epochs") { Group = OptionGroup.Training, Description = Describe("Maximum epochs", o => o.Epochs), HelpName = "N" };

    public readonly Option<int?> BatchSize = new("--batch-size") { Group = OptionGroup.Training, Description = Describe("Fields per step", o => o.BatchSize), HelpName = "N" };

    public readonly Option<double?> LearningRate = new("--learning-rate") { Group = OptionGroup.Training, Description = Describe("Peak learning rate of the schedule", o => o.LearningRate), HelpName = "X" };

    public readonly Option<double?> WeightDecay = new("--weight-decay") { Group = OptionGroup.Training, Description = Describe("Decoupled weight decay; 0 is plain Adam", o => o.WeightDecay), HelpName = "X" };

    public readonly Option<double?> Clip = new("--clip") { Group = OptionGroup.Training, Description = Describe("Gradient-norm clip", o => o.ClipNorm), HelpName = "X" };

    public readonly Option<int?> Patience = new("--patience") { Group = OptionGroup.Training, Description = Describe("Stop after N epochs without a better validation loss; 0: never", o => o.Patience), HelpName = "N" };

    public readonly Option<long> Seed = new("--seed") { Group = OptionGroup.Training, Description = "Seed of all random numbers.", HelpName = "N", DefaultValueFactory = _ => Defaults.Seed };

    public readonly Option<string> Precision = new("--precision")
    {
        Group = OptionGroup.Machine,
        Description = "Precision of the convolutions: auto is bfloat16 on a CUDA device, float32 on a CPU. Losses and weights are float32.",
        HelpName = "auto|float32|bfloat16",
        DefaultValueFactory = _ => "auto",
    };

    public readonly Option<bool> Resume = new("--resume") { Group = OptionGroup.Output, Description = "Continue from the checkpoint of an interrupted run, with the same options and fields, or start where there is none yet; the checkpoint of another run is refused." };

    public readonly Option<string?> MemoryOf = new("--memory-of")
    {
        Group = OptionGroup.Input,
        IsPath = true,
        CompletionSources = { _ => BundledFiles.Models() },
        Description = "Train nothing: give this model, which was trained on the archive, a memory of how its states follow each other in time. Weights and prior statistics stay as they are.",
        HelpName = "MODEL",
    };

    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print the scores as JSON." };

    public readonly TorchOptions Torch;

    public override string Summary => "Train a model on an archive.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda train my-archive --out t2m.safetensors",
        "vaeda train my-archive --out t2m.safetensors --device cuda --batch-size 128",
        "vaeda train my-archive --out t2m.safetensors --resume",
        "vaeda train my-archive --memory-of t2m.safetensors --out t2m-with-memory.safetensors",
    ];

    public TrainCommand(Interruption interruption)
        : base("train", "Train a variational autoencoder on an archive of anomalies.")
    {
        Preset.AcceptOnlyFromAmong("default", "seed");
        Precision.AcceptOnlyFromAmong("auto", "float32", "bfloat16");
        Arguments.Add(Archive);
        Options.Add(Out);
        Options.Add(Preset);
        Options.Add(Latent);
        Options.Add(Epochs);
        Options.Add(BatchSize);
        Options.Add(LearningRate);
        Options.Add(WeightDecay);
        Options.Add(Clip);
        Options.Add(Patience);
        Options.Add(Seed);
        Options.Add(Precision);
        Options.Add(Resume);
        Options.Add(MemoryOf);
        Options.Add(Json);
        Torch = new TorchOptions(this);
        SetAction((parsed, cancellation) => Task.FromResult(Execute(parsed, interruption, cancellation)));
    }

    private int Execute(ParseResult parsed, Interruption interruption, CancellationToken cancellation) => parsed.GetValue(MemoryOf) is { } model
        ? new MemoryRun(this, parsed).Execute(model, cancellation)
        : new TrainRun(this, parsed, interruption).Execute(cancellation);

    /// <summary>The options of training alone.</summary>
    public IEnumerable<Option> OfTraining => [Preset, Latent, Epochs, BatchSize, LearningRate, WeightDecay, Clip, Patience, Seed, Precision, Resume];

    private static string Describe(string what, Func<TrainingOptions, double> value) => value(Defaults).Equals(value(SeedDefaults))
        ? FormattableString.Invariant($"{what}. [default: {value(Defaults)}]")
        : FormattableString.Invariant($"{what}. [default: {value(Defaults)}; seed preset: {value(SeedDefaults)}]");
}
