using System.CommandLine;
using System.Diagnostics;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Model.Network;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>Steps of training from the disk and of the same network in plain TorchSharp from memory, in turn.</summary>
internal sealed class TrainingBenchmark : Benchmark
{
    private const int WarmUpSteps = 2;
    private readonly Option<int> _height = new("--height") { Description = "Latitudes.", HelpName = "H", DefaultValueFactory = _ => 720 };
    private readonly Option<int> _batch = new("--batch-size") { Description = "Fields a step.", HelpName = "N", DefaultValueFactory = _ => 32 };

    public TrainingBenchmark()
        : base("training-step", "A training step of the seed preset, its data from the disk, against the same network in plain TorchSharp, its data in memory.")
    {
        Options.Add(_height);
        Options.Add(_batch);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var (height, batchSize) = (parsed.GetValue(_height), parsed.GetValue(_batch));
        var device = StartTorch();
        using var made = new MadeArchive(height, 2 * height, 2 * batchSize, cancellation);
        var (steps, spec) = (WarmUpSteps + Runs + 1, VaeSpec.Seed());
        using var training = new ColdFields(made.Archive.Folder, made.Archive.Part(SplitPart.Training), steps * batchSize);
        var normalisation = ModelBuilder.NormalisationFor(spec, training);
        using var network = ModelBuilder.Build(spec, training, normalisation, 1, device, cancellation);
        var options = TrainingOptions.For("seed") with { Epochs = 1, BatchSize = batchSize };
        var trainer = new Trainer(network, training, made.Archive.Part(SplitPart.Validation), normalisation, options, "benchmark", device);

        random.manual_seed(1);
        using var plain = new PlainNetwork(height, 2 * height, options.LearningRate);
        Debug.Assert(plain.parameters().Sum(p => p.numel()) == network.parameters().Sum(p => p.numel()), "the networks differ");
        using var fields = InMemory(training, normalisation.Scale[0], normalisation.Offset[0], 2 * batchSize); // (2B, 1, H, W)

        var (ours, theirs) = (new List<Cost>(), new List<Cost>());
        var clock = new Clock();
        var history = trainer.Run(made.Scratch("checkpoint.safetensors"), false, new Between(progress =>
        {
            if (progress.Finished is not null)
            {
                return;
            }

            ours.Add(clock.Read());
            // The next batch is read during a step; what is left of that is no burden on the other side.
            while (training.Reads < (progress.Step + 1) * batchSize)
            {
                Thread.Sleep(1);
            }

            var batch = fields.narrow(0, progress.Step % 2 * batchSize, batchSize); // (B, 1, H, W)
            clock = new Clock();
            plain.Step(batch);
            theirs.Add(clock.Read());
            clock = new Clock();
        }), cancellation);

        var (mine, other) = (Median(ours), Median(theirs));
        Print($"{made.Archive.Grid}, {network.parameters().Sum(p => p.numel()):N0} parameters, {batchSize} fields a step, each read from the disk with the page cache dropped");
        Print($"vaeda train        {mine.Seconds:f3} s a step, {mine.Processor:f3} s of processor, {batchSize / mine.Seconds:f1} fields/s");
        Print($"plain TorchSharp   {other.Seconds:f3} s a step, {other.Processor:f3} s of processor, {batchSize / other.Seconds:f1} fields/s, data in memory");
        Print($"throughput ratio   {other.Seconds / mine.Seconds:f3} by the clock, {other.Processor / mine.Processor:f3} by processor time");
        var waited = history[^1].WaitingSeconds;
        Print($"waiting for data   {waited:f2} s in {steps} steps, the first of the epoch with nothing read ahead included: {100 * waited / (steps * mine.Seconds):f1}% of their time");
        Print($"peak memory        {Machine.PeakMemory / 1e9:f1} GB, both sides");
    }

    private static Cost Median(List<Cost> steps) => new(
        Timing.Median([.. steps.Skip(WarmUpSteps).Select(s => s.Seconds)]), Timing.Median([.. steps.Skip(WarmUpSteps).Select(s => s.Processor)]));

    private static Tensor InMemory(ColdFields fields, double scale, double offset, int count)
    {
        using var scope = NewDisposeScope();
        return stack(Enumerable.Range(0, count).Select(i => tensor(fields.Read(i), [1, fields.Grid.Height, fields.Grid.Width]) * (float)(1 / scale) + (float)offset)).MoveToOuterDisposeScope(); // (N, 1, H, W)
    }

    private readonly record struct Cost(double Seconds, double Processor);

    private sealed class Clock
    {
        private readonly Stopwatch _wall = Stopwatch.StartNew();
        private readonly TimeSpan _processor = Environment.CpuUsage.TotalTime;

        public Cost Read() => new(_wall.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - _processor).TotalSeconds);
    }

    private sealed class Between(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
