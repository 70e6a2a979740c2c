using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// What an assimilation needs to know of an autoencoder beyond its weights, all measured: the prior of the
/// latents and the seasons on the training fields, the generator's error by place, its patterns and the correlation of the
/// rest on fields held out from training. <see cref="PriorEstimator"/> measures them.
/// </summary>
public sealed class PriorStatistics : IDisposable
{
    /// <summary>The mean of the latents' prior, μ, shape (k).</summary>
    public required Tensor LatentMean { get; init; }

    /// <summary>
    /// The diagonal of the covariance B of the latents' prior, shape (k): the variance of the encoded training fields, scaled to
    /// that of fields held out from training.
    /// </summary>
    public required Tensor LatentVariance { get; init; }

    /// <summary>
    /// The standard deviation of the generator's error x − β D(E(x)), σ_dec, shape (V, H, W), in the units of each variable; NaN
    /// where no field had a value.
    /// </summary>
    public required float[] GeneratorError { get; init; }

    /// <summary>The patterns of the generator's error, P; none by default.</summary>
    public ResidualPatterns ResidualPatterns { get; init; } = ResidualPatterns.None;

    /// <summary>The correlation in space of what the patterns leave of the generator's error.</summary>
    public required SpatialCorrelation ResidualCorrelation { get; init; }

    /// <summary>The covariance B of the latents' prior through the year; by default it does not change.</summary>
    public SeasonalCovariance LatentSeason { get; init; } = SeasonalCovariance.None(0);

    /// <summary>
    /// The regression coefficient of the truth on what the generator makes, β, at each place through the year; 1 by default.
    /// </summary>
    public SeasonalRegression GeneratorRegression { get; init; } = SeasonalRegression.None;

    /// <summary>How the variance of the generator's error changes at each place through the year, patterns and all; by default it does not.</summary>
    public SeasonalVariance ErrorSeason { get; init; } = SeasonalVariance.None;

    /// <summary>
    /// The number of independent fields that B and P are worth, as estimates; infinite where they are not known to err. An
    /// analysis is the less certain for it.
    /// </summary>
    public double EffectiveSampleSize { get; init; } = double.PositiveInfinity;

    /// <summary>Whether any of these statistics depend on the time of the year, so that an analysis needs to know it.</summary>
    public bool IsSeasonal => LatentSeason.Changes || GeneratorRegression.Changes || ErrorSeason.Changes;

    /// <summary>Standard deviation of what the patterns leave of the generator's error, (V, H, W): σ_dec² = Σ P² + this².</summary>
    internal float[] RemainderError()
    {
        if (ResidualPatterns.Count == 0)
        {
            return GeneratorError;
        }

        using var scope = NewDisposeScope();
        return (tensor(GeneratorError).square() - ResidualPatterns.Variance()).clamp_min(0).sqrt().data<float>().ToArray();
    }

    /// <summary>As it is at a time of the year, for latents u with the prior N(0, I) where B has a season.</summary>
    /// <param name="time">Null for the mean of the year.</param>
    /// <returns>New, the caller's own, without seasons; L of z = μ + L u, (k, k), double precision, or null where u is z; and β, (N), or null where it is 1.</returns>
    internal (PriorStatistics Prior, Tensor? Factor, float[]? Regression) At(DateTime? time)
    {
        using var scope = NewDisposeScope();
        var factor = time is { } t && LatentSeason.Changes ? FactorAt(t) : null; // (k, k)
        var deviation = time is { } when && ErrorSeason.Changes ? ErrorSeason.DeviationAt(when) : null; // (N)
        var prior = new PriorStatistics
        {
            LatentMean = (factor is null ? LatentMean.clone() : zeros_like(LatentMean)).MoveToOuterDisposeScope(), // (k)
            LatentVariance = (factor is null ? LatentVariance.clone() : ones_like(LatentVariance)).MoveToOuterDisposeScope(), // (k)
            GeneratorError = deviation is null ? GeneratorError : Times(GeneratorError, deviation), // (N)
            ResidualPatterns = ResidualPatterns.Times(deviation),
            ResidualCorrelation = ResidualCorrelation,
            EffectiveSampleSize = EffectiveSampleSize,
        };
        return (prior, factor?.MoveToOuterDisposeScope(), time is { } then && GeneratorRegression.Changes ? GeneratorRegression.At(then) : null);
    }

    /// <summary>
    /// L, B = L Lᵀ: the symmetric root of B in units of the year's standard deviations. Of all roots it is the one with the u that are
    /// nearest to what z are in those units, so that u means the same from one season to the next.
    /// </summary>
    /// <returns>(k, k)</returns>
    private Tensor FactorAt(DateTime time)
    {
        using var scope = NewDisposeScope();
        var deviation = LatentVariance.to(float64).sqrt(); // (k)
        var (values, vectors) = linalg.eigh(LatentSeason.At(time) / deviation.outer(deviation)); // (k), (k, k)
        return (deviation.unsqueeze(1) * (vectors * values.sqrt()).matmul(vectors.transpose(0, 1))).MoveToOuterDisposeScope(); // (k, k)
    }

    /// <summary>The same with a larger or smaller error of the generator.</summary>
    /// <param name="deviation">What its standard deviation is multiplied by at each place, (V, H, W); null: nothing.</param>
    /// <param name="effectiveSampleSize">N; as it is by default.</param>
    /// <returns>New, the caller's own.</returns>
    internal PriorStatistics Inflated(float[]? deviation, double? effectiveSampleSize = null)
    {
        using var scope = NewDisposeScope();
        return new PriorStatistics
        {
            LatentMean = LatentMean.clone().MoveToOuterDisposeScope(), // (k)
            LatentVariance = LatentVariance.clone().MoveToOuterDisposeScope(), // (k)
            GeneratorError = deviation is null ? GeneratorError : Times(GeneratorError, deviation), // (N)
            ResidualPatterns = ResidualPatterns.Times(deviation),
            ResidualCorrelation = ResidualCorrelation,
            LatentSeason = SeasonalCovariance.From(LatentSeason.Monthly.clone()), // (12 or 0, k, k)
            GeneratorRegression = GeneratorRegression,
            ErrorSeason = ErrorSeason,
            EffectiveSampleSize = effectiveSampleSize ?? EffectiveSampleSize,
        };
    }

    private static float[] Times(float[] error, float[] deviation) => [.. error.Zip(deviation, (e, d) => e * d)];

    /// <inheritdoc/>
    public void Dispose()
    {
        LatentMean.Dispose();
        LatentVariance.Dispose();
        ResidualPatterns.Dispose();
        LatentSeason.Dispose();
    }
}
