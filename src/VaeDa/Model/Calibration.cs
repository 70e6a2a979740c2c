using VaeDa.Archives.Batches;
using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// What an assimilation needs to know of an autoencoder beyond its weights, all measured: the prior of the
/// latents and the seasons on the training fields, the generator's error by place, its patterns and the correlation of the
/// rest on fields held out from training.
/// </summary>
public sealed class Calibration : IDisposable
{
    private const long MostResidualValues = 64_000_000;

    /// <summary>μ, (k).</summary>
    public required Tensor LatentMean { get; init; }

    /// <summary>Diagonal of B, (k): the variance of the encoded training fields, scaled to that of fields held out.</summary>
    public required Tensor LatentVariance { get; init; }

    /// <summary>σ_dec, (V, H, W), units of the variables: standard deviation of x − β D(E(x)); NaN where no field had a value.</summary>
    public required float[] GeneratorError { get; init; }

    /// <summary>P: patterns of the generator's error; none by default.</summary>
    public ErrorPatterns ResidualPatterns { get; init; } = ErrorPatterns.None;

    /// <summary>Correlation in space of what the patterns leave of the generator's error.</summary>
    public required SpatialCorrelation ResidualCorrelation { get; init; }

    /// <summary>B through the year; none by default.</summary>
    public SeasonalCovariance LatentSeason { get; init; } = SeasonalCovariance.None(0);

    /// <summary>β: what a generated value is worth by place and time of the year, (N); 1 by default.</summary>
    public SeasonalRegression GeneratorRegression { get; init; } = SeasonalRegression.None;

    /// <summary>How the generator's error changes through the year, (N), patterns and all; none by default.</summary>
    public SeasonalVariance ErrorSeason { get; init; } = SeasonalVariance.None;

    /// <summary>
    /// N: how many independent fields B and P are worth, as estimates; infinite where they are not known to err. An
    /// analysis is the less certain for it.
    /// </summary>
    public double EffectiveSampleSize { get; init; } = double.PositiveInfinity;

    /// <summary>Whether <see cref="At"/> depends on the time of the year.</summary>
    public bool IsSeasonal => LatentSeason.Changes || GeneratorRegression.Changes || ErrorSeason.Changes;

    /// <summary>Standard deviation of what the patterns leave of the generator's error, (V, H, W): σ_dec² = Σ P² + this².</summary>
    public float[] RemainderError()
    {
        if (ResidualPatterns.Count == 0)
        {
            return GeneratorError;
        }

        using var scope = NewDisposeScope();
        return (tensor(GeneratorError).square() - ResidualPatterns.Variance()).clamp_min(0).sqrt().data<float>().ToArray();
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
        var (encoded, uncertainty) = Encoded(autoencoder, training, normalisation, device, cancellation); // (T, k), (T, k)
        var (heldOutEncoded, heldOutUncertainty) = Encoded(autoencoder, heldOut, normalisation, device, cancellation); // (S, k), (S, k)
        var mean = encoded.mean([0]); // (k)
        var squares = (encoded - mean).square() + uncertainty; // (T, k)
        var variance = squares.mean([0]); // (k)
        // One factor for all latents: a single one's variance on few held-out fields is noise.
        var growth = (((heldOutEncoded - mean).square() + heldOutUncertainty).mean([0]) / variance.clamp_min(1e-12)).mean(); // ()
        var some = Sample(training); // T'
        var (regression, generatedSeason) = RegressionOf(autoencoder, some, normalisation, device, cancellation);
        using var derivatives = DerivativesOf(autoencoder, mean.to(float32).to(device)); // (k, N)
        var area = tensor(training.Grid.AreaWeights()).repeat(training.Variables.Count); // (N)
        var latentSeason = SeasonalCovariance.Of(encoded - mean, uncertainty.mean([0]), TimesOf(training), heldOutEncoded - mean, TimesOf(heldOut), growth, generatedSeason, derivatives, area);
        var sample = Residuals(autoencoder, some, normalisation, regression, device, cancellation); // T' of (N)
        var heldOutResiduals = Residuals(autoencoder, heldOut, normalisation, regression, device, cancellation); // S of (N)
        var errorSeason = SeasonOf(sample);
        WithoutSeason(sample, errorSeason);
        WithoutSeason(heldOutResiduals, errorSeason);
        var residuals = stack(Enumerable.Range(0, heldOut.Count).Select(t => tensor(heldOutResiduals[t])).ToList()); // (S, N)
        var (p, remainder) = patterns
            ? Model.ResidualPatterns.Of(sample, residuals, normalisation.Scale, cancellation)
            : (zeros(0, residuals.shape[1]), residuals); // (m, N), (S, N)
        var present = remainder.isfinite(); // (S, N)
        var error = (remainder.nan_to_num(0).square().sum([0]) / present.sum([0])).sqrt(); // (N)
        // A place that the generator always gets right (sea ice at a constant temperature) still has the rounding of the archive.
        var typical = error.nan_to_num(0).mean();
        error = error.maximum(1e-3 * typical); // (N), NaN stays
        var correlation = SpatialCorrelationFit.Of(remainder / error, heldOut.Grid);
        var total = (error.square() + p.square().sum([0])).sqrt(); // (N)
        var weight = p.shape[0] == 0 ? 1 : PatternWeight.Of(residuals, p, total, correlation, heldOut.Grid);
        return new Calibration
        {
            LatentMean = mean.to(float32).MoveToOuterDisposeScope(),
            LatentVariance = (variance * growth).to(float32).MoveToOuterDisposeScope(),
            GeneratorError = total.data<float>().ToArray(),
            ResidualPatterns = new ErrorPatterns(p * Math.Sqrt(weight)),
            ResidualCorrelation = correlation,
            LatentSeason = latentSeason,
            GeneratorRegression = regression,
            ErrorSeason = errorSeason,
        };
    }

