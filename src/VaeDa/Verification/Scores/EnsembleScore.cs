namespace VaeDa.Verification.Scores;

/// <summary>Area-weighted scores of one variable of an analysis against the truth; those of the ensemble are NaN without one.</summary>
public sealed record EnsembleScore
{
    /// <summary>M.</summary>
    public required int Members { get; init; }

    /// <summary>Of the most probable field.</summary>
    public required double Rmse { get; init; }

    /// <summary>Mean error of the most probable field.</summary>
    public required double Bias { get; init; }

    /// <summary>Uncentred, of the most probable field; NaN for one that is 0 everywhere.</summary>
    public required double AnomalyCorrelation { get; init; }

    /// <summary>Of the ensemble mean.</summary>
    public required double MeanRmse { get; init; }

    /// <summary>Root mean square of the members' standard deviation.</summary>
    public required double Spread { get; init; }

    /// <summary>Fair continuous ranked probability score.</summary>
    public required double Crps { get; init; }

    /// <summary>Part of the truth in the central 50% interval, <see cref="RankHistogram.Coverage"/>.</summary>
    public required double Coverage50 { get; init; }

    /// <summary>In the central 90% interval.</summary>
    public required double Coverage90 { get; init; }

    /// <summary>
    /// Part of the scored area where the truth is extreme, more than two climatological standard deviations from the
    /// climatology. Scores there are conditional on what happened: they compare analyses of the same fields, and say nothing
    /// of calibration (Lerch et al. 2017, Statist. Sci. 32, 106).
    /// </summary>
    public required double ExtremeArea { get; init; }

    /// <summary>Of the most probable field where the truth is extreme; NaN where it is so nowhere.</summary>
    public required double ExtremeRmse { get; init; }

    /// <summary>Fair CRPS where the truth is extreme.</summary>
    public required double ExtremeCrps { get; init; }

    /// <param name="area">Of the cells, (N).</param>
    /// <param name="climatologicalDeviation">(N)</param>
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
