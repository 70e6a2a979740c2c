using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.CrossValidation;

/// <summary>
/// What real observations say of a model's covariances: the innovations have the covariance
/// s_B H G B Gᵀ Hᵀ + H C_r Hᵀ + τ² I, and C_r(x, x') = σ(x) σ(x') ρ(|x − x'|) with σ² = a² σ_clim² + b².
/// </summary>
public sealed record StationParameters
{
    /// <summary>s_B: the variance of the latents, as a multiple of that of the training fields.</summary>
    public required double BackgroundScale { get; init; }

    /// <summary>a: the standard deviation of the residual, as a multiple of the climatological one.</summary>
    public required double ResidualScale { get; init; }

    /// <summary>b: the standard deviation of the residual where the climatological one is 0, in the units of the variable.</summary>
    public required double ResidualFloor { get; init; }

    /// <summary>
    /// ρ: the correlation of the residual by distance, without a nugget, since what a place does not share with others is in τ; all
    /// nugget for a residual that is white.
    /// </summary>
    public required SpatialCorrelation Correlation { get; init; }

    /// <summary>
    /// τ: the standard deviation of a station's own error, what it does not share with its neighbourhood included, in the units of
    /// the variable.
    /// </summary>
    public required double ObservationError { get; init; }

    /// <summary>The number of observations that the fit saw, those that it left out included.</summary>
    public required int Observations { get; init; }

    /// <summary>The number of observations that the fit left out, since they contradict the others.</summary>
    public required int Excluded { get; init; }

    /// <summary>
    /// The mean of −ln p of an observation with these parameters, without the constant ½ ln 2π: the lower, the better the fit.
    /// </summary>
    public required double NegativeLogLikelihood { get; init; }

    /// <summary>Makes prior statistics with these covariances in the place of those measured on fields.</summary>
    /// <param name="prior">The statistics measured on fields, of which the mean of the latents and the cells without value are kept.</param>
    /// <param name="climatologicalStandardDeviation">
    /// σ_clim at the time of the year, (H, W), in the units of the variable; NaN where there is no value.
    /// </param>
    /// <returns>New statistics, without seasons and patterns, which the caller disposes.</returns>
    public PriorStatistics Apply(PriorStatistics prior, float[] climatologicalStandardDeviation)
    {
        ArgumentNullException.ThrowIfNull(prior);
        using var scope = NewDisposeScope();
        return new PriorStatistics
        {
            LatentMean = prior.LatentMean.clone().MoveToOuterDisposeScope(), // (k)
            LatentVariance = (BackgroundScale * prior.LatentVariance).MoveToOuterDisposeScope(), // (k)
            // The model's own mask: where it has no error it has no value.
            GeneratorError = [.. prior.GeneratorError.Zip(climatologicalStandardDeviation, (error, sigma) => float.IsNaN(error) ? error
                : (float)Math.Sqrt(ResidualScale * ResidualScale * Square(float.IsNaN(sigma) ? error : sigma) + ResidualFloor * ResidualFloor))],
            ResidualCorrelation = Correlation,
        };

        static double Square(double value) => value * value;
    }
}
