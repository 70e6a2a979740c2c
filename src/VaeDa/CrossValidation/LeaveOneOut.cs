using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.CrossValidation;

/// <summary>
/// Predictions of single observations by all others, in closed form about the most probable state: Gauss–Newton in the
/// space of the observations (Tarantola 2005, eq. 3.51), K = H G B Gᵀ Hᵀ + H C_r Hᵀ + R and
/// z ← μ + B Gᵀ Hᵀ K⁻¹ (y − H D(z) + H G (z − μ)); then what the observations used say of the withheld, H C Hᵀ K⁻¹ d, and
/// what all others say of each that was used (leave-one-out; Rasmussen and Williams 2006, eq. 5.12). For a linear
/// generator it is exact.
/// </summary>
public sealed class LeaveOneOut
{
    private const int MostSteps = 5;
    private const int StatesTogether = 32;

    // Of the generator's departure from its linearisation, in standard deviations of the observation error.
    private const double Tolerance = 0.1;

    private LeaveOneOut(IReadOnlyList<PointPrediction> predictions) => Predictions = predictions;

    /// <summary>
    /// The predictions, in the order of the table, of those rows that are of a variable of the model and where it has a value.
    /// </summary>
    public IReadOnlyList<PointPrediction> Predictions { get; }

    /// <summary>Predicts the observations of one time from each other.</summary>
    /// <param name="model">
    /// The model; it is not disposed here. One that is to have its season is put at the time first, by <see cref="GenerativeModel.At"/>.
    /// </param>
    /// <param name="table">The observations, taken as of one time.</param>
    /// <param name="withheld">For each row of the table, whether it is kept from the analysis.</param>
    /// <param name="error">
    /// The standard deviation of the errors of observations that bring none of their own, by the name of the variable, in its units.
    /// </param>
    /// <param name="rejectBeyond">
    /// The number of standard deviations from what all others predict beyond which an observation is rejected; infinite to use them all.
    /// </param>
    /// <param name="about">The model's generator made linear about its latents' mean, if it is at hand; null to have it found here.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The predictions of the observations used, rejected and withheld.</returns>
    /// <exception cref="InvalidInputException">No observation is left to use, or one has no error and none is given for its variable.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="withheld"/> is not as long as the table.</exception>
    public static LeaveOneOut Of(GenerativeModel model, ObservationTable table, IReadOnlyList<bool> withheld, IReadOnlyDictionary<string, double> error, double rejectBeyond = 4, FieldLinearisation? about = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(withheld);
        ArgumentNullException.ThrowIfNull(error);
        ArgumentOutOfRangeException.ThrowIfNotEqual(withheld.Count, table.Count, nameof(withheld));
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var names = model.Variables.Select(v => v.Name).ToList();
        var h = new ObservationOperator(model.Grid, names, table, Array.ConvertAll(model.Prior.GeneratorError, float.IsFinite));
        var used = Enumerable.Range(0, h.Count).Where(i => !withheld[h.Accepted[i]]).ToArray();
        if (used.Length == 0)
        {
            throw new InvalidInputException($"{table.Source}: none of the {table.Count} observations is left to use");
        }

        var places = ObservationPlace.Of(table, h, names); // (n)
        var sigma = tensor(h.Accepted.Select((row, i) => table.ErrorOf(row, names[places[i].Variable], error)).ToArray()); // (n)
        using var residual = ResidualCovariance.Of(model, h, places);
        var between = residual.BetweenPlaces(); // (n, n)
        var y = tensor(h.Accepted.Select(i => table.Anomaly[i]).ToArray()); // (n)

        // Latents in units of their standard deviation, about their mean: w = B^-½ (z − μ).
        var (mean, deviation) = (model.Prior.LatentMean.to(float64).unsqueeze(0), model.Prior.LatentVariance.to(float64).sqrt().unsqueeze(0)); // (1, k)
        using var generator = new ObservedGenerator(model, h, StatesTogether);
        var state = about is null ? new Linearisation(mean, generator.Jacobian(mean), generator.Equivalents(mean)) : about.Observed(h);
        Tensor jacobian, covariance, first; // (n, k), (n, n), (n): H G B^½, H C Hᵀ, the first guess of the linear generator
        Kept kept;
        for (var steps = 1; ; steps++)
        {
            cancellation.ThrowIfCancellationRequested();
            jacobian = state.Jacobian * deviation; // (n, k)
            first = state.At(mean).squeeze(0); // (n)
            covariance = between + jacobian.matmul(jacobian.transpose(0, 1)); // (n, n)
            kept = Kept.Of(covariance, sigma, y - first, used, rejectBeyond);
            var z = mean + deviation * jacobian.index_select(0, kept.Index).transpose(0, 1).mv(kept.Weights).unsqueeze(0); // (1, k)
            var equivalents = generator.Equivalents(z); // (1, n)
            var bent = ((equivalents - state.At(z)) / sigma).square().mean().sqrt().item<double>();
            if (bent < Tolerance || steps == MostSteps)
            {
                break;
            }

            state = new Linearisation(z, generator.Jacobian(z), equivalents);
        }

        var shared = covariance.index_select(1, kept.Index); // (n, n')
        var prediction = first + shared.mv(kept.Weights); // (n)
        var gain = shared.matmul(kept.Precision); // (n, n')
        // In the terms of SamplingError: S at the observations, and (I − Γ H) S there and where all others predict one that was used.
        var prior = cat([jacobian, residual.PatternsAtPlaces.transpose(0, 1)], 1); // (n, k + m)
        var priorKept = prior.index_select(0, kept.Index); // (n', k + m)
        var squared = priorKept.transpose(0, 1).mv(kept.Weights).square().sum(); // (), |a|²
        var sampling = squared * (prior - gain.matmul(priorKept)).square().sum(1); // (n)
        var variance = covariance.diagonal() - (gain * shared).sum(1) + sigma.square() + sampling / model.Prior.EffectiveSampleSize; // (n)
        var samplings = sampling.data<double>().ToArray();
        var (predictions, spreads) = (prediction.data<double>().ToArray(), variance.clamp_min(0).sqrt().data<double>().ToArray());
        // For what was kept: y − K⁻¹d / diag K⁻¹ is what all others predict.
        var precision = kept.Precision.diagonal(); // (n')
        var left = (y.index_select(0, kept.Index) - kept.Weights / precision).data<double>().ToArray(); // (n')
        var leftSampling = squared * (kept.Precision.matmul(priorKept) / precision.unsqueeze(1)).square().sum(1); // (n')
        var leftSamplings = leftSampling.data<double>().ToArray();
        var leftSpread = (1 / precision + leftSampling / model.Prior.EffectiveSampleSize).sqrt().data<double>().ToArray(); // (n')
        var position = kept.Index.data<long>().ToArray().Select((row, i) => (row, i)).ToDictionary(p => (int)p.row, p => p.i);
        return new LeaveOneOut([.. h.Accepted.Select((row, i) => position.TryGetValue(i, out var at)
            ? new PointPrediction(row, PointUse.Used, left[at], leftSpread[at], leftSamplings[at])
            : new PointPrediction(row, withheld[row] ? PointUse.Withheld : PointUse.Rejected, predictions[i], spreads[i], samplings[i]))]);
    }

