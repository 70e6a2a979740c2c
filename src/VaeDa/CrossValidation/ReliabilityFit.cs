using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.CrossValidation;

/// <summary>
/// What makes analyses of fields held out err as they say they do: the inflation of the generator's error, by place
/// (spatially varying inflation after Anderson 2009, Tellus 61A, 72), and N, how many independent fields
/// the covariances are worth. The error as measured is that about the best latents of each field, and an analysis takes it
/// for independent of the state; neither is quite so.
/// </summary>
/// <remarks>
/// Each field is observed at random cells, as well as the generator knows it, by networks that are sparse, middling and dense
/// in turn, and predicted at others: <see cref="LeaveOneOut"/>. As networks are, they are uneven: half of their cells are in
/// clusters. Two measures say how much larger the errors are than
/// claimed: the mean of error² / claim², where each prediction counts alike, as for the coverage of intervals, and the mean
/// of error² over that of claim², where the uncertain ones count most, as for spread and skill. They agree where errors
/// are Gaussian; their geometric mean is taken. What goes by place and what by sampling is told apart by the networks:
/// the more is observed, the more rests on the covariances. N is that of highest likelihood of the errors.
/// </remarks>
public static class ReliabilityFit
{
    private const int Rounds = 2;
    private const int MostFields = 60;
    private const int FewestFields = 12;
    private const int MostObserved = 1000;
    private const int MostPredicted = 500;
    // Each field costs a linearisation or more: so many derivatives in all.
    private const long MostDerivatives = 100_000_000;
    private const double KernelLength = 2000; // km

    // Predictions that a place's ratio is drawn to the mean ratio by.
    private const double Prior = 30;

    // The error is a part of what an analysis may be wrong by: its variance has to change by more than the ratio.
    private const double Gain = 1.3;
    private static readonly int[] Thinnings = [10, 3, 1];

    // Finer steps would say more than some sixty fields do.
    private static readonly double[] SampleSizes = [double.PositiveInfinity, .. Enumerable.Range(0, 25).Select(i => 100 * Math.Pow(10, i / 12.0))];

    /// <summary>Finds both, from analyses of made observations of the fields held out.</summary>
    /// <param name="model">A model with prior statistics that were measured on the same fields; it is not disposed here.</param>
    /// <param name="heldOut">Fields that the model was not trained on.</param>
    /// <param name="seed">The seed of the networks and of the observations' errors.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The model's prior statistics with the inflated error and the effective sample size, or as they are where no field has values
    /// enough to be predicted; the caller's own.
    /// </returns>
    public static PriorStatistics Of(GenerativeModel model, IFieldSet heldOut, long seed, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(heldOut);
        var (grid, error) = (model.Grid, model.Prior.GeneratorError);
        var fields = (int)Math.Min(heldOut.Count, Math.Clamp(MostDerivatives / Math.Max(1, (long)model.FieldLength * model.LatentSize), FewestFields, MostFields));
        var area = grid.AreaWeights(); // (H, W)
        var typical = UnevenNetwork.TypicalErrors(model); // (V)
        var points = EarthPoint.Of(grid); // (H, W)
        var inflation = Enumerable.Repeat(1f, error.Length).ToArray(); // (V, H, W)
        var samples = model.Prior.EffectiveSampleSize;
        for (var round = 0; round < Rounds; round++)
        {
            using var inflated = model.With(model.Prior.Inflated(inflation, samples));
            var found = new List<Departure>();
            for (var i = 0; i < fields; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var t = (int)((i + 0.5) * heldOut.Count / fields);
                Predict(inflated, heldOut, t, Thinnings[i % Thinnings.Length], typical, area, points, new Random(unchecked((int)seed * 7919 + i)), found, cancellation);
            }

            if (found.Count == 0)
            {
                break;
            }

            samples = SampleSize(found);
            var sums = new Sums(error.Length);
            found.ForEach(d => sums.Add(d.Place, d.Error, d.Claim + d.Sampling / samples));
            var smooth = Smooth(sums, points, model.Variables.Count);
            for (var x = 0; x < inflation.Length; x++)
            {
                inflation[x] *= (float)Math.Pow(smooth[x], 0.5 * Gain);
            }
        }

        return model.Prior.Inflated(inflation, samples);
    }

