using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Linear;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Verification;

/// <summary>The rivals, each as a generative model, so that they are assimilated and scored by the same code as the VAE.</summary>
public sealed class Baselines : IDisposable
{
    private const int FieldsForKriging = 600;
    private readonly EofAutoencoder _eof;

    private Baselines(EofAutoencoder eof, GenerativeModel interpolation, GenerativeModel correlated, GenerativeModel patterned, GenerativeModel kriging)
    {
        (_eof, EofInterpolation, EofWithResidual, EofWithPatterns, Kriging) = (eof, interpolation, correlated, patterned, kriging);
    }

    /// <summary>EOF truncation.</summary>
    public IAutoencoder Eof => _eof;

    /// <summary>Reduced-space optimal interpolation (Kaplan et al. 1997): EOFs, and the truncation's variance as white error.</summary>
    public GenerativeModel EofInterpolation { get; }

    /// <summary>The same with the truncation's error as a field correlated with distance, updated from the departures.</summary>
    public GenerativeModel EofWithResidual { get; }

    /// <summary>The same with the truncation's error measured as the VAE's is, patterns included: all of what is linear.</summary>
    public GenerativeModel EofWithPatterns { get; }

    /// <summary>Simple kriging of the anomalies, their standard deviation by place and their correlation fitted.</summary>
    public GenerativeModel Kriging { get; }

    /// <param name="model">The VAE that they are set beside: its grid, normalisation and latent size are theirs.</param>
    /// <param name="training">What it was trained on.</param>
    /// <param name="validation">What its error was measured on.</param>
    public static Baselines For(GenerativeModel model, IFieldSet training, IFieldSet validation, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        // A network that started at the EOFs of its training fields still holds them, and they are those of all its training fields.
        var basis = (model.Autoencoder as VariationalAutoencoder)?.LinearPath(model.Grid) ?? EofBasis.Of(training, model.Normalisation, model.LatentSize, cancellation);
        var eof = new EofAutoencoder(basis, model.Grid, model.Variables.Count);
        var prior = PriorEstimator.Of(eof, training, validation, model.Normalisation, CPU, patterns: false, cancellation);
        using var patterned = PriorEstimator.Of(eof, training, validation, model.Normalisation, CPU, patterns: true, cancellation);
        var white = new PriorStatistics
        {
            LatentMean = prior.LatentMean.alias(),
            LatentVariance = prior.LatentVariance.alias(),
            GeneratorError = prior.GeneratorError,
            ResidualCorrelation = prior.ResidualCorrelation with { Nugget = 1 },
            LatentSeason = SeasonalCovariance.From(prior.LatentSeason.Monthly.alias()),
            GeneratorRegression = prior.GeneratorRegression,
            ErrorSeason = prior.ErrorSeason,
        };
        var climatology = new ClimatologyAutoencoder(model.Grid, model.Normalisation.Offset);
        var every = Math.Max(1, training.Count / FieldsForKriging);
        var sample = new FieldSubset(training, [.. Enumerable.Range(0, training.Count).Where(i => i % every == 0)]);
        var anomalies = PriorEstimator.Of(climatology, sample, sample, model.Normalisation, CPU, patterns: false, cancellation);
        var inflated = ReliabilityFit.Of(Model(eof, patterned), validation, 1, cancellation);
        return new Baselines(eof, Model(eof, white), Model(eof, prior), Model(eof, inflated), Model(climatology, anomalies));

        GenerativeModel Model(IAutoencoder autoencoder, PriorStatistics own) =>
            new(autoencoder, model.Grid, model.Variables, model.Normalisation, own, model.ClimatologicalStandardDeviation, CPU);
    }

    public void Dispose()
    {
        EofInterpolation.Dispose();
        EofWithResidual.Dispose();
        EofWithPatterns.Dispose();
        Kriging.Dispose();
    }
}