    /// <summary>The observations that quality control believes.</summary>
    /// <param name="Index">Of the n, (n').</param>
    /// <param name="Precision">K⁻¹ over them, (n', n').</param>
    /// <param name="Weights">K⁻¹ d, (n').</param>
    private sealed record Kept(Tensor Index, Tensor Precision, Tensor Weights)
    {
        public static Kept Of(Tensor covariance, Tensor sigma, Tensor innovation, int[] used, double beyond)
        {
            using var scope = NewDisposeScope();
            var index = tensor(Array.ConvertAll(used, i => (long)i)); // (n')
            if (double.IsFinite(beyond))
            {
                var check = QualityControl.Check(InnovationCovariance.Of(Of(covariance, sigma, index)), innovation.index_select(0, index).unsqueeze(0), beyond);
                index = index.index_select(0, ObservationErrorCovariance.Indices(check.Accepted, true)); // (n')
            }

            var precision = cholesky_inverse(linalg.cholesky(Of(covariance, sigma, index))); // (n', n')
            var weights = precision.mv(innovation.index_select(0, index)); // (n')
            return new Kept(index.MoveToOuterDisposeScope(), precision.MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope());
        }

        private static Tensor Of(Tensor covariance, Tensor sigma, Tensor index) =>
            covariance.index_select(0, index).index_select(1, index) + diag(sigma.index_select(0, index).square());
    }
}
