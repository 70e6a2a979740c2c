using VaeDa.Archives;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Linear;
using VaeDa.Model.Memory;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Verification;

/// <summary>
/// The rivals of a VAE that are linear, each as a generative model, so that they assimilate and are scored by the same code. They
/// are disposed with this.
/// </summary>
public sealed class Baselines : IDisposable
{
    private const int FieldsForKriging = 600;
    private readonly EofAutoencoder _eof;

    private Baselines(EofAutoencoder eof, GenerativeModel interpolation, GenerativeModel correlated, GenerativeModel patterned, GenerativeModel kriging, LocalisedInterpolation? localised)
    {
        (_eof, EofInterpolation, EofWithResidual, EofWithPatterns, Kriging, Localised) = (eof, interpolation, correlated, patterned, kriging, localised);
    }

    /// <summary>The leading EOFs of the training fields, as many as the VAE has latents, as an autoencoder.</summary>
    public IAutoencoder Eof => _eof;

    /// <summary>
    /// Reduced-space optimal interpolation (Kaplan et al. 1997, J. Geophys. Res. 102, 27835): EOFs, with the variance of what they
    /// leave out as an error that is white in space.
    /// </summary>
    public GenerativeModel EofInterpolation { get; }

    /// <summary>The same EOFs, with what they leave out as a field correlated by distance, which is updated from the departures.</summary>
    public GenerativeModel EofWithResidual { get; }

    /// <summary>
    /// The same EOFs, with the error of what they leave out measured as the VAE's is, patterns and inflation included: what is best
    /// without a nonlinear generator.
    /// </summary>
    public GenerativeModel EofWithPatterns { get; }

    /// <summary>Simple kriging of the anomalies, with their standard deviation by place and a fitted correlation by distance.</summary>
    public GenerativeModel Kriging { get; }

    /// <summary>
    /// Optimal interpolation by the localised sample covariance of the season; null for fields of more values than <see cref="LocalisedInterpolation.MostValues"/>.
    /// It reads the fields that the rivals were made from.
    /// </summary>
    public LocalisedInterpolation? Localised { get; }

    /// <summary>Makes the rivals of a model from the fields that it was made from.</summary>
    /// <param name="model">
    /// The VAE that they are set beside, whose grid, normalisation and number of latents they share; it is not disposed here.
    /// </param>
    /// <param name="training">The fields that it was trained on.</param>
    /// <param name="validation">The fields that its error was measured on.</param>
    /// <param name="step">
    /// The step that the fields come at, for EOFs that remember as the model does: their memory is measured on the same fields by the same rule. Null for
    /// rivals that remember nothing, as kriging does always.
    /// </param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The rivals, which the caller disposes.</returns>
    public static Baselines For(GenerativeModel model, IFieldSet training, IFieldSet validation, TimeStep? step = null, CancellationToken cancellation = default)
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
        var ofLatents = Memory(prior);
        var localised = model.FieldLength <= LocalisedInterpolation.MostValues ? new LocalisedInterpolation(model, training, validation) : null;
        return new Baselines(eof, Model(eof, white, ofLatents), Model(eof, prior, ofLatents?.Leading(model.LatentSize)), Model(eof, inflated, Calibrated(inflated)), Model(climatology, anomalies), localised);

        StateMemory? Memory(PriorStatistics own) => step is null ? null : MemoryEstimator.Of(Model(eof, own), training, validation, step, cancellation).Memory;

        StateMemory? Calibrated(PriorStatistics own)
        {
            using var memory = Memory(own);
            return memory is null ? null : SequenceReliabilityFit.Of(Model(eof, own, memory), validation, step!, 1, cancellation);
        }

        GenerativeModel Model(IAutoencoder autoencoder, PriorStatistics own, StateMemory? memory = null) =>
            new(autoencoder, model.Grid, model.Variables, model.Normalisation, own, model.ClimatologicalStandardDeviation, CPU) { Memory = memory };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EofInterpolation.Dispose();
        EofWithResidual.Dispose();
        EofWithPatterns.Dispose();
        Kriging.Dispose();
        Localised?.Dispose();
    }
}
