using VaeDa.Archives;
using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// What an assimilation needs to know of an autoencoder beyond its weights, measured and not assumed: the prior of the
/// latents on the training fields, the generator's error by place and its correlation on fields held out from training.
/// </summary>
public sealed class Calibration : IDisposable
{
    /// <summary>μ, (k).</summary>
    public required Tensor LatentMean { get; init; }

    /// <summary>Diagonal of B, (k): the variance of the encoded training fields, their posterior variance included.</summary>
    public required Tensor LatentVariance { get; init; }

    /// <summary>σ_dec, (V, H, W), units of the variables: root mean square of x − D(E(x)); NaN where no field had a value.</summary>
    public required float[] GeneratorError { get; init; }

    /// <summary>Correlation of the generator's error in space.</summary>
    public required SpatialCorrelation ResidualCorrelation { get; init; }

    /// <param name="autoencoder">Trained.</param>
    /// <param name="training">The fields it was trained on.</param>
    /// <param name="heldOut">Fields it was not trained on.</param>
    public static Calibration Of(IAutoencoder autoencoder, IFieldSet training, IFieldSet heldOut, Normalisation normalisation, Device device, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(normalisation);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var k = autoencoder.LatentSize;
        var (sum, squares) = (zeros(k, float64), zeros(k, float64)); // (k)
        foreach (var batch in new FieldBatches(training, normalisation, 256, device).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var (mean, logVariance) = autoencoder.Encode(batch.Fields); // (B, k)
            sum.add_(mean.sum(0, type: float64).cpu());
            squares.add_((mean.square() + logVariance.exp()).sum(0, type: float64).cpu());
        }

        var latentMean = sum / training.Count; // (k)
        var residuals = Residuals(autoencoder, heldOut, normalisation, device, cancellation); // (T, N)
        var present = residuals.isfinite(); // (T, N)
        var error = (residuals.nan_to_num(0).square().sum([0]) / present.sum([0])).sqrt(); // (N)
        // A place that the generator always gets right (sea ice at a constant temperature) still has the rounding of the archive.
        var typical = error.nan_to_num(0).mean();
        error = error.maximum(1e-3 * typical); // (N), NaN stays
        return new Calibration
        {
            LatentMean = latentMean.to(float32).MoveToOuterDisposeScope(),
            LatentVariance = (squares / training.Count - latentMean.square()).to(float32).MoveToOuterDisposeScope(),
            GeneratorError = error.data<float>().ToArray(),
            ResidualCorrelation = SpatialCorrelationFit.Of(residuals / error, heldOut.Grid),
        };
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
    }
}