    /// <summary>As it is at a time of the year, for latents u with the prior N(0, I) where B has a season.</summary>
    /// <param name="time">Null for the mean of the year.</param>
    /// <returns>New, the caller's own, without seasons; L of z = μ + L u, (k, k), double precision, or null where u is z; and β, (N), or null where it is 1.</returns>
    public (Calibration Calibration, Tensor? Factor, float[]? Regression) At(DateTime? time)
    {
        using var scope = NewDisposeScope();
        var factor = time is { } t && LatentSeason.Changes ? linalg.cholesky(LatentSeason.At(t)) : null; // (k, k)
        var deviation = time is { } when && ErrorSeason.Changes ? ErrorSeason.DeviationAt(when) : null; // (N)
        var calibration = new Calibration
        {
            LatentMean = (factor is null ? LatentMean.clone() : zeros_like(LatentMean)).MoveToOuterDisposeScope(), // (k)
            LatentVariance = (factor is null ? LatentVariance.clone() : ones_like(LatentVariance)).MoveToOuterDisposeScope(), // (k)
            GeneratorError = deviation is null ? GeneratorError : Times(GeneratorError, deviation), // (N)
            ResidualPatterns = ResidualPatterns.Times(deviation),
            ResidualCorrelation = ResidualCorrelation,
            EffectiveSampleSize = EffectiveSampleSize,
        };
        return (calibration, factor?.MoveToOuterDisposeScope(), time is { } then && GeneratorRegression.Changes ? GeneratorRegression.At(then) : null);
    }

    /// <summary>The same with a larger or smaller error of the generator.</summary>
    /// <param name="deviation">What its standard deviation is multiplied by at each place, (V, H, W).</param>
    /// <param name="effectiveSampleSize">N; as it is by default.</param>
    /// <returns>New, the caller's own.</returns>
    public Calibration Inflated(float[] deviation, double? effectiveSampleSize = null)
    {
        ArgumentNullException.ThrowIfNull(deviation);
        using var scope = NewDisposeScope();
        return new Calibration
        {
            LatentMean = LatentMean.clone().MoveToOuterDisposeScope(), // (k)
            LatentVariance = LatentVariance.clone().MoveToOuterDisposeScope(), // (k)
            GeneratorError = Times(GeneratorError, deviation), // (N)
            ResidualPatterns = ResidualPatterns.Times(deviation),
            ResidualCorrelation = ResidualCorrelation,
            LatentSeason = SeasonalCovariance.From(LatentSeason.Monthly.clone()), // (12 or 0, k, k)
            GeneratorRegression = GeneratorRegression,
            ErrorSeason = ErrorSeason,
            EffectiveSampleSize = effectiveSampleSize ?? EffectiveSampleSize,
        };
    }

    private static float[] Times(float[] error, float[] deviation) => [.. error.Zip(deviation, (e, d) => e * d)];

    /// <summary>β, and the season of what is generated, of fields from their own latents.</summary>
    private static (SeasonalRegression Regression, SeasonalVariance Season) RegressionOf(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
        if (!SeasonalVariance.IsToldBy(TimesOf(fields)))
        {
            return (SeasonalRegression.None, SeasonalVariance.None);
        }

        var (products, squares) = (new SeasonalSquares(fields.FieldLength()), new SeasonalSquares(fields.FieldLength()));
        var t = 0;
        foreach (var (field, generated) in Generated(autoencoder, fields, normalisation, device, cancellation))
        {
            var time = fields.TimeOf(t++);
            products.Add(field, generated, time);
            squares.Add(generated, time);
        }

        return (SeasonalRegression.Of(products, squares), SeasonalVariance.Of(squares));
    }

