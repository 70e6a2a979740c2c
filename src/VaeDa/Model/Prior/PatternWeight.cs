using VaeDa.Fields.Grids;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// How much of their variance the patterns of the generator's error keep: what they lose falls with distance instead, as
/// in a hybrid of sample and parametric covariances (Hamill and Snyder 2000). Patterns taken from a finite sample claim to
/// know more between the observations than they do. So fields held out are predicted at some places from others, and the
/// weight is the one with which the prediction errs by as much as it says it does.
/// </summary>
internal static class PatternWeight
{
    private const int MostObserved = 1000;
    private const int MostPredicted = 600;

    // Each costs a factorisation for each candidate.
    private const int MostGroups = 24;
    private static readonly double[] Candidates = [1, 0.975, 0.95, 0.925, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5];

    /// <param name="residuals">Held out, (S, N), normalised units, NaN where there is no value.</param>
    /// <param name="patterns">P, (m, N), normalised units.</param>
    /// <param name="error">Standard deviation of the residuals, patterns included, (N), normalised units.</param>
    /// <param name="correlation">Of what the patterns leave.</param>
    /// <param name="grid">N = V·H·W.</param>
    /// <returns>α, 0.5…1; 1 where too few places have values at the same times.</returns>
    public static double Of(Tensor residuals, Tensor patterns, Tensor error, SpatialCorrelation correlation, Grid grid)
    {
        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        var (places, points) = (Places(residuals, grid), EarthPoint.Of(grid));
        var count = Math.Min(MostObserved, places.Length / 4);
        if (count < 2)
        {
            return 1;
        }

        var (observed, others) = (places[..count], places[count..Math.Min(places.Length, count + MostPredicted)]);
        var (o, u) = (tensor(observed), tensor(others)); // (n), (p)
        var (r, s) = (residuals.to(float64), error.to(float64)); // (S, N), (N)
        var p = patterns.to(float64); // (m, N)
        var (rho, rhoCrossed) = (Correlation(observed, observed), Correlation(others, observed)); // (n, n), (p, n)
        rho.diagonal().fill_(1);
        var (po, pu) = (p.index_select(1, o), p.index_select(1, u)); // (m, n), (m, p)
        var (withPatterns, withPatternsCrossed) = (PlaceCovariance.OfPatterns(po, po), PlaceCovariance.OfPatterns(pu, po)); // (n, n), (p, n)
        var groups = FieldsByGaps.Of(cat([r.index_select(1, o), r.index_select(1, u)], 1).isfinite(), MostGroups)
            .Select(group => (group.Fields, Observed: group.Places.Where(i => i < count).ToArray(), Others: group.Places.Where(i => i >= count).Select(i => i - count).ToArray()))
            .Where(group => group.Observed.Length > 1 && group.Others.Length > 0)
            .ToList();
        if (groups.Count == 0)
        {
            return 1;
        }

        var noise = s.index_select(0, o).square().mean(); // (): observations as good as the generator
        return Candidates.MinBy(weight => Math.Abs(Math.Log(ErrorOverClaim(weight))));

        double ErrorOverClaim(double weight)
        {
            using var inner = NewDisposeScope();
            var remainder = (s.square() - weight * p.square().sum([0])).clamp_min(0).sqrt(); // (N)
            var (here, there) = (remainder.index_select(0, o), remainder.index_select(0, u)); // (n), (p)
            var covariance = weight * withPatterns + PlaceCovariance.Scale(rho.clone(), here, here) + noise * eye(o.shape[0], dtype: float64); // (n, n)
            var crossed = weight * withPatternsCrossed + PlaceCovariance.Scale(rhoCrossed.clone(), there, here); // (p, n)
            var (error, claim) = (zeros(1, float64), zeros(1, float64)); // (1)
            foreach (var (fields, seen, unseen) in groups)
            {
                var (t, i, j) = (tensor(fields), tensor(seen), tensor(unseen)); // (S'), (n'), (p')
                var between = crossed.index_select(0, j).index_select(1, i); // (p', n')
                var factor = linalg.cholesky(covariance.index_select(0, i).index_select(1, i)); // (n', n')
                var gain = between.transpose(0, 1).cholesky_solve(factor).transpose(0, 1); // (p', n')
                var claimed = s.index_select(0, u.index_select(0, j)).square() - (gain * between).sum(1); // (p')
                var missed = Of(t, u, j) - Of(t, o, i).matmul(gain.transpose(0, 1)); // (S', p')
                // The fields carry no observation errors: what those would add is known.
                var made = missed.square().mean([0]) + noise * gain.square().sum(1); // (p')
                error.add_(fields.Length * made.sum());
                claim.add_(fields.Length * claimed.sum());
            }

            return (error / claim).item<double>();
        }

        Tensor Of(Tensor fields, Tensor of, Tensor which) => r.index_select(0, fields).index_select(1, of.index_select(0, which));

        // (a, b), 0 between variables
        Tensor Correlation(long[] a, long[] b) => PlaceCovariance.Correlation(correlation, PointsOf(a), VariablesOf(a), PointsOf(b), VariablesOf(b));

        EarthPoint[] PointsOf(long[] values) => Array.ConvertAll(values, i => points[i % grid.Cells]);

        int[] VariablesOf(long[] values) => Array.ConvertAll(values, i => (int)(i / grid.Cells));
    }

    /// <summary>Places that often have a value, in random order, the more often early the larger their area.</summary>
    private static long[] Places(Tensor residuals, Grid grid)
    {
        var often = FieldsByGaps.OftenPresent(residuals.isfinite()); // (N)
        var area = grid.AreaWeights();
        var random = new Random(5);
        var keys = often.Select((_, i) => random.NextDouble() / Math.Max(area[i % grid.Cells], 1e-6f)).ToArray();
        return [.. Enumerable.Range(0, often.Length).Where(i => often[i]).OrderBy(i => keys[i]).Select(i => (long)i)];
    }
}
