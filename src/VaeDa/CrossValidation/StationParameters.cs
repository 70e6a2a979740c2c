using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.CrossValidation;

/// <summary>
/// What real observations say of a model's covariances: a place's departure from the first guess has the covariance
/// s_B H G B Gᵀ Hᵀ + H C_r Hᵀ + τ² I, and C_r(x, x') = σ(x) σ(x') ρ(|x − x'|) with σ² = a² σ_clim² + b².
/// </summary>
public sealed record StationParameters
{
    /// <summary>s_B: the latents' variance, over that of the training fields.</summary>
    public required double BackgroundScale { get; init; }

    /// <summary>a: the residual's standard deviation, over the climatological one.</summary>
    public required double ResidualScale { get; init; }

    /// <summary>b, units of the variable.</summary>
    public required double ResidualFloor { get; init; }

    /// <summary>ρ, without a nugget: what a place does not share is in τ. All nugget for a residual that is white.</summary>
    public required SpatialCorrelation Correlation { get; init; }

    /// <summary>τ, units of the variable: standard deviation of a station's own error, what it does not share with its neighbourhood included.</summary>
    public required double ObservationError { get; init; }

    /// <summary>Observations that the fit saw.</summary>
    public required int Observations { get; init; }

    /// <summary>Observations that it left out, too far from the rest to be of the same distribution.</summary>
    public required int Excluded { get; init; }

    /// <summary>Mean of −ln p of an observation at the fit, without the constant ½ ln 2π.</summary>
    public required double NegativeLogLikelihood { get; init; }

    /// <param name="prior">Measured on fields.</param>
    /// <param name="climatologicalStandardDeviation">σ_clim at the time of the year, (H, W); NaN where there is no value.</param>
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
