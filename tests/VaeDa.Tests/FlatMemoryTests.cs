using TorchSharp;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model.Network;
using VaeDa.Tests.Assimilation;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Tests;

/// <summary>A thousand steps of training, and of the latent search, allocate the same at each step and keep nothing.</summary>
[Collection(nameof(FlatMemoryTests))]
[CollectionDefinition(nameof(FlatMemoryTests), DisableParallelization = true)] // other tests would be counted
public sealed class FlatMemoryTests
{
    private const long Noise = 256 << 10;

    [Theory(Explicit = true), Trait("Set", "CI")]
    [InlineData("default")]
    [InlineData("seed")]
    public void Of_training(string preset)
    {
        const int Batch = 4;
        var made = SyntheticFields.Make(96, missing: 0.1);
        // The same fields over and over. The last step of an epoch is reported after the epoch's scores: there is one more.
        var fields = new FieldSubset(made, [.. Enumerable.Range(0, Batch * 1001).Select(i => i % made.Count)]);
        var normalisation = new Normalisation { Scale = [2], Offset = [0] };
        using var network = ModelBuilder.Build(VaeSpec.Named(preset, 4), made, normalisation, 1, CPU, CancellationToken.None);
        var trainer = new Trainer(network, fields, made, normalisation, new TrainingOptions { Epochs = 1, BatchSize = Batch }, "test", CPU);
        var memory = new Memory();
        using var folder = new TemporaryFolder();
        trainer.Run(folder.File("checkpoint.safetensors"), false, memory, CancellationToken.None);
        memory.AssertFlat(1000);
    }

    [Theory]
    [InlineData(AssimilationMethod.GaussNewton)]
    [InlineData(AssimilationMethod.Adam)]
    public void Of_the_latent_search(AssimilationMethod method)
    {
        using var world = new UntrainedGenerator(6);
        var memory = new Memory();
        for (var steps = 0; steps < 1000;)
        {
            var search = new Assimilator(world.Model, new AssimilationOptions { Members = 0, Method = method }).Run(world.Table);
            steps += search.Diagnostics.Iterations;
            memory.Add(search.Diagnostics.Iterations);
        }

        memory.AssertFlat(1000);
    }

    private sealed class Memory : IProgress<TrainingProgress>
    {
        private readonly List<(long Steps, long Tensors, long Allocated)> _at = [];
        private long _keptEarly;
        private long _steps;

        public void Report(TrainingProgress value)
        {
            if (value.Finished is null)
            {
                Add(1);
            }
        }

        public void Add(long steps)
        {
            _steps += steps;
            _at.Add((_steps, DisposeScopeManager.Statistics.ThreadTotalLiveCount, GC.GetAllocatedBytesForCurrentThread()));
            // After a fifth: by then everything that is made once has been made.
            if (_keptEarly == 0 && _steps >= 200)
            {
                _keptEarly = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        public void AssertFlat(long steps)
        {
            var kept = GC.GetTotalMemory(forceFullCollection: true) - _keptEarly;
            Assert.True(_steps >= steps);
            var (start, middle, end) = (At(0.2), At(0.6), At(1));
            Assert.All(_at.Where(a => a.Steps >= start.Steps), a => Assert.Equal(start.Tensors, a.Tensors));
            var (early, late) = (Rate(start, middle), Rate(middle, end));
            Assert.InRange(late, 0.9 * early, 1.1 * early);
            Assert.True(kept < Noise, $"{kept:N0} bytes kept by {0.8 * _steps:f0} steps");

            (long Steps, long Tensors, long Allocated) At(double part) => _at.First(a => a.Steps >= part * _steps);
            static double Rate((long Steps, long Tensors, long Allocated) a, (long Steps, long Tensors, long Allocated) b) => (double)(b.Allocated - a.Allocated) / (b.Steps - a.Steps);
        }
    }
}
