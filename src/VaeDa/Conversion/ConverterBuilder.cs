using TorchSharp;
using VaeDa.Archives;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Conversion;

/// <summary>
/// From pairs of fields to a converter: a new encoder, of the source's fields, is trained onto a model's frozen generator.
/// It starts at the linear regression of the model's own latents on the source's EOFs, so that it need not end worse. In order:
/// <see cref="Network"/>, training by <see cref="Trainer"/>, <see cref="Finish"/>.
/// </summary>
public sealed class ConverterBuilder : IDisposable
{
    private const int BatchSize = 128;
    private const int MostModes = 400;
    private const long MostErrorValues = 64_000_000;

    private readonly GenerativeModel _target;
    private readonly VariationalAutoencoder _generating;
    private readonly FieldPairs _training;
    private readonly FieldPairs _validation;
    private readonly EofBasis _eofs;
    private readonly CancellationToken _cancellation;

    /// <summary>Begins a converter, with a first pass over the training fields of the source for their EOFs.</summary>
    /// <param name="target">
    /// The model whose generator makes the fields: a VAE of the whole year, loaded with its encoder. It stays the caller's, and must
    /// live as long as the builder.
    /// </param>
    /// <param name="training">The pairs of fields that are learnt from; the target's are of the model's grid and variables.</param>
    /// <param name="validation">The pairs that choose ridges and the epoch, and on which the error is measured.</param>
    /// <param name="cancellation">Breaks off this and all later steps between batches of fields.</param>
    /// <exception cref="InvalidInputException">There are too few pairs for the model's latents.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public ConverterBuilder(GenerativeModel target, FieldPairs training, FieldPairs validation, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(validation);
        (_target, _training, _validation, _cancellation) = (target, training, validation, cancellation);
        _generating = (VariationalAutoencoder)target.Autoencoder;
        Modes = Math.Min(MostModes, Math.Min(training.Count, training.Source.FieldLength()) / 2);
        if (Modes < target.LatentSize || validation.Count < 2)
        {
            throw new InvalidInputException($"{target.LatentSize} latents need at least {2 * target.LatentSize} training times (and source cells) and 2 validation times; there are {training.Count} ({training.Source.FieldLength()} cells) and {validation.Count} that both archives have");
        }

