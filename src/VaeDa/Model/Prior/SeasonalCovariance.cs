using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// The covariance B of the latents' prior at each time of the year: covariances of the encoded training fields about their mean,
/// weighted by their distance in time of the year from the middle of each month, and shrunk towards the annual covariance (as
/// Ledoit and Wolf 2004). How near, and how far shrunk, the likelihood of fields held out decides.
/// </summary>
/// <remarks>
/// Over the whole year the latents are all but uncorrelated, which is why a diagonal B serves there. The latents of winter and
/// of summer are not: that the two hemispheres take turns is in their correlations. So the year's covariances are moved to each month
/// first, by the generated fields' standard deviation by place S, through A = P⁺ S P, P the generator's derivatives: B = A C Aᵀ, C the mean
/// over the months of A⁻¹ B A⁻ᵀ. They know the season of each place, and little else of the month; the month's own fields are few, and
/// those about them are of another season.
/// </remarks>
public sealed class SeasonalCovariance : IDisposable
{
    private const int Months = 12;
    private static readonly double[] KernelDays = [10, 12, 15, 20, 25, 35];
    private static readonly double[] Shares = [0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1];

    private SeasonalCovariance(Tensor monthly) => Monthly = monthly.DetachFromDisposeScope();

    /// <summary>B in the middle of each month, shape (12, k, k); (0, k, k) where B does not change. This object's own.</summary>
    public Tensor Monthly { get; }

    /// <summary>Whether B changes through the year.</summary>
    public bool Changes => Monthly.shape[0] > 0;

    /// <param name="k">Latents.</param>
    internal static SeasonalCovariance None(long k) => new(zeros(0, k, k));

    /// <param name="monthly">(12 or 0, k, k); the new object's own.</param>
    internal static SeasonalCovariance From(Tensor monthly) => new(monthly);

    /// <param name="training">z − μ of the training fields, (T, k), double precision.</param>
    /// <param name="uncertainty">Mean variance of q(z|x), (k).</param>
    /// <param name="times">(T)</param>
    /// <param name="heldOut">z − μ of fields held out, (S, k).</param>
    /// <param name="heldOutTimes">(S)</param>
    /// <param name="growth">What the variance of fields held out is in that of the training fields, ().</param>
    /// <param name="season">Of the generated fields, (N); none of too few years.</param>
    /// <param name="derivatives">P, of the generated fields, (k, N).</param>
    /// <param name="area">Of the cells, (N).</param>
    internal static SeasonalCovariance Of(Tensor training, Tensor uncertainty, IReadOnlyList<DateTime> times, Tensor heldOut, IReadOnlyList<DateTime> heldOutTimes, Tensor growth, SeasonalVariance season, Tensor derivatives, Tensor area)
    {
        var k = training.shape[1];
        if (k == 0 || !season.Changes)
        {
            return None(k);
        }

        using var pause = new CollectionPause();
        using var scope = NewDisposeScope();
        var phases = tensor(times.Select(SeasonalVariance.PhaseOf).ToArray()); // (T)
        var moves = Moves(season, derivatives, area); // (12, k, k)
        var back = linalg.inv(moves); // (12, k, k)
        var best = KernelDays.SelectMany(Tried).MinBy(tried => tried.Loss);
        if (!double.IsFinite(best.Loss))
        {
            return None(k);
        }

        var (monthly, moved) = Covariances(best.Kernel); // (12, k, k) each
        return new SeasonalCovariance(Mixed(monthly, moved, best.Share).to(float32));

        List<(double Kernel, double Share, double Loss)> Tried(double kernel)
        {
            using var inner = NewDisposeScope();
            var (near, year) = Covariances(kernel); // (12, k, k) each
            return [.. Shares.Select(share => (kernel, share, NegativeLogLikelihood(Mixed(near, year, share))))];
        }

        (Tensor Near, Tensor Year) Covariances(double kernel)
        {
            var near = stack(Enumerable.Range(0, Months).Select(month =>
            {
                var distance = (phases - (month + 0.5) / Months + 0.5).remainder(1) - 0.5; // (T), parts of a year
                var weight = (-0.5 * (distance * 365 / kernel).square()).exp(); // (T)
                return growth * ((training.transpose(0, 1) * weight).matmul(training) / weight.sum() + diag(uncertainty)); // (k, k)
            }).ToList()); // (12, k, k)
            var year = back.matmul(near).matmul(back.transpose(1, 2)).mean([0]); // (k, k)
            return (near, moves.matmul(year).matmul(moves.transpose(1, 2)));
        }

        Tensor Mixed(Tensor near, Tensor year, double share) => near + share * (year - near); // (12, k, k)

        double NegativeLogLikelihood(Tensor monthly)
        {
            using var inner = NewDisposeScope();
            var (factors, info) = linalg.cholesky_ex(monthly); // (12, k, k), (12)
            if (info.any().item<bool>())
            {
                return double.PositiveInfinity;
            }

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

    /// <summary>A = P⁺ S P in the middle of each month, least squares weighted by area, (12, k, k).</summary>
    private static Tensor Moves(SeasonalVariance season, Tensor derivatives, Tensor area)
    {
        using var scope = NewDisposeScope();
        var weighted = derivatives * area; // (k, N)
        var gram = weighted.matmul(derivatives.transpose(0, 1)).to(float64); // (k, k)
        var unused = 1e-6 * gram.diagonal().mean().clamp_min(1e-6) * eye(gram.shape[0], dtype: float64); // (k, k): a latent that moves nothing stays
        return stack(Enumerable.Range(0, Months).Select(month =>
        {
            using var inner = NewDisposeScope();
            var deviation = tensor(season.DeviationAt(new DateTime(2001, month + 1, 15))); // (N)
            return linalg.solve(gram + unused, (weighted * deviation).matmul(derivatives.transpose(0, 1)).to(float64) + unused).MoveToOuterDisposeScope(); // (k, k)
        }).ToList()).MoveToOuterDisposeScope(); // (12, k, k)
    }

    /// <summary>B at a time of the year, interpolated between the middles of the months; only where B changes.</summary>
    /// <param name="time">The time, UTC.</param>
    /// <returns>A new tensor, shape (k, k), double precision; the caller's own.</returns>
    public Tensor At(DateTime time)
    {
        using var scope = NewDisposeScope();
        var position = SeasonalVariance.PhaseOf(time) * Months - 0.5 + Months; // months from the middle of last year's first
        var before = (int)Math.Floor(position);
        var share = position - before;
        return ((1 - share) * Monthly[before % Months] + share * Monthly[(before + 1) % Months]).to(float64).MoveToOuterDisposeScope(); // (k, k)
    }

    /// <inheritdoc/>
    public void Dispose() => Monthly.Dispose();
}
