using VaeDa.Archives;
using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// What an assimilation needs to know of an autoencoder beyond its weights, measured but for one inflation: the prior of the
/// latents on the training fields, the generator's error by place, its patterns and the correlation of the rest on fields
/// held out from training.
/// </summary>
public sealed class Calibration : IDisposable
{
    private const long MostResidualValues = 64_000_000;

    // The analysis takes the generator's error for independent of the state, and it is not quite: what is unusual is
    // generated worse. Without this the bundled model's ensemble is 5 to 10% too narrow on the mid and dense networks.
    internal const double Inflation = 1.2;

    /// <summary>μ, (k).</summary>
    public required Tensor LatentMean { get; init; }

    /// <summary>Diagonal of B, (k): the variance of the encoded training fields, scaled to that of fields held out.</summary>
    public required Tensor LatentVariance { get; init; }

    /// <summary>σ_dec, (V, H, W), units of the variables: standard deviation of x − D(E(x)), inflated where there are patterns; NaN where no field had a value.</summary>
    public required float[] GeneratorError { get; init; }

    /// <summary>P, (m, N), units of the variables: patterns of the generator's error, of amplitudes with variance 1; m may be 0.</summary>
    public Tensor ResidualPatterns { get; init; } = zeros(0, 0).DetachFromDisposeScope();

    /// <summary>Correlation in space of what the patterns leave of the generator's error.</summary>
    public required SpatialCorrelation ResidualCorrelation { get; init; }

    /// <summary>Standard deviation of what the patterns leave of the generator's error, (V, H, W): σ_dec² = Σ P² + this².</summary>
    public float[] RemainderError()
    {
        if (ResidualPatterns.shape[0] == 0)
        {
            return GeneratorError;
        }

        using var scope = NewDisposeScope();
        var explained = ResidualPatterns.square().sum([0]); // (N)
        return (tensor(GeneratorError).square() - explained).clamp_min(0).sqrt().data<float>().ToArray();
    }

    /// <param name="autoencoder">Trained.</param>
    /// <param name="training">The fields it was trained on.</param>
    /// <param name="heldOut">Fields it was not trained on.</param>
    /// <param name="patterns">Whether the error has patterns of its own, or a correlation with distance alone.</param>
    public static Calibration Of(IAutoencoder autoencoder, IFieldSet training, IFieldSet heldOut, Normalisation normalisation, Device device, bool patterns = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(normalisation);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (mean, variance) = LatentMoments(autoencoder, training, normalisation, device, cancellation); // (k)
        var (heldOutMean, heldOutVariance) = LatentMoments(autoencoder, heldOut, normalisation, device, cancellation); // (k)
        // One factor for all latents: a single one's variance on few held-out fields is noise.
        var growth = ((heldOutVariance + (heldOutMean - mean).square()) / variance.clamp_min(1e-12)).mean(); // ()
        var residuals = Residuals(autoencoder, heldOut, normalisation, device, cancellation); // (S, N)
        var (p, remainder) = patterns
            ? Model.ResidualPatterns.Of(Sample(autoencoder, training, normalisation, device, cancellation), residuals, normalisation.Scale, cancellation)
            : (zeros(0, residuals.shape[1]), residuals); // (m, N), (S, N)
        var present = remainder.isfinite(); // (S, N)
        var error = (remainder.nan_to_num(0).square().sum([0]) / present.sum([0])).sqrt(); // (N)
        // A place that the generator always gets right (sea ice at a constant temperature) still has the rounding of the archive.
        var typical = error.nan_to_num(0).mean();
        error = error.maximum(1e-3 * typical); // (N), NaN stays
        var correlation = SpatialCorrelationFit.Of(remainder / error, heldOut.Grid);
        var total = (error.square() + p.square().sum([0])).sqrt(); // (N)
        var weight = p.shape[0] == 0 ? 1 : PatternWeight.Of(residuals, p, total, correlation, heldOut.Grid);
        var inflation = p.shape[0] == 0 ? 1 : Inflation;
        return new Calibration
        {
            LatentMean = mean.to(float32).MoveToOuterDisposeScope(),
            LatentVariance = (variance * growth).to(float32).MoveToOuterDisposeScope(),
            GeneratorError = (total * Math.Sqrt(inflation)).data<float>().ToArray(),
            ResidualPatterns = (p * Math.Sqrt(inflation * weight)).MoveToOuterDisposeScope(),
            ResidualCorrelation = correlation,
        };
    }

    /// <summary>Mean and variance of the encoded fields, (k) each.</summary>
    private static (Tensor Mean, Tensor Variance) LatentMoments(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (sum, squares) = (zeros(autoencoder.LatentSize, float64), zeros(autoencoder.LatentSize, float64)); // (k)
        foreach (var batch in new FieldBatches(fields, normalisation, 256, device).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var (mean, logVariance) = autoencoder.Encode(batch.Fields); // (B, k)
            sum.add_(mean.sum(0, type: float64).cpu());
            squares.add_((mean.square() + logVariance.exp()).sum(0, type: float64).cpu());
        }

        var average = sum / fields.Count; // (k)
        return (average.MoveToOuterDisposeScope(), (squares / fields.Count - average.square()).MoveToOuterDisposeScope());
    }

    /// <summary>Residuals of as many training fields, evenly spread, as memory is to hold.</summary>
    private static InMemoryFields Sample(IAutoencoder autoencoder, IFieldSet training, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
        var count = (int)Math.Min(training.Count, Math.Max(1, MostResidualValues / training.FieldLength()));
        var sample = new FieldSubset(training, [.. Enumerable.Range(0, count).Select(i => (int)((long)i * training.Count / count))]);
        using var residuals = Residuals(autoencoder, sample, normalisation, device, cancellation); // (T, N)
        return new InMemoryFields(training.Grid, training.Variables, [.. Enumerable.Range(0, count).Select(i => residuals[i].data<float>().ToArray())]);
    }

    /// <summary>x − D(E(x)) of each field, (T, N), units of the variables, NaN where there is no value; on the CPU.</summary>
    private static Tensor Residuals(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var scale = tensor(normalisation.Scale.Select(s => (float)s).ToArray(), device: device).reshape(1, -1, 1, 1); // (1, V, 1, 1)
        var rows = new List<Tensor>();
        foreach (var batch in new FieldBatches(fields, normalisation, 64, device).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var residual = (batch.Fields - autoencoder.Decode(autoencoder.Encode(batch.Fields).Mean)) * scale; // (B, V, H, W)
            rows.Add(residual.masked_fill(batch.Weights.expand_as(residual) == 0, float.NaN).flatten(1).cpu().MoveToOuterDisposeScope()); // (B, N)
        }

        return cat(rows).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        LatentMean.Dispose();
        LatentVariance.Dispose();
        ResidualPatterns.Dispose();
    }
}