        SourceNormalisation = ModelBuilder.NormalisationFor(VaeSpec.Default(), training.Source);
        _eofs = EofBasis.Of(training.Source, SourceNormalisation, Modes, cancellation);
    }

    /// <summary>The number of EOFs of the source that the regressions use.</summary>
    public int Modes { get; }

    /// <summary>
    /// The scale and offset of each variable of the source, from its units to the numbers that the encoder reads: the area-weighted
    /// root mean square of the training anomalies, and 0.
    /// </summary>
    public Normalisation SourceNormalisation { get; }

    /// <summary>The new encoder at its start, before the frozen generator: what is to be trained.</summary>
    /// <param name="seed">The seed of the encoder's first weights.</param>
    /// <returns>The network, on the model's device; the caller's own until <see cref="Finish"/>.</returns>
    /// <exception cref="InvalidOperationException">The model was loaded without its encoder.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public VariationalAutoencoder Network(long seed)
    {
        using var scope = NewDisposeScope();
        using var start = Regression(Modes, batch => _generating.Encode(_generating.Filled(batch)).Mean);
        var (weight, bias) = start.AsLinear(); // (k, N'), (k)
        var network = new VariationalAutoencoder(_generating.Spec, _training.Source.Grid, _training.Source.Variables.Count, _target.Grid, _target.Variables.Count, seed);
        network.StartAt(_generating, weight, bias, tensor([.. start.HeldOutVariance]));
        network.to(_target.Device);
        MeasureVariance(network);
        return network;
    }

    /// <summary>
    /// The linear rival of the converter: interpolation of the variables that both data sets have, and regression on the source's
    /// EOFs of the rest. The error of its model's prior statistics is not its own, but that of the target's model.
    /// </summary>
    /// <param name="modes">The number of EOFs to use, at most <see cref="Modes"/>.</param>
    /// <returns>A converter that cannot be saved; the caller's own.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Converter Linear(int modes) => Regressed(new ClimatologyAutoencoder(_target.Grid, _target.Normalisation.Offset), modes);

    /// <summary>What follows training: fits the regression for what the generator cannot make, and measures the error of the whole.</summary>
    /// <param name="network">The network of <see cref="Network"/>, trained; the converter's own from here, disposed with it.</param>
    /// <returns>The converter; the caller's own.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Converter Finish(VariationalAutoencoder network)
    {
        ArgumentNullException.ThrowIfNull(network);
        var converter = Regressed(network, Modes);
        var errors = converter.Errors(_validation, _cancellation);
        // The errors are fields of their own, about which nothing is known but what they are: a generator that says nothing leaves all of them.
        using var nothing = new ClimatologyAutoencoder(_target.Grid, _target.Normalisation.Offset);
        using var measured = PriorEstimator.Of(nothing, converter.Errors(Sample(_training), _cancellation), errors, _target.Normalisation, CPU, patterns: true, _cancellation);
        return converter.With(WithError(measured));
    }

    /// <inheritdoc/>
    public void Dispose() => _eofs.Dispose();

    /// <summary>Not calibrated: its error is that of the target's model.</summary>
    private Converter Regressed(IAutoencoder network, int modes)
    {
        using var scope = NewDisposeScope();
        var generating = Of(null);
        var scale = tensor(_target.Normalisation.Scale.Select(s => (float)s).ToArray()).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        var offset = tensor(_target.Normalisation.Offset.Select(o => (float)o).ToArray()).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        return Of(Regression(modes, batch => ((batch.Weights.cpu() > 0) * (batch.Fields.cpu() - offset - generating.Generate(batch).reshape(batch.Fields.shape) / scale)).flatten(1))); // (B, N)

        Converter Of(SourceRegression? regression) => new(
            new GenerativeModel(network, _target.Grid, _target.Variables, _target.Normalisation, WithError(_target.Prior), _target.ClimatologicalStandardDeviation, _target.Device),
            _training.Source.Grid,
            _training.Source.Variables,
            SourceNormalisation,
            regression);
    }

    /// <summary>The model's prior with another error.</summary>
    private PriorStatistics WithError(PriorStatistics error) => new()
    {
        LatentMean = _target.Prior.LatentMean.clone().DetachFromDisposeScope(), // (k)
        LatentVariance = _target.Prior.LatentVariance.clone().DetachFromDisposeScope(), // (k)
        GeneratorError = error.GeneratorError, // (V, H, W)
        ResidualPatterns = error.ResidualPatterns.Times(null),
        ResidualCorrelation = error.ResidualCorrelation,
        ErrorSeason = error.ErrorSeason,
    };

    private SourceRegression Regression(int modes, Func<FieldBatch, Tensor> outputs) => SourceRegression.Fit(
        Batches(_training), Batches(_validation), _eofs, modes, modes == Modes ? SourceRegression.Ridges : [SourceRegression.Ridges[0]], outputs, _cancellation);

    private FieldBatches Batches(FieldPairs pairs) => new(
        pairs.Target, _target.Normalisation, BatchSize, _target.Device, new FieldBatches(pairs.Source, SourceNormalisation, BatchSize, _target.Device));

    // The loss at the start is to be that of the start, not of the model whose generator it is.
    private void MeasureVariance(VariationalAutoencoder network)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (squares, weight) = (zeros_like(network.DecoderLogVariance), zeros_like(network.DecoderLogVariance)); // (V)
        foreach (var batch in Batches(_validation).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            var weights = batch.Weights.expand_as(batch.Fields); // (B, V, H, W)
            squares.add_((weights * (batch.Fields - network.Decode(network.Encode(batch.Inputs).Mean)).square()).sum([0, 2, 3]));
            weight.add_(weights.sum([0, 2, 3]));
        }

        network.DecoderLogVariance.copy_((squares / weight).clamp_min(1e-12).log());
    }

    private static FieldPairs Sample(FieldPairs pairs)
    {
        var count = (int)Math.Clamp(MostErrorValues / pairs.Target.FieldLength(), 1, pairs.Count);
        return pairs.Subset([.. Enumerable.Range(0, count).Select(i => (int)((long)i * pairs.Count / count))]);
    }
}
