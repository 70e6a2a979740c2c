namespace VaeDa.Verification.Scores;

/// <summary>
/// Area-weighted scores of one variable of an analysis against the truth, in the variable's units. Those of the ensemble are NaN
/// without one.
/// </summary>
public sealed record EnsembleScore
{
    /// <summary>The number of ensemble members, M; 0 without an ensemble.</summary>
    public required int Members { get; init; }

    /// <summary>The root mean square error of the most probable field.</summary>
    public required double Rmse { get; init; }

    /// <summary>The mean error of the most probable field: above 0 where it is too high.</summary>
    public required double Bias { get; init; }

    /// <summary>
    /// The uncentred correlation of the most probable field's anomalies with the true ones; NaN for a field that is 0 everywhere.
    /// </summary>
    public required double AnomalyCorrelation { get; init; }

    /// <summary>The root mean square error of the ensemble mean.</summary>
    public required double MeanRmse { get; init; }

    /// <summary>The spread: the root mean square of the members' standard deviation.</summary>
    public required double Spread { get; init; }

    /// <summary>The fair continuous ranked probability score of the ensemble (<see cref="EnsembleAgainstTruth.FairCrps"/>).</summary>
    public required double Crps { get; init; }

    /// <summary>
    /// The part of the area, 0…1, where the truth is in the central 50% interval of the ensemble
    /// (<see cref="RankHistogram.Coverage"/>).
    /// </summary>
    public required double Coverage50 { get; init; }

    /// <summary>The part of the area, 0…1, where the truth is in the central 90% interval of the ensemble.</summary>
    public required double Coverage90 { get; init; }

    /// <summary>
    /// The part of the scored area, 0…1, where the truth is extreme, more than two climatological standard deviations from the
    /// climatology. Scores there are conditional on what happened: they compare analyses of the same fields, and say nothing
    /// of calibration (Lerch et al. 2017, Statist. Sci. 32, 106).
    /// </summary>
    public required double ExtremeArea { get; init; }

    /// <summary>The root mean square error of the most probable field where the truth is extreme; NaN if it is so nowhere.</summary>
    public required double ExtremeRmse { get; init; }

    /// <summary>The fair continuous ranked probability score where the truth is extreme; NaN if it is so nowhere.</summary>
    public required double ExtremeCrps { get; init; }

    /// <summary>Scores one variable of an analysis.</summary>
    /// <param name="ensemble">The analysis beside the truth.</param>
    /// <param name="area">The weights of the cells, (H, W), in proportion to their areas.</param>
    /// <param name="climatologicalDeviation">The climatological standard deviation of the variable, (H, W), in its units.</param>
    /// <returns>The scores.</returns>
    public static EnsembleScore Of(EnsembleAgainstTruth ensemble, ReadOnlySpan<float> area, ReadOnlySpan<float> climatologicalDeviation)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        var (all, mean, extreme) = (new PairSums(), new PairSums(), new PairSums());
        double variance = 0, crps = 0, extremeCrps = 0;
        foreach (var x in ensemble.Cells)
        {
            var truth = ensemble.Truth(x);
            var isExtreme = Math.Abs(truth) > 2 * climatologicalDeviation[x];
            var own = area[x] * ensemble.FairCrps(x);
            all.Add(area[x], truth, ensemble.MostProbable(x));
            mean.Add(area[x], truth, ensemble.Mean(x));
            variance += area[x] * ensemble.Variance(x);
            crps += own;
            if (isExtreme)
            {
                extreme.Add(area[x], truth, ensemble.MostProbable(x));
                extremeCrps += own;
            }
        }

        var ranks = RankHistogram.Of(ensemble, area);
        return new EnsembleScore
        {
            Members = ensemble.Members,
            Rmse = all.Rmse,
            Bias = all.Bias,
            AnomalyCorrelation = all.AnomalyCorrelation,
            MeanRmse = OfEnsemble(mean.Rmse),
            Spread = OfEnsemble(Math.Sqrt(variance / all.Weight)),
            Crps = OfEnsemble(crps / all.Weight),
            Coverage50 = OfEnsemble(ranks.Coverage(0.5)),
            Coverage90 = OfEnsemble(ranks.Coverage(0.9)),
            ExtremeArea = extreme.Weight / all.Weight,
            ExtremeRmse = extreme.Rmse,
            ExtremeCrps = OfEnsemble(extremeCrps / extreme.Weight),
        };

        double OfEnsemble(double score) => ensemble.Members == 0 ? double.NaN : score;
    }
}
