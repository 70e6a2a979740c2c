using VaeDa.Archives;
using VaeDa.Archives.Batches;
using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Training;
using VaeDa.Verification;
using VaeDa.Verification.Scores;
using static TorchSharp.torch;

namespace VaeDa.Tests.Conversion;

/// <summary>From fields at half resolution to the whole ones, by a model that is as linear as EOFs.</summary>
public sealed class ConverterTests : IDisposable
{
    private const int Latents = 6;
    private static readonly Normalisation Halved = TestModel.Normalisation(2);
    private readonly TemporaryFolder _folder = new();
    private readonly int _threads = get_num_threads();
    private readonly FieldPairs _training = Pairs(240, 7);
    private readonly FieldPairs _validation = Pairs(80, 8);
    private readonly FieldPairs _test = Pairs(60, 9);
    private readonly GenerativeModel _model;

    public ConverterTests()
    {
        set_num_threads(1);
        var network = new VariationalAutoencoder(VaeSpec.Default(Latents), _training.Target.Grid, 1, 1);
        using var basis = EofBasis.Of(_training.Target, Halved, Latents);
        network.StartAt(basis);
        _model = Model(network, _training.Target, Halved);
    }

    public void Dispose()
    {
        _model.Dispose();
        set_num_threads(_threads);
        _folder.Dispose();
    }