    private static void Predict(GenerativeModel model, IFieldSet heldOut, int t, int thinning, double[] typical, float[] area, EarthPoint[] points, Random random, List<Departure> found, CancellationToken cancellation)
    {
        var (grid, cells, error) = (model.Grid, model.Grid.Cells, model.Prior.GeneratorError);
        var truth = new float[model.FieldLength];
        heldOut.Read(t, truth);
        var present = Enumerable.Range(0, truth.Length).Where(x => float.IsFinite(truth[x]) && float.IsFinite(error[x]) && area[x % cells] > 0).ToArray();
        var most = Math.Min(MostObserved + MostPredicted, present.Length);
        var observed = Math.Min(MostObserved, most * MostObserved / (MostObserved + MostPredicted)) / thinning;
        if (observed < 1)
        {
            return;
        }

        var seen = UnevenNetwork.Of(present, observed, area, points, random);
        var unseen = UnevenNetwork.Drawn([.. present.Except(seen)], Math.Min(MostPredicted, most - observed), x => area[x % cells], random);
        var chosen = seen.Concat(unseen).ToArray();
        var table = UnevenNetwork.Observed(chosen, truth, typical, model, random);
        using var then = model.At(heldOut.TimeOf(t));
        var withheld = chosen.Select((_, i) => i >= observed).ToArray();
        var none = new Dictionary<string, double>();
        foreach (var prediction in LeaveOneOut.Of(then, table, withheld, none, double.PositiveInfinity, cancellation: cancellation).Predictions.Where(p => p.Use == PointUse.Withheld))
        {
            var x = chosen[prediction.Row];
            var claimed = prediction.Spread * prediction.Spread - typical[x / cells] * typical[x / cells] - prediction.SamplingVariance / model.Prior.EffectiveSampleSize;
            if (claimed > 0)
            {
                found.Add(new Departure(x, Math.Pow(truth[x] - prediction.Anomaly, 2), claimed, prediction.SamplingVariance));
            }
        }
    }

    /// <summary>Mean error² over claim² about each cell, (V, H, W).</summary>
    private static double[] Smooth(Sums found, EarthPoint[] points, int variables)
    {
        var result = new double[found.Counts.Length];
        for (var v = 0; v < variables; v++)
        {
            var first = v * points.Length;
            var seen = Enumerable.Range(first, points.Length).Where(x => found.Counts[x] > 0).ToArray();
            var total = seen.Sum(x => found.Counts[x]);
            if (total == 0)
            {
                result.AsSpan(first, points.Length).Fill(1);
                continue;
            }

            var (ratio, error, claim) = (seen.Sum(x => found.Ratios[x]) / total, seen.Sum(x => found.Errors[x]) / total, seen.Sum(x => found.Claims[x]) / total);
            Parallel.For(0, points.Length, c =>
            {
                var (ratios, errors, claims, weight) = (Prior * ratio, Prior * error, Prior * claim, Prior);
                foreach (var x in seen)
                {
                    var near = UnevenNetwork.Near(points[c], points[x - first], KernelLength);
                    ratios += near * found.Ratios[x];
                    errors += near * found.Errors[x];
                    claims += near * found.Claims[x];
                    weight += near * found.Counts[x];
                }

                result[first + c] = Math.Sqrt(ratios / weight * errors / claims);
            });
        }

        return result;
    }

    /// <summary>
    /// N of highest likelihood of Gaussian errors with variance s (claim + sampling / N), s whatever suits: that is for the
    /// inflation to find.
    /// </summary>
    private static double SampleSize(List<Departure> found)
    {
        return SampleSizes.MinBy(NegativeLogLikelihood);

        // Twice, of one error, s at its best.
        double NegativeLogLikelihood(double n) =>
            found.Average(d => Math.Log(d.Claim + d.Sampling / n)) + Math.Log(found.Average(d => d.Error / (d.Claim + d.Sampling / n)));
    }

    /// <summary>A prediction.</summary>
    /// <param name="Place">In (V, H, W).</param>
    /// <param name="Error">Squared.</param>
    /// <param name="Claim">Its variance, were the covariances known.</param>
    /// <param name="Sampling"><see cref="PointPrediction.SamplingVariance"/></param>
    private readonly record struct Departure(int Place, double Error, double Claim, double Sampling);

    /// <summary>Sums over the predictions at each place, (V, H, W).</summary>
    private sealed class Sums(int length)
    {
        public double[] Errors { get; } = new double[length];

        public double[] Claims { get; } = new double[length];

        public double[] Ratios { get; } = new double[length];

        public double[] Counts { get; } = new double[length];

        public void Add(int place, double error, double claim)
        {
            Errors[place] += error;
            Claims[place] += claim;
            Ratios[place] += error / claim;
            Counts[place]++;
        }
    }
}
