namespace VaeDa.Verification.Scores;

/// <summary>
/// The percentile bootstrap of a ratio of two sums over dates (Efron and Tibshirani 1993, §13.3): dates are drawn with
/// replacement, both sums over the same ones. Dates must be so far apart that their errors are independent; of a sequence, blocks of
/// successive dates are drawn instead.
/// </summary>
internal static class PairedBootstrap
{
    public const int Resamples = 2000;

    /// <summary>From fewer blocks of successive dates nothing is said of the uncertainty: it would itself err by more than a third of its size.</summary>
    public const int FewestBlocks = 6;

    /// <param name="Ratio">Of the sums over all dates.</param>
    /// <param name="Low">2.5% of the resamples are below.</param>
    /// <param name="High">2.5% of the resamples are above.</param>
    public readonly record struct Interval(double Ratio, double Low, double High);

    /// <summary>The same where dates are not independent, but blocks of them are.</summary>
    /// <param name="numerators">By date (T).</param>
    /// <param name="denominators">By date (T).</param>
    /// <param name="blocks">The name of each date's block (T).</param>
    /// <param name="seed">Of the resamples.</param>
    /// <returns>The bounds are NaN from fewer than <see cref="FewestBlocks"/>.</returns>
    public static Interval Ratio(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators, IReadOnlyList<string> blocks, int seed)
    {
        var sums = Enumerable.Range(0, blocks.Count).GroupBy(i => blocks[i]).Select(g => (Above: g.Sum(i => numerators[i]), Below: g.Sum(i => denominators[i]))).ToList();
        var interval = Ratio(sums.ConvertAll(s => s.Above), sums.ConvertAll(s => s.Below), seed);
        return sums.Count < FewestBlocks ? interval with { Low = double.NaN, High = double.NaN } : interval;
    }

    /// <param name="numerators">By date (T).</param>
    /// <param name="denominators">By date (T).</param>
    /// <param name="seed">Of the resamples.</param>
    public static Interval Ratio(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators, int seed)
    {
        ArgumentNullException.ThrowIfNull(numerators);
        ArgumentNullException.ThrowIfNull(denominators);
        var random = new Random(seed);
        var ratios = new double[Resamples];
        for (var resample = 0; resample < Resamples; resample++)
        {
            double above = 0, below = 0;
            for (var i = 0; i < numerators.Count; i++)
            {
                var date = random.Next(numerators.Count);
                above += numerators[date];
                below += denominators[date];
            }

            ratios[resample] = above / below;
        }

        Array.Sort(ratios);
        return new Interval(numerators.Sum() / denominators.Sum(), Quantile(0.025), Quantile(0.975));

        double Quantile(double fraction)
        {
            var place = fraction * (Resamples - 1);
            var lower = (int)place;
            return ratios[lower] + (place - lower) * (ratios[lower + 1] - ratios[lower]);
        }
    }
}
