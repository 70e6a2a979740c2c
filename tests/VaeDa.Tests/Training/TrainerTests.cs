using TorchSharp;
using VaeDa.Fields;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly Normalisation Unscaled = new() { Scale = [2], Offset = [0] };
    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = get_num_threads();
    private readonly InMemoryFields _training = SyntheticFields.Make(96, missing: 0.1);
    private readonly InMemoryFields _validation = SyntheticFields.Make(32, missing: 0.1, seed: 8);

    public TrainerTests() => set_num_threads(1);

    [Theory]
    [InlineData("default")]
    [InlineData("seed")]
    public void An_interrupted_run_ends_with_the_weights_of_the_uninterrupted_one_bit_for_bit(string preset)
    {
        var whole = Weights(preset, (trainer, checkpoint) => trainer().Run(checkpoint, false, null, CancellationToken.None));
        var resumed = Weights(preset, (trainer, checkpoint) =>
        {
            using var interruption = new CancellationTokenSource();
            // In the middle of the second epoch of three.
            var progress = new Immediate(p =>
            {
                if (p is { Epoch: 2, Step: 2 })
                {
                    interruption.Cancel();
                }
            });
            Assert.Throws<OperationCanceledException>(() => trainer().Run(checkpoint, false, progress, interruption.Token));
            trainer().Run(checkpoint, true, null, CancellationToken.None);
        });
        Assert.Equal(whole, resumed);
    }

    [Fact]
    public void Training_lowers_the_validation_error_of_a_network_without_a_linear_path()
    {
        using var model = new VariationalAutoencoder(VaeSpec.Seed(4), _training.Grid, 1, 1);
        var trainer = new Trainer(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 30, BatchSize = 16, LearningRate = 3e-2, WeightDecay = 0 }, "test", CPU);
        var history = trainer.Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);
        Assert.True(history[^1].ValidationError < 0.8 * history[0].ValidationError, $"{history[0].ValidationError:g3} → {history[^1].ValidationError:g3}");
    }

    [Fact]
    public void A_network_that_starts_at_the_EOFs_ends_no_worse_than_they_are()
    {
        using var model = Network("default");
        var history = Trainer(model).Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);
        Assert.True(history.Min(e => e.ValidationLoss) <= history[0].ValidationLoss);
        Assert.Equal(4, history.Count);
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused()
    {
        var checkpoint = _folder.File("c.safetensors");
        using var model = Network("default");
        Trainer(model).Run(checkpoint, false, null, CancellationToken.None);
        var other = new Trainer(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 4, BatchSize = 16 }, "test", CPU);
        var refusal = Assert.Throws<InvalidInputException>(() => other.Run(checkpoint, true, null, CancellationToken.None));
        Assert.Contains("another run", refusal.Message);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("seed")]
    public void With_bfloat16_convolutions_a_network_learns_nearly_as_much(string preset)
    {
        var (single, half) = (History(float32), History(bfloat16));
        Assert.NotEqual(single[^1].ValidationError, half[^1].ValidationError);
        Assert.InRange(half[^1].ValidationError, 0.98 * single[^1].ValidationError, 1.02 * single[^1].ValidationError);

        IReadOnlyList<EpochRecord> History(ScalarType type)
        {
            using var model = Network(preset);
            var options = new TrainingOptions { Epochs = 3, BatchSize = 16, LearningRate = 1e-2, WeightDecay = 0 };
            var trainer = new Trainer(model, _training, _validation, Unscaled, options, "test", CPU) { ConvolutionType = type };
            var history = trainer.Run(_folder.File($"{type}.safetensors"), false, null, CancellationToken.None);
            Assert.Equal(float32, model.ConvolutionType);
            Assert.All(model.parameters(), p => Assert.Equal(float32, p.dtype));
            return history;
        }
    }

    [Theory]
    [InlineData("default")]
    [InlineData("seed")]
    public void A_batch_that_memory_does_not_hold_goes_through_in_parts_to_the_same_weights(string preset)
    {
        // Fields of which some cells are missing; of 16 in a batch, parts of 5, 5, 5 and 1.
        var (whole, history) = Train(_ => long.MaxValue);
        var (parts, ofParts) = Train(bytes => 5 * bytes + 1);
        Assert.NotEqual(whole, parts);
        Assert.All(whole.Zip(parts), pair => Assert.Equal(pair.First, pair.Second, 2e-4 * (1 + Math.Abs(pair.First))));
        Assert.All(history.Zip(ofParts).Skip(1), pair =>
        {
            Assert.Equal(pair.First.TrainingLoss, pair.Second.TrainingLoss, 1e-4 * (1 + Math.Abs(pair.First.TrainingLoss)));
            Assert.Equal(pair.First.ValidationLoss, pair.Second.ValidationLoss, 1e-4 * (1 + Math.Abs(pair.First.ValidationLoss)));
        });

        (float[] Weights, IReadOnlyList<EpochRecord> History) Train(Func<long, long> memory)
        {
            using var model = Network(preset);
            var options = new TrainingOptions { Epochs = 2, BatchSize = 16, Seed = 5 };
            var trainer = new Trainer(model, _training, _validation, Unscaled, options, "test", CPU) { MemoryForBatch = memory(model.BytesOfField) };
            var history = trainer.Run(_folder.File($"{Guid.NewGuid()}.safetensors"), false, null, CancellationToken.None);
            return (WeightsOf(model), history);
        }
    }

    public void Dispose()
    {
        set_num_threads(_threads);
        _folder.Dispose();
    }

    private VariationalAutoencoder Network(string preset)
    {
        var model = new VariationalAutoencoder(VaeSpec.Named(preset, 4), _training.Grid, 1, 1);
        if (model.Spec.LinearPath)
        {
            using var basis = EofBasis.Of(_training, Unscaled, 4);
            model.StartAt(basis);
        }

        return model;
    }

    private Trainer Trainer(VariationalAutoencoder model) =>
        new(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 3, BatchSize = 16, Seed = 5 }, "test", CPU);

    private float[] Weights(string preset, Action<Func<Trainer>, string> run)
    {
        VariationalAutoencoder? last = null;
        run(() => Trainer(last = Network(preset)), _folder.File($"{Guid.NewGuid()}.safetensors"));
        using (last)
        {
            return WeightsOf(last!);
        }
    }

    private static float[] WeightsOf(VariationalAutoencoder model) =>
        [.. model.state_dict().OrderBy(p => p.Key, StringComparer.Ordinal).SelectMany(p => p.Value.data<float>().ToArray())];

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
