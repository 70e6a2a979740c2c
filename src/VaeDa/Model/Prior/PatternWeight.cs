using VaeDa.Fields.Grids;
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
    private static readonly double[] Candidates = [1, 0.975, 0.95, 0.925, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5];

    /// <param name="residuals">Held out, (S, N), normalised units, NaN where there is no value.</param>
    /// <param name="patterns">P, (m, N), normalised units.</param>
    /// <param name="error">Standard deviation of the residuals, patterns included, (N), normalised units.</param>
    /// <param name="correlation">Of what the patterns leave.</param>
    /// <param name="grid">N = V·H·W.</param>
    /// <returns>α, 0.5…1; 1 where too few places have a value at all times.</returns>
    public static double Of(Tensor residuals, Tensor patterns, Tensor error, SpatialCorrelation correlation, Grid grid)
    {
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
        var noise = s.index_select(0, o).square().mean(); // (): observations as good as the generator
        return Candidates.MinBy(weight => Math.Abs(Math.Log(ErrorOverClaim(weight))));

        double ErrorOverClaim(double weight)
        {
            using var inner = NewDisposeScope();
            var remainder = (s.square() - weight * p.square().sum([0])).clamp_min(0).sqrt(); // (N)
            var (here, there) = (remainder.index_select(0, o), remainder.index_select(0, u)); // (n), (p)
            var covariance = weight * withPatterns + PlaceCovariance.Scale(rho.clone(), here, here) + noise * eye(o.shape[0], dtype: float64); // (n, n)
            var crossed = weight * withPatternsCrossed + PlaceCovariance.Scale(rhoCrossed.clone(), there, here); // (p, n)
            var gain = crossed.transpose(0, 1).cholesky_solve(linalg.cholesky(covariance)).transpose(0, 1); // (p, n)
            var claimed = s.index_select(0, u).square() - (gain * crossed).sum(1); // (p)
            var missed = r.index_select(1, u) - r.index_select(1, o).matmul(gain.transpose(0, 1)); // (S, p)
            // The fields carry no observation errors: what those would add is known.
            var made = missed.square().mean([0]) + noise * gain.square().sum(1); // (p)
            return (made.mean() / claimed.mean()).item<double>();
        }

        // (a, b), 0 between variables
        Tensor Correlation(long[] a, long[] b) => PlaceCovariance.Correlation(correlation, PointsOf(a), VariablesOf(a), PointsOf(b), VariablesOf(b));

        EarthPoint[] PointsOf(long[] values) => Array.ConvertAll(values, i => points[i % grid.Cells]);

        int[] VariablesOf(long[] values) => Array.ConvertAll(values, i => (int)(i / grid.Cells));
    }

    /// <summary>Places with a value at all times, in random order, the more often early the larger their area.</summary>
    private static long[] Places(Tensor residuals, Grid grid)
    {
        var complete = residuals.isfinite().all(0).to(uint8).data<byte>().ToArray(); // (N)
        var area = grid.AreaWeights();
        var random = new Random(5);
        var keys = complete.Select((_, i) => random.NextDouble() / Math.Max(area[i % grid.Cells], 1e-6f)).ToArray();
        return [.. Enumerable.Range(0, complete.Length).Where(i => complete[i] != 0).OrderBy(i => keys[i]).Select(i => (long)i)];
    }
}
