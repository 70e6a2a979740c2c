using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>
/// B at each time of the year: covariances of the encoded training fields about their mean, weighted by their distance in
/// time of the year from the middle of each month, their correlations shrunk (as Ledoit and Wolf 2004, but by the likelihood of
/// fields held out).
/// </summary>
/// <remarks>
/// Over the whole year the latents are all but uncorrelated, which is why a diagonal B serves there. The latents of winter and
/// of summer are not: that the two hemispheres take turns is in their correlations.
/// </remarks>
public sealed class SeasonalCovariance : IDisposable
{
    private const int Months = 12;
    private const double KernelDays = 25;
    private static readonly double[] Shrinkages = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

    private SeasonalCovariance(Tensor monthly) => Monthly = monthly.DetachFromDisposeScope();

    /// <summary>B in the middle of each month, (12, k, k); (0, k, k) where B does not change.</summary>
    public Tensor Monthly { get; }

    /// <summary>Whether B changes.</summary>
    public bool Changes => Monthly.shape[0] > 0;

    /// <param name="k">Latents.</param>
    public static SeasonalCovariance None(long k) => new(zeros(0, k, k));

    /// <param name="monthly">(12 or 0, k, k); the new object's own.</param>
    public static SeasonalCovariance From(Tensor monthly) => new(monthly);

    /// <param name="training">z − μ of the training fields, (T, k), double precision.</param>
    /// <param name="uncertainty">Mean variance of q(z|x), (k).</param>
    /// <param name="times">(T)</param>
    /// <param name="heldOut">z − μ of fields held out, (S, k).</param>
    /// <param name="heldOutTimes">(S)</param>
    /// <param name="growth">What the variance of fields held out is in that of the training fields, ().</param>
    internal static SeasonalCovariance Of(Tensor training, Tensor uncertainty, IReadOnlyList<DateTime> times, Tensor heldOut, IReadOnlyList<DateTime> heldOutTimes, Tensor growth)
    {
        var k = training.shape[1];
        if (k == 0 || !SeasonalVariance.IsToldBy(times))
        {
            return None(k);
        }

        using var scope = NewDisposeScope();
        var phases = tensor(times.Select(SeasonalVariance.PhaseOf).ToArray()); // (T)
        var covariances = stack(Enumerable.Range(0, Months).Select(month =>
        {
            var distance = (phases - (month + 0.5) / Months + 0.5).remainder(1) - 0.5; // (T), parts of a year
            var weight = (-0.5 * (distance * 365 / KernelDays).square()).exp(); // (T)
            return growth * ((training.transpose(0, 1) * weight).matmul(training) / weight.sum() + diag(uncertainty)); // (k, k)
        }).ToList()); // (12, k, k)
        var diagonal = diag_embed(covariances.diagonal(0, 1, 2)); // (12, k, k)
        Tensor Shrunk(double share) => covariances + share * (diagonal - covariances); // (12, k, k)
        var best = Shrinkages.MinBy(share => NegativeLogLikelihood(Shrunk(share)));
        return new SeasonalCovariance(Shrunk(best).to(float32));

        double NegativeLogLikelihood(Tensor monthly)
        {
            using var inner = NewDisposeScope();
            var factors = linalg.cholesky(monthly); // (12, k, k)
            var logDeterminants = factors.diagonal(0, 1, 2).log().sum(1).data<double>().ToArray(); // (12), ½ ln |B|
            double sum = 0;
            for (var month = 0; month < Months; month++)
            {
                var rows = Enumerable.Range(0, heldOutTimes.Count).Where(i => heldOutTimes[i].Month == month + 1).Select(i => (long)i).ToArray();
                if (rows.Length > 0)
                {
                    var z = heldOut.index_select(0, tensor(rows)); // (s, k)
                    var whitened = linalg.solve_triangular(factors[month], z.transpose(0, 1), upper: false); // (k, s)
                    sum += 0.5 * whitened.square().sum().item<double>() + rows.Length * logDeterminants[month];
                }
            }

            return sum;
        }
    }

    /// <summary>B at a time, (k, k), double precision: between the middles of the months in proportion.</summary>
    public Tensor At(DateTime time)
    {
        using var scope = NewDisposeScope();
        var position = SeasonalVariance.PhaseOf(time) * Months - 0.5 + Months; // months from the middle of last year's first
        var before = (int)Math.Floor(position);
        var share = position - before;
        return ((1 - share) * Monthly[before % Months] + share * Monthly[(before + 1) % Months]).to(float64).MoveToOuterDisposeScope(); // (k, k)
    }

    public void Dispose() => Monthly.Dispose();
}
