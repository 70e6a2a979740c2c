using TorchSharp;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Model;
using VaeDa.Model.Network;
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

    // Partial correlation from which one gross error can make a good neighbour look wrong.
    private const double Entangled = 0.1;

    // Of the generator's departure from its linearisation, in standard deviations of the observation error.
    private const double Tolerance = 0.1;

    private LeaveOneOut(IReadOnlyList<PointPrediction> predictions, int steps)
    {
        (Predictions, Steps) = (predictions, steps);
    }

    /// <summary>One for each row of the table that is within the grid, in its order.</summary>
    public IReadOnlyList<PointPrediction> Predictions { get; }

    /// <summary>Linearisations of the generator.</summary>
    public int Steps { get; }

    /// <param name="model">Not disposed here.</param>
    /// <param name="table">Of one time.</param>
    /// <param name="withheld">For each row of the table, whether the analysis must not see it.</param>
    /// <param name="error">Standard deviation of the errors of observations that bring none, by variable.</param>
    /// <param name="rejectBeyond">An observation used is rejected where it departs from what all others predict by more standard deviations.</param>
    /// <param name="about">The generator about its latents' mean, where it is at hand; else it is found.</param>
    /// <exception cref="InvalidInputException">No observation is left to use.</exception>
    public static LeaveOneOut Of(GenerativeModel model, ObservationTable table, IReadOnlyList<bool> withheld, IReadOnlyDictionary<string, double> error, double rejectBeyond = 4, Linearisation? about = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(withheld);
        ArgumentNullException.ThrowIfNull(error);
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
        var sigma = tensor(h.Accepted.Select((row, i) => table.Error[row] ?? error[names[places[i].Variable]]).ToArray()); // (n)
        using var residual = ResidualCovariance.Of(model, h, places);
        var between = residual.BetweenPlaces(); // (n, n)
        var y = tensor(h.Accepted.Select(i => table.Anomaly[i]).ToArray()); // (n)

        // Latents in units of their standard deviation, about their mean: w = B^-½ (z − μ).
        var (mean, deviation) = (model.Prior.LatentMean.to(float64), model.Prior.LatentVariance.to(float64).sqrt()); // (k)
        var w = zeros_like(mean); // (k)
        var steps = 0;
        Tensor jacobian, covariance, linear; // (n, k), (n, n), (n): H G B^½, H C Hᵀ, the first guess of the linear generator
        Rejections kept;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            using var own = steps == 0 && about is not null ? null : Linearisation.At(model, mean + deviation * w, deviation);
            steps++;
            var (equivalents, derivatives) = (own ?? about!).Observed(h); // (n), (n, k)
            jacobian = derivatives * deviation; // (n, k)
            linear = equivalents - jacobian.mv(w); // (n)
            covariance = between + jacobian.matmul(jacobian.transpose(0, 1)); // (n, n)
            kept = Rejections.Of(covariance, sigma, y - linear, used, rejectBeyond);
            w = jacobian.index_select(0, kept.Index).transpose(0, 1).mv(kept.Weights); // (k)
            var bent = ((Equivalents(mean + deviation * w) - linear - jacobian.mv(w)) / sigma).square().mean().sqrt().item<double>();
            if (bent < Tolerance || steps == MostSteps)
            {
                break;
            }
        }

        var shared = covariance.index_select(1, kept.Index); // (n, n')
        var prediction = linear + shared.mv(kept.Weights); // (n)
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
            : new PointPrediction(row, withheld[row] ? PointUse.Withheld : PointUse.Rejected, predictions[i], spreads[i], samplings[i]))], steps);

        Tensor Equivalents(Tensor z) => h.Apply(model.Decode(z.unsqueeze(0).to(float32).to(model.Device))).cpu().to(float64).squeeze(0); // (n)
    }

    /// <summary>What is left when those that all others contradict are taken out.</summary>
    /// <param name="Index">Of the observations kept, (n').</param>
    /// <param name="Precision">K⁻¹ over them, (n', n').</param>
    /// <param name="Weights">K⁻¹ d, (n').</param>
    private sealed record Rejections(Tensor Index, Tensor Precision, Tensor Weights)
    {
        public static Rejections Of(Tensor covariance, Tensor sigma, Tensor departure, int[] used, double beyond)
        {
            using var scope = NewDisposeScope();
            var index = tensor(Array.ConvertAll(used, i => (long)i)); // (n')
            var own = sigma.index_select(0, index).square(); // (n')
            var precision = cholesky_inverse(linalg.cholesky(covariance.index_select(0, index).index_select(1, index) + diag(own))); // (n', n')
            var weights = precision.mv(departure.index_select(0, index)); // (n')
            while (Worst(precision, weights, beyond) is { Length: > 0 } worst)
            {
                // The inverse without some rows, from the inverse with them: P_aa − P_ab P_bb⁻¹ P_ba.
                var b = tensor(worst); // (b)
                var a = ones(index.shape[0]).index_fill(0, b, 0).nonzero().squeeze(1); // (a)
                var ofA = precision.index_select(0, a); // (a, n')
                var across = ofA.index_select(1, b); // (a, b)
                var within = precision.index_select(0, b).index_select(1, b); // (b, b)
                precision = ofA.index_select(1, a) - across.matmul(linalg.solve(within, across.transpose(0, 1))); // (a, a)
                index = index.index_select(0, a);
                weights = precision.mv(departure.index_select(0, index)); // (a)
            }

            return new Rejections(index.MoveToOuterDisposeScope(), precision.MoveToOuterDisposeScope(), weights.MoveToOuterDisposeScope());
        }

        /// <summary>Those beyond the threshold, without the neighbours of worse ones: these may be good.</summary>
        private static long[] Worst(Tensor precision, Tensor weights, double beyond)
        {
            using var scope = NewDisposeScope();
            var root = precision.diagonal().sqrt(); // (n')
            var standardised = (weights / root).abs(); // (n')
            var wrong = standardised.gt(beyond).nonzero().squeeze(1); // (b)
            wrong = wrong.index_select(0, standardised.index_select(0, wrong).argsort(descending: true)); // (b), the worst first
            var rows = wrong.data<long>().ToArray();
            var scale = root.index_select(0, wrong); // (b)
            var entangled = (precision.index_select(0, wrong).index_select(1, wrong) / scale / scale.unsqueeze(1)).abs().gt(Entangled); // (b, b)
            var chosen = new List<int>();
            for (var i = 0; i < rows.Length; i++)
            {
                if (chosen.TrueForAll(j => !entangled[i, j].item<bool>()))
                {
                    chosen.Add(i);
                }
            }

            return [.. chosen.Select(i => rows[i])];
        }
    }
}
