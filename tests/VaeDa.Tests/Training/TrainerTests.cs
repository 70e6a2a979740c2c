using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using VaeDa.Runtime;
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
    public void A_network_that_starts_at_the_EOFs_reads_fields_with_gaps_as_whole_ones()
    {
        var whole = History(_training, _validation);
        var gaps = History(SyntheticFields.WithGaps(_training), SyntheticFields.WithGaps(_validation, seed: 12));
        Assert.InRange(gaps[0].ValidationError / whole[0].ValidationError, 0.9, 1.15);
        Assert.InRange(gaps[^1].ValidationError / whole[^1].ValidationError, 0.9, 1.15);

        IReadOnlyList<EpochRecord> History(IFieldSet training, IFieldSet validation)
        {
            using var model = ModelBuilder.Build(VaeSpec.Default(12), training, Unscaled, 1, CPU, CancellationToken.None);
            return new Trainer(model, training, validation, Unscaled, new TrainingOptions { Epochs = 2, BatchSize = 16 }, "test", CPU).Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);
        }
    }

    [Fact]
    public void Training_lowers_the_validation_error_of_a_network_without_a_linear_path()
    {
        using var model = new VariationalAutoencoder(VaeSpec.Seed(4), _training.Grid, 1, 1);
        var trainer = new Trainer(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 30, BatchSize = 16, LearningRate = 3e-2, WeightDecay = 0 }, "test", CPU);
        var history = trainer.Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);
        Assert.True(history[^1].ValidationError < 0.8 * history[0].ValidationError, $"{history[0].ValidationError:g3} → {history[^1].ValidationError:g3}");
    }

    [Theory]
    [InlineData("default")]
    [InlineData("seed")]
    public void The_weights_at_the_end_are_those_of_the_lowest_validation_loss(string preset)
    {
        using var model = Network(preset);
        var history = Trainer(model).Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);
        Assert.Equal([0, 1, 2, 3], history.Select(e => e.Epoch));
        Assert.Equal(history.Min(e => e.ValidationLoss), ScoreOf(model).ValidationLoss);
    }

    [Fact]
    public void A_run_that_only_gets_worse_stops_and_gives_the_first_weights_back()
    {
        using var model = Network("default");
        var (first, score) = (WeightsOf(model), ScoreOf(model).ValidationLoss);
        var history = Diverging(model).Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);
        Assert.All(history.Skip(1), e => Assert.True(e.ValidationLoss > score));
        // Two epochs without a better one.
        Assert.Equal([0, 1, 2], history.Select(e => e.Epoch));
        Assert.Equal(first, WeightsOf(model));
    }

    [Fact]
    public void The_best_weights_outlast_an_interruption()
    {
        using var model = Network("default");
        var first = WeightsOf(model);
        using var interruption = new CancellationTokenSource();
        var progress = new Immediate(p =>
        {
            if (p is { Epoch: 2, Step: 2 })
            {
                interruption.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => Diverging(model).Run(_folder.File("c.safetensors"), false, progress, interruption.Token));
        Assert.NotEqual(first, WeightsOf(model));
        using var other = Network("default");
        Assert.Equal(3, Diverging(other).Run(_folder.File("c.safetensors"), true, null, CancellationToken.None).Count);
        Assert.Equal(first, WeightsOf(other));
    }

    [Fact]
    public void Scores_are_by_area_and_over_all_fields_alike()
    {
        // Batches of 16 and 1, each of whose fields is generated with the same error, which is not the same everywhere.
        var grid = SyntheticFields.Grid();
        using var model = Network("default");
        var zero = new float[grid.Cells];
        float[] generated; // (N), normalised
        using (NewDisposeScope())
        using (no_grad())
        {
            generated = model.Decode(model.Encode(zeros(1, 1, grid.Height, grid.Width)).Mean).data<float>().ToArray();
        }

        var validation = new InMemoryFields(grid, SyntheticFields.Variables(), [.. Enumerable.Repeat(zero, 17)]);
        var area = grid.AreaWeights();
        var expected = Math.Sqrt(generated.Zip(area, (g, a) => (double)a * g * g).Sum() / area.Sum(a => (double)a));
        var trainer = new Trainer(model, _training, validation, Unscaled, new TrainingOptions { Epochs = 1, BatchSize = 16 }, "test", CPU);
        var score = trainer.Run(_folder.File("c.safetensors"), false, null, CancellationToken.None)[0];
        Assert.Equal(expected, score.ValidationError, 1e-5 * expected);
        Assert.NotEqual(Math.Sqrt(generated.Average(g => (double)g * g)), score.ValidationError, 1e-3 * expected);
    }

    [Fact]
    public void A_step_is_one_of_AdamW_at_the_rate_of_the_schedule()
    {
        // Adam's first step is the rate itself, whatever the gradient; then w ← w − rate · decay · w besides.
        const double Rate = 0.06, Decay = 0.5;
        using var network = Network("seed");
        var first = WeightsOf(network);
        var (plain, decayed) = (After(0), After(Decay));
        // Six steps an epoch, all of them warm-up.
        Assert.Equal(Rate / 6, first.Zip(plain, (w, p) => Math.Abs(w - p)).Max(), 1e-5);
        Assert.All(first.Select((w, i) => (w, i)).Where(p => p.w != 0), p => Assert.Equal(Rate / 6 * Decay * p.w, plain[p.i] - decayed[p.i], 1e-5));

        float[] After(double decay)
        {
            using var model = new VariationalAutoencoder(network.Spec, _training.Grid, 1, 1);
            model.load_state_dict(network.state_dict());
            var trainer = new Trainer(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 2, BatchSize = 16, WeightDecay = decay, LearningRate = Rate }, "test", CPU);
            Assert.Throws<OperationCanceledException>(() => trainer.Run(_folder.File("c.safetensors"), false, null, new CancellationToken(true)));
            return WeightsOf(model);
        }
    }

    [Fact]
    public void The_schedule_goes_on_from_epoch_to_epoch()
    {
        const double Rate = 0.01;
        using var model = Network("seed");
        var trainer = new Trainer(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 20, BatchSize = 16, WeightDecay = 0, LearningRate = Rate }, "test", CPU);
        using var interruption = new CancellationTokenSource();
        float[] before = [];
        var progress = new Immediate(p =>
        {
            if (p.Finished is not null)
            {
                before = WeightsOf(model);
                interruption.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => trainer.Run(_folder.File("c.safetensors"), false, progress, interruption.Token));
        // The first step after the warm-up; another warm-up's would be a sixth of it.
        Assert.InRange(before.Zip(WeightsOf(model), (b, w) => Math.Abs(w - b)).Max(), 0.5 * Rate, 2 * Rate);
    }

    [Fact]
    public void The_generator_s_variance_is_a_running_mean_of_the_steps_squared_errors()
    {
        using var model = Network("seed");
        var before = model.DecoderLogVariance.item<float>();
        var history = new Trainer(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 1, BatchSize = 96, LearningRate = 1e-3, WeightDecay = 0 }, "test", CPU).Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);
        Assert.True(history[1].ValidationLoss < history[0].ValidationLoss, "the weights kept are those after the step");
        Assert.Equal(0.99 * before + 0.01 * Math.Log(history[1].TrainingError * history[1].TrainingError), model.DecoderLogVariance.item<float>(), 1e-5);
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

        earlier.Metadata["checkpoint"] = "{\"run\":\"default 4 on 96+32 fields\",\"epoch\":2}";
        earlier.Write(checkpoint);
        var refusal = Assert.Throws<InvalidInputException>(() => Trainer(model).Run(checkpoint, true, null, CancellationToken.None)).Message;
        Assert.StartsWith($"{checkpoint}: the checkpoint does not say", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refusal);
    }

    // With a hash that is right: what is refused is what the file says.
    [Theory]
    [InlineData("epoch", "0")]
    [InlineData("epoch", "2147483647")]
    [InlineData("epoch", "3")]
    [InlineData("step", "-1")]
    [InlineData("step", "2147483647")]
    [InlineData("step", "1")]
    [InlineData("bestEpoch", "7")]
    [InlineData("bestEpoch", "-1")]
    [InlineData("bestLoss", "-1e9")]
    [InlineData("lossSum", "\"NaN\"")]
    [InlineData("history", "[]")]
    public void A_checkpoint_at_no_place_of_the_run_is_refused(string member, string value)
    {
        var checkpoint = _folder.File("c.safetensors");
        using var model = Network("default");
        Trainer(model).Run(checkpoint, false, null, CancellationToken.None);
        var file = SafetensorsFile.Read(checkpoint);
        var place = System.Text.Json.Nodes.JsonNode.Parse(file.Metadata["checkpoint"])!.AsObject();
        place[member] = System.Text.Json.Nodes.JsonNode.Parse(value);
        file.Metadata["checkpoint"] = place.ToJsonString();
        file.Write(checkpoint);
        var refusal = Assert.Throws<InvalidInputException>(() => Trainer(model).Run(checkpoint, true, null, CancellationToken.None)).Message;
        Assert.StartsWith($"{checkpoint}: ", refusal, StringComparison.Ordinal);
        Assert.Matches("at no place of this run|is not of step", refusal);
    }

    [Fact]
    public void A_checkpoint_that_is_damaged_is_refused()
    {
        var checkpoint = _folder.File("c.safetensors");
        using var model = Network("default");
        Trainer(model).Run(checkpoint, false, null, CancellationToken.None);
        var bytes = File.ReadAllBytes(checkpoint);
        foreach (var at in new[] { bytes.Length / 3, bytes.Length / 2, bytes.Length - 1 })
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 8;
            File.WriteAllBytes(checkpoint, damaged);
            Assert.StartsWith($"{checkpoint}: damaged, or changed since it was written", Assert.Throws<InvalidInputException>(() => Trainer(model).Run(checkpoint, true, null, CancellationToken.None)).Message, StringComparison.Ordinal);
        }
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
        // libtorch's own convolutions sum in bfloat16.
        var tolerance = TorchLibrary.ConvolvesByOneDnn ? 0.02 : 0.05;
        Assert.InRange(half[^1].ValidationError, (1 - tolerance) * single[^1].ValidationError, (1 + tolerance) * single[^1].ValidationError);

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

    /// <summary>Of which every step is a leap too far.</summary>
    private Trainer Diverging(VariationalAutoencoder model) =>
        new(model, _training, _validation, Unscaled, new TrainingOptions { Epochs = 10, BatchSize = 16, LearningRate = 0.05, Patience = 2 }, "test", CPU);

    /// <summary>What a trainer says of a network before it trains it; of a copy.</summary>
    private EpochRecord ScoreOf(VariationalAutoencoder model)
    {
        using var copy = new VariationalAutoencoder(model.Spec, _training.Grid, 1, 1);
        copy.load_state_dict(model.state_dict());
        return new Trainer(copy, _training, _validation, Unscaled, new TrainingOptions { Epochs = 1, BatchSize = 16, Seed = 5 }, "test", CPU).Run(_folder.File("score.safetensors"), false, null, CancellationToken.None)[0];
    }

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
