using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Model.Autoencoders;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// Measures a trained autoencoder's <see cref="PriorStatistics"/>: the prior of the latents and the seasons on the training
/// fields, the generator's error by place, its patterns and the correlation of the rest on fields held out from training.
/// </summary>
/// <remarks>
/// All of it in normalised units: there variables can be set beside each other, whatever units they come in. The variables'
/// units are applied to what is handed out.
/// </remarks>
public static class PriorEstimator
{
    private const long MostResidualValues = 64_000_000;

    // Counted from the training fields where so many or more are missing.
    private const int ValuesOfTraining = 10;

    // Of the variance of what the patterns were taken from.
    private const double LeastRemainder = 0.1;

    // Of the area that the fullest field has values on: the latents of emptier fields are more the prior's than the field's.
    private const double FullEnough = 0.5;

    /// <summary>Measures the prior statistics of an autoencoder, in a few passes over the fields.</summary>
    /// <param name="autoencoder">The autoencoder, trained; it stays the caller's.</param>
    /// <param name="training">The fields that it was trained on.</param>
    /// <param name="heldOut">Fields that it was not trained on, of the same grid and variables; all their residuals are held in memory.</param>
    /// <param name="normalisation">The scale and offset of each variable, from units to what the autoencoder reads and makes.</param>
    /// <param name="device">The device that the autoencoder's weights are on.</param>
    /// <param name="patterns">Whether the error is to have patterns of its own, or a correlation with distance alone.</param>
    /// <param name="cancellation">Breaks off between batches of fields.</param>
    /// <returns>The statistics, of the whole year and with their seasons; the caller's own.</returns>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static PriorStatistics Of(IAutoencoder autoencoder, IFieldSet training, IFieldSet heldOut, Normalisation normalisation, Device device, bool patterns = true, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(autoencoder);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(normalisation);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var learnt = Encoded(autoencoder, training, normalisation, device, cancellation); // T of (k)
        var least = FullEnough * learnt.Area.Max(); // of all cells
        var (encoded, uncertainty, times) = Full(learnt, training, least); // (T, k), (T, k), (T)
        var (heldOutEncoded, heldOutUncertainty, heldOutTimes) = Full(Encoded(autoencoder, heldOut, normalisation, device, cancellation), heldOut, least); // (S, k), (S, k), (S)
        var mean = encoded.mean([0]); // (k)
        var squares = (encoded - mean).square() + uncertainty; // (T, k)
        var variance = squares.mean([0]); // (k)
        // One factor for all latents: a single one's variance on few held-out fields is noise.
        var growth = heldOutTimes.Length == 0 ? ones(1, float64).squeeze() : (((heldOutEncoded - mean).square() + heldOutUncertainty).mean([0]) / variance.clamp_min(1e-12)).mean(); // ()
        var some = Sample(training); // T'
        var (regression, generatedSeason) = RegressionOf(autoencoder, some, normalisation, device, cancellation);
        using var derivatives = DerivativesOf(autoencoder, mean.to(float32).to(device)); // (k, N)
        var area = tensor(training.Grid.AreaWeights()).repeat(training.Variables.Count); // (N)
        var latentSeason = SeasonalCovariance.Of(encoded - mean, uncertainty.mean([0]), times, heldOutEncoded - mean, heldOutTimes, growth, generatedSeason, derivatives, area);
        var sample = Residuals(autoencoder, some, normalisation, regression, device, cancellation); // T' of (N)
        var heldOutResiduals = Residuals(autoencoder, heldOut, normalisation, regression, device, cancellation); // S of (N)
        var errorSeason = SeasonOf(sample);
        WithoutSeason(sample, errorSeason);
        WithoutSeason(heldOutResiduals, errorSeason);
        var residuals = stack(Enumerable.Range(0, heldOut.Count).Select(t => tensor(heldOutResiduals[t])).ToList()); // (S, N)
        var (p, remainder) = patterns
            ? ResidualPatternFit.Of(sample, residuals, cancellation)
            : (zeros(0, residuals.shape[1]), residuals); // (m, N), (S, N)
        var error = ErrorOf(residuals, p, remainder, sample); // (N)
        // A place that the generator always gets right (sea ice at a constant temperature) still has the rounding of the archive.
        var typical = error.nan_to_num(0).mean();
        error = error.maximum(1e-3 * typical); // (N), NaN stays
        var correlation = SpatialCorrelationFit.Of(remainder / error, heldOut.Grid);
        var total = (error.square() + p.square().sum([0])).sqrt(); // (N)
        var weight = p.shape[0] == 0 ? 1 : PatternWeight.Of(residuals, p, total, correlation, heldOut.Grid);
        var units = tensor(normalisation.Scale.Select(s => (float)s).ToArray()).repeat_interleave(heldOut.Grid.Cells); // (N)
        return new PriorStatistics
        {
            LatentMean = mean.to(float32).MoveToOuterDisposeScope(),
            LatentVariance = (variance * growth).to(float32).MoveToOuterDisposeScope(),
            GeneratorError = (total * units).data<float>().ToArray(),
            ResidualPatterns = new ResidualPatterns(p * Math.Sqrt(weight) * units),
            ResidualCorrelation = correlation,
            LatentSeason = latentSeason,
            GeneratorRegression = regression,
            ErrorSeason = errorSeason,
        };
    }

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
    /// <param name="autoencoder">Trained.</param>
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

    /// <summary>
    /// Root mean square of the remainder by place, NaN where there is no value at all. Where values are missing, it has in it that of the
    /// training fields: of a few values alone it might be next to nothing.
    /// </summary>
    /// <param name="residuals">Held out, (S, N).</param>
    /// <param name="patterns">P, (m, N).</param>
    /// <param name="remainder">What they leave of the residuals, (S, N).</param>
    /// <param name="training">The residuals of the training fields.</param>
    /// <returns>(N)</returns>
    private static Tensor ErrorOf(Tensor residuals, Tensor patterns, Tensor remainder, InMemoryFields training)
    {
        using var scope = NewDisposeScope();
        var present = remainder.isfinite(); // (S, N)
        var (squares, values) = (remainder.nan_to_num(0).square().sum([0]), present.sum([0])); // (N), (N)
        var missing = (present.any(1).sum().clamp_min(1) - values).clamp_max(ValuesOfTraining); // (N)
        if (!missing.any().item<bool>())
        {
            return (squares / values).sqrt().MoveToOuterDisposeScope(); // (N)
        }

        var of = MeanSquares(training); // (N), NaN where there is no value
        var (known, learnt) = (of.isfinite(), of.nan_to_num(0)); // (N), (N)
        // How much larger residuals are on fields held out: not at all, unless their values say so.
        var few = ValuesOfTraining * learnt.sum() / known.sum().clamp_min(1); // ()
        var growth = (((residuals.nan_to_num(0).square().sum([0]) * known).sum() + few) / ((values * learnt).sum() + few)).nan_to_num(1); // ()
        var expected = growth * learnt; // (N)
        var prior = (expected - patterns.square().sum([0])).maximum(LeastRemainder * expected); // (N)
        var counted = missing * known; // (N)
        return ((squares + counted * prior) / (values + counted)).sqrt().MoveToOuterDisposeScope(); // (N)
    }

    /// <returns>(N), NaN where there is no value.</returns>
    private static Tensor MeanSquares(InMemoryFields fields)
    {
        var (sums, counts) = (new double[fields.FieldLength()], new int[fields.FieldLength()]); // (N), (N)
        for (var t = 0; t < fields.Count; t++)
        {
            var field = fields[t];
            for (var x = 0; x < field.Length; x++)
            {
                if (float.IsFinite(field[x]))
                {
                    sums[x] += (double)field[x] * field[x];
                    counts[x]++;
                }
            }
        }

        return tensor([.. sums.Zip(counts, (sum, count) => (float)(sum / count))]);
    }

    /// <summary>Mean and variance of q(z|x) of each field, (T, k) each, double precision, on the CPU; and the area that it has values on, (T).</summary>
    private static (Tensor Mean, Tensor Variance, IReadOnlyList<float> Area) Encoded(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (means, variances, area) = (new List<Tensor>(), new List<Tensor>(), new List<float>());
        foreach (var batch in new FieldBatches(fields, normalisation, 256, device).ReadAll())
        {
            using var owned = batch;
            using var inner = NewDisposeScope();
            cancellation.ThrowIfCancellationRequested();
            var (mean, logVariance) = autoencoder.Encode(autoencoder.Filled(batch)); // (B, k)
            means.Add(mean.cpu().to(float64).MoveToOuterDisposeScope());
            variances.Add(logVariance.exp().cpu().to(float64).MoveToOuterDisposeScope());
            area.AddRange(batch.Weights.flatten(1).mean([1]).expand(batch.Fields.shape[0]).contiguous().cpu().data<float>());
        }

        return (cat(means).MoveToOuterDisposeScope(), cat(variances).MoveToOuterDisposeScope(), area);
    }

    /// <summary>The same of the fields that have values on so much of the area, and their times.</summary>
    private static (Tensor Mean, Tensor Variance, DateTime[] Times) Full((Tensor Mean, Tensor Variance, IReadOnlyList<float> Area) encoded, IFieldSet fields, double least)
    {
        long[] full = [.. Enumerable.Range(0, fields.Count).Where(t => encoded.Area[t] > 0 && encoded.Area[t] >= least).Select(t => (long)t)];
        return full.Length == fields.Count
            ? (encoded.Mean, encoded.Variance, TimesOf(fields))
            : (encoded.Mean.index_select(0, tensor(full)), encoded.Variance.index_select(0, tensor(full)), Array.ConvertAll(full, t => fields.TimeOf((int)t)));
    }

    /// <summary>As many training fields, evenly spread, as memory is to hold.</summary>
    private static FieldSubset Sample(IFieldSet training)
    {
        var count = (int)Math.Min(training.Count, Math.Max(1, MostResidualValues / training.FieldLength()));
        return new FieldSubset(training, [.. Enumerable.Range(0, count).Select(i => (int)((long)i * training.Count / count))]);
    }

    /// <summary>x − β D(E(x)) of each field, normalised units, NaN where there is no value.</summary>
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

    /// <summary>Each field x and D(E(x)), (N) each, normalised units about a zero anomaly, NaN where there is no value.</summary>
    private static IEnumerable<(float[] Field, float[] Generated)> Generated(IAutoencoder autoencoder, IFieldSet fields, Normalisation normalisation, Device device, CancellationToken cancellation)
    {
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
            var pair = stack([batch.Fields, autoencoder.Decode(autoencoder.Encode(autoencoder.Filled(batch)).Mean)], 1); // (B, 2, V, H, W)
            pair = (pair - offset).masked_fill(absent.unsqueeze(1), float.NaN).flatten(2).cpu(); // (B, 2, N)
            return [.. pair.unbind(0).Select(both => (both[0].data<float>().ToArray(), both[1].data<float>().ToArray()))];
        }
    }
}