    [Fact]
    public void The_encoder_starts_at_the_linear_map_from_source_to_latents()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var builder = new ConverterBuilder(_model, _training, _validation, CancellationToken.None);
        using var network = builder.Network(1);
        var (mean, truth) = (Encoded(network, _test.Source, builder.SourceNormalisation), Encoded((VariationalAutoencoder)_model.Autoencoder, _test.Target, Halved)); // (T, k)
        // The latents of fields that differ by their noise only.
        Assert.InRange((mean - truth).square().mean().item<float>(), 0, 0.03);
        Assert.InRange(truth.square().mean().item<float>(), 0.5, 1.5);
    }

    [Fact]
    public void Training_moves_the_encoder_and_leaves_every_bit_of_the_generator()
    {
        var before = Weights((VariationalAutoencoder)_model.Autoencoder);
        using var builder = new ConverterBuilder(_model, _training, _validation, CancellationToken.None);
        var network = builder.Network(1);
        var start = Weights(network);
        var history = Train(network, builder, epochs: 2);
        Assert.True(history.Min(e => e.ValidationLoss) <= history[0].ValidationLoss);
        var after = Weights(network);
        Assert.All(before.Keys.Where(name => name.StartsWith("generator.", StringComparison.Ordinal)), name => Assert.Equal(before[name], after[name]));
        Assert.Contains(start.Keys, name => name.StartsWith("encoder.down.", StringComparison.Ordinal) && !start[name].SequenceEqual(after[name]));
    }

    [Fact]
    public void The_error_of_held_out_fields_is_as_large_as_the_converter_says_and_no_larger_than_what_is_linear()
    {
        using var builder = new ConverterBuilder(_model, _training, _validation, CancellationToken.None);
        using var converter = builder.Finish(builder.Network(1));
        using var linear = builder.Linear(Latents);
        var scores = ConversionValidation.Of(converter, _test, 20, 1, [("linear", [.. linear.Convert(_test.Source)])], "half");
        double Mean(string method, Func<EnsembleScore, double> of) => scores.Where(s => s.Method == method).Average(s => of(s.Score));
        Assert.InRange(Mean("converter", s => s.Spread) / Mean("converter", s => s.Rmse), 0.9, 1.1);
        Assert.InRange(Mean("converter", s => s.Coverage90), 0.84, 0.96);
        Assert.True(Mean("converter", s => s.Rmse) <= Mean("linear", s => s.Rmse));
        // Of a cell's own noise, 0.3 K, the mean of four tells a quarter.
        Assert.InRange(Mean("converter", s => s.Rmse), 0.25, 0.32);
    }

    [Fact]
    public void A_converter_comes_back_from_its_file_as_it_went_and_is_no_model()
    {
        var path = _folder.File("converter.safetensors");
        using var builder = new ConverterBuilder(_model, _training, _validation, CancellationToken.None);
        using var converter = builder.Finish(builder.Network(1));
        converter.Save(path, Card(converter));
        using var loaded = Converter.Load(path, CPU);
        var expected = converter.Convert(_test.Source).ToList();
        Assert.Equal(expected, loaded.Convert(_test.Source));
        Assert.Equal(converter.Spread(_test.Target.TimeOf(0)), loaded.Spread(_test.Target.TimeOf(0)));
        Assert.Contains("a converter", Assert.Throws<InvalidInputException>(() => ModelFile.ReadCard(path)).Message);

        // The draws of a time do not depend on what else is converted.
        var time = _test.Target.TimeOf(3);
        Assert.Equal(loaded.Members(expected[3], time, 2, 1), loaded.Members(loaded.Convert(_test.Source).ElementAt(3), time, 2, 1));
        Assert.NotEqual(loaded.Members(expected[3], time, 1, 1)[0], loaded.Members(expected[3], time, 1, 2)[0]);
        Assert.Throws<InvalidInputException>(() => loaded.Convert(_test.Target).ToList());
    }

    [Fact]
    public void Cells_that_never_have_a_value_have_none_when_converted()
    {
        var target = SyntheticFields.Make(240, missing: 0.2);
        var training = new FieldPairs(_training.Source, target);
        using var network = new VariationalAutoencoder(VaeSpec.Default(Latents), target.Grid, 1, 1);
        using var model = Model(network, target, Halved);
        using var builder = new ConverterBuilder(model, training, training, CancellationToken.None);
        using var converter = builder.Finish(builder.Network(1));
        var (field, truth) = (converter.Convert(_test.Source).First(), target.Read(0));
        Assert.Equal(truth.Select(float.IsNaN), field.Select(float.IsNaN));
        Assert.Contains(truth, float.IsNaN);
    }

    [Fact]
    public void A_source_of_one_variable_tells_of_both_that_the_target_has()
    {
        var training = Pairs(240, 7, variables: 2);
        var target = training.Target;
        var normalisation = TestModel.Normalisation(2, variables: 2);
        var network = new VariationalAutoencoder(VaeSpec.Default(Latents), target.Grid, 2, 1);
        using var basis = EofBasis.Of(target, normalisation, Latents);
        network.StartAt(basis);
        using var model = Model(network, target, normalisation);
        using var builder = new ConverterBuilder(model, training, training, CancellationToken.None);
        using var converter = builder.Finish(builder.Network(1));
        var (field, truth) = (converter.Convert(training.Source).First(), target.Read(0));
        double Rmse(int v) => Math.Sqrt(field.Zip(truth).Skip(v * target.Grid.Cells).Take(target.Grid.Cells).Average(p => (p.First - p.Second) * (p.First - p.Second)));
        Assert.InRange(Rmse(0), 0.2, 0.5);
        Assert.InRange(Rmse(1) / SyntheticFields.Sizes(2)[1], 0.2, 0.5);
    }

    [Fact]
    public void Too_few_times_are_refused_in_one_line()
    {
        var few = _training.Subset([.. Enumerable.Range(0, 2 * Latents - 1)]);
        var message = Assert.Throws<InvalidInputException>(() => new ConverterBuilder(_model, few, _validation, CancellationToken.None)).Message;
        Assert.Contains("12 training times", message);
        Assert.DoesNotContain('\n', message);
    }

    private IReadOnlyList<EpochRecord> Train(VariationalAutoencoder network, ConverterBuilder builder, int epochs) => new Trainer(
        network, _training.Target, _validation.Target, Halved, new TrainingOptions { Epochs = epochs }, "test", CPU,
        new EncoderInputs(_training.Source, _validation.Source, builder.SourceNormalisation)).Run(_folder.File("c.safetensors"), false, null, CancellationToken.None);

    /// <summary>Of its prior statistics a conversion takes only where there never is a value.</summary>
    private static GenerativeModel Model(VariationalAutoencoder network, IFieldSet fields, Normalisation normalisation) => TestModel.Of(network, fields, normalisation, new PriorStatistics
    {
        LatentMean = zeros(Latents),
        LatentVariance = ones(Latents),
        GeneratorError = [.. fields.Read(0).Select(value => float.IsNaN(value) ? float.NaN : 0.3f)],
        ResidualCorrelation = new SpatialCorrelation { Smoothness = Smoothness.Half, Length = 1000, Nugget = 0 },
    });

    /// <summary>Of the first variable at half resolution and all variables at the whole.</summary>
    private static FieldPairs Pairs(int count, int seed, int variables = 1)
    {
        var target = SyntheticFields.Make(count, variables: variables, seed: seed);
        var coarsening = new Coarsening(target.Grid, 2);
        var source = Enumerable.Range(0, count).Select(i =>
        {
            var coarse = new float[coarsening.Grid.Cells];
            coarsening.Apply(target.Read(i).AsSpan(0, target.Grid.Cells), coarse);
            return coarse;
        }).ToList();
        return new FieldPairs(new InMemoryFields(coarsening.Grid, [target.Variables[0]], source), target);
    }

    private static Tensor Encoded(VariationalAutoencoder network, IFieldSet fields, Normalisation normalisation)
    {
        using var batch = new FieldBatches(fields, normalisation, fields.Count, CPU).ReadAll().Single();
        return network.Encode(batch.Fields).Mean; // (T, k)
    }

    private static Dictionary<string, float[]> Weights(VariationalAutoencoder network) =>
        network.state_dict().ToDictionary(p => p.Key, p => p.Value.data<float>().ToArray());

    private ModelCard Card(Converter converter) => new()
    {
        Spec = VaeSpec.Default(Latents),
        Grid = _model.Grid,
        Variables = _model.Variables,
        Normalisation = Halved,
        ResidualCorrelation = converter.Model.Prior.ResidualCorrelation,
        Conversion = new ConversionCard { Grid = converter.SourceGrid, Variables = converter.SourceVariables, Normalisation = converter.SourceNormalisation, Model = "m.safetensors", ModelHash = "0" },
        Provenance = new Provenance { Command = "test" },
        Scores = new Dictionary<string, double>(),
    };
}