    /// <summary>∂D/∂z: those of the linear path, or differences over ±1 about a state.</summary>
    /// <param name="mean">μ, (k).</param>
    /// <returns>(k, N)</returns>
    private static Tensor DerivativesOf(IAutoencoder autoencoder, Tensor mean)
    {
        using var scope = NewDisposeScope();
        return autoencoder.LinearPatterns is { } patterns
            ? patterns.cpu().alias().MoveToOuterDisposeScope()
            : stack(eye(mean.shape[0], device: mean.device).unbind(0).Select(step =>
            {
                using var inner = NewDisposeScope();
                var ends = autoencoder.Decode(mean + stack([step, -step])).flatten(1).cpu(); // (2, N)
                return (0.5 * (ends[0] - ends[1])).MoveToOuterDisposeScope(); // (N)
            }).ToList()).MoveToOuterDisposeScope(); // (k, N)
    }

    private static SeasonalVariance SeasonOf(InMemoryFields residuals)
    {
        var squares = new SeasonalSquares(residuals.FieldLength());
        for (var t = 0; t < residuals.Count; t++)
        {
            squares.Add(residuals[t], residuals.TimeOf(t));
        }

        return SeasonalVariance.Of(squares);
    }

    /// <summary>Divides residuals by how much larger they are at their time of the year: what remains is of one season.</summary>
    private static void WithoutSeason(InMemoryFields residuals, SeasonalVariance season)
    {
        for (var t = 0; t < residuals.Count && season.Changes; t++)
        {
            var (field, deviation) = (residuals[t], season.DeviationAt(residuals.TimeOf(t)));
            for (var x = 0; x < field.Length; x++)
            {
                field[x] /= deviation[x];
            }
        }
    }

    private static DateTime[] TimesOf(IFieldSet fields) => [.. Enumerable.Range(0, fields.Count).Select(fields.TimeOf)];

    /// <summary>Mean and variance of q(z|x) of each field, (T, k) each, double precision; on the CPU.</summary>
    private static (Tensor Mean, Tensor Variance) Encoded(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (means, variances) = (new List<Tensor>(), new List<Tensor>());
        foreach (var batch in new FieldBatches(fields, normalisation, 256, device).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var (mean, logVariance) = autoencoder.Encode(batch.Fields); // (B, k)
            means.Add(mean.cpu().to(float64).MoveToOuterDisposeScope());
            variances.Add(logVariance.exp().cpu().to(float64).MoveToOuterDisposeScope());
        }

        return (cat(means).MoveToOuterDisposeScope(), cat(variances).MoveToOuterDisposeScope());
    }

    /// <summary>As many training fields, evenly spread, as memory is to hold.</summary>
    private static FieldSubset Sample(IFieldSet training)
    {
        var count = (int)Math.Min(training.Count, Math.Max(1, MostResidualValues / training.FieldLength()));
        return new FieldSubset(training, [.. Enumerable.Range(0, count).Select(i => (int)((long)i * training.Count / count))]);
    }

    /// <summary>x − β D(E(x)) of each field, units of the variables, NaN where there is no value.</summary>
    private static InMemoryFields Residuals(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, SeasonalRegression regression, Device device, CancellationToken cancellation)
    {
        var rows = new List<float[]>();
        foreach (var (field, generated) in Generated(autoencoder, fields, normalisation, device, cancellation))
        {
            var beta = regression.Changes ? regression.At(fields.TimeOf(rows.Count)) : null; // (N)
            for (var x = 0; x < field.Length; x++)
            {
                field[x] -= (beta?[x] ?? 1) * generated[x];
            }

            rows.Add(field);
        }

        return new InMemoryFields(fields.Grid, fields.Variables, rows, TimesOf(fields));
    }

    /// <summary>Each field x and D(E(x)), (N) each, units of the variables, NaN where there is no value.</summary>
    private static IEnumerable<(float[] Field, float[] Generated)> Generated(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
        using var scale = tensor(normalisation.Scale.Select(s => (float)s).ToArray(), device: device).reshape(1, -1, 1, 1).DetachFromDisposeScope(); // (1, V, 1, 1)
        using var offset = tensor(normalisation.Offset.Select(o => (float)o).ToArray(), device: device).reshape(1, -1, 1, 1).DetachFromDisposeScope(); // (1, V, 1, 1)
        foreach (var batch in new FieldBatches(fields, normalisation, 64, device).ReadAll())
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var pair in Pairs(batch))
            {
                yield return pair;
            }
        }

        List<(float[], float[])> Pairs(FieldBatch batch)
        {
            using var owned = batch;
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            var absent = batch.Weights.expand_as(batch.Fields) == 0; // (B, V, H, W)
            var pair = stack([batch.Fields, autoencoder.Decode(autoencoder.Encode(batch.Fields).Mean)], 1); // (B, 2, V, H, W)
            pair = ((pair - offset) * scale).masked_fill(absent.unsqueeze(1), float.NaN).flatten(2).cpu(); // (B, 2, N)
            return [.. pair.unbind(0).Select(both => (both[0].data<float>().ToArray(), both[1].data<float>().ToArray()))];
        }
    }

    public void Dispose()
    {
        LatentMean.Dispose();
        LatentVariance.Dispose();
        ResidualPatterns.Dispose();
        LatentSeason.Dispose();
    }
}
