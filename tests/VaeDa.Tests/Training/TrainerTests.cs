using TorchSharp;
using VaeDa.Fields;
using VaeDa.Files;
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
        Assert.Contains("another run: epochs: 4, of the checkpoint 3; seed: 1, of the checkpoint 5.", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    // Another variable, other units, other times, another value in one cell of one field, of the training and of the validation fields.
    [Theory]
    [InlineData("variable", "the archive's training fields: 96 of q [K]")]
    [InlineData("units", "the archive's training fields: 96 of x0 [degC]")]
    [InlineData("times", "the archive's training fields: 96 of x0 [K] on 8×16, 78.75…-78.75° N, 0…337.5° E, 1990-01-01")]
    [InlineData("value", "the values of the archive's training fields: ")]
    [InlineData("validation", "the values of the archive's validation fields: ")]
    public void A_checkpoint_of_other_fields_is_refused_whether_the_run_was_interrupted_or_done(string what, string said)
    {
        foreach (var interrupted in (bool[])[true, false])
        {
            var checkpoint = _folder.File($"{what}-{interrupted}.safetensors");
            using var model = Network("default");
            using var interruption = new CancellationTokenSource();
            var progress = new Immediate(p =>
            {
                if (interrupted && p is { Epoch: 2, Step: 2 })
                {
                    interruption.Cancel();
                }
            });
            Assert.Equal(interrupted, Record.Exception(() => Trainer(model).Run(checkpoint, false, progress, interruption.Token)) is OperationCanceledException);
            var before = File.ReadAllBytes(checkpoint);
            var other = new Trainer(model, Other(_training, what), what == "validation" ? Other(_validation, "value") : _validation, Unscaled, new TrainingOptions { Epochs = 3, BatchSize = 16, Seed = 5 }, "test", CPU);
            var refusal = Assert.Throws<InvalidInputException>(() => other.Run(checkpoint, true, null, CancellationToken.None)).Message;
            Assert.StartsWith($"{checkpoint}: the checkpoint is of another archive: ", refusal, StringComparison.Ordinal);
            Assert.Contains(said, refusal);
            Assert.DoesNotContain('\n', refusal);
            Assert.Equal(before, File.ReadAllBytes(checkpoint));

            // The same fields made again, by whatever name, do.
            var again = new Trainer(model, Other(_training, "nothing"), Other(_validation, "nothing"), Unscaled, new TrainingOptions { Epochs = 3, BatchSize = 16, Seed = 5 }, "test", CPU);
            Assert.Equal(4, again.Run(checkpoint, true, null, CancellationToken.None).Count);
        }

        static InMemoryFields Other(InMemoryFields fields, string what)
        {
            var variable = fields.Variables[0] with { LongName = "made again" };
            var copy = new InMemoryFields(
                fields.Grid,
                [what switch { "variable" => variable with { Name = "q" }, "units" => variable with { Units = "degC" }, _ => variable }],
                [.. Enumerable.Range(0, fields.Count).Select(i => fields.Read(i))],
                [.. Enumerable.Range(0, fields.Count).Select(i => (what == "times" ? new DateTime(1990, 1, 1) : DateTime.UnixEpoch).AddDays(i))]);
            if (what == "value")
            {
                copy[copy.Count - 1][Array.FindIndex(copy[0], float.IsFinite)] += 0.1f;
            }

            return copy;
        }
    }

    [Fact]
    public void A_checkpoint_that_does_not_say_what_it_was_made_of_is_refused_in_one_line()
    {
        var checkpoint = _folder.File("c.safetensors");
        using var model = Network("default");
        Trainer(model).Run(checkpoint, false, null, CancellationToken.None);
        var (whole, earlier) = (SafetensorsFile.Read(checkpoint), new SafetensorsFile());
        foreach (var name in whole.Names.Where(name => !name.EndsWith(".step", StringComparison.Ordinal)))
        {
            earlier.Add(name, whole.Floats(name), whole.Shape(name));
        }

        earlier.Metadata["checkpoint"] = "{\"Run\":\"default 4 on 96+32 fields\",\"Epoch\":2}";
        earlier.Write(checkpoint);
        var refusal = Assert.Throws<InvalidInputException>(() => Trainer(model).Run(checkpoint, true, null, CancellationToken.None)).Message;
        Assert.StartsWith($"{checkpoint}: the checkpoint does not say", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    [Fact]
    public void A_checkpoint_of_an_encoder_of_other_fields_is_refused()
    {
        var checkpoint = _folder.File("c.safetensors");
        using var model = Network("default");
        Train(_training, false);
        Assert.Contains("the values of the source archive's training fields: ", Assert.Throws<InvalidInputException>(() => Train(SyntheticFields.Make(96, seed: 12), true)).Message);
        Train(_training, true);

        void Train(InMemoryFields source, bool resume) =>
            new Trainer(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 1, BatchSize = 16 }, "test", CPU, new EncoderInputs(source, _validation, Unscaled)).Run(checkpoint, resume, null, CancellationToken.None);
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
