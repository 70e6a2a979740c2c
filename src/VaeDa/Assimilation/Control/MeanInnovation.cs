using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// What the innovations d of one variable have in common, beside what their covariance K = G B Gᵀ + R lets it be. Values that are no anomalies, or in
/// other units, are wrong all alike: no neighbour contradicts another, and quality control can pass them.
/// </summary>
/// <param name="Count">n.</param>
/// <param name="Mean">d̄ = 1ᵀ d / n.</param>
/// <param name="Spread">√(Σ (d − d̄)² / n).</param>
/// <param name="MeanVariance">Of d̄: 1ᵀ K 1 / n².</param>
/// <param name="Variance">Of a single one: tr K / n.</param>
internal readonly record struct MeanInnovation(int Count, double Mean, double Spread, double MeanVariance, double Variance)
{
    // Standard deviations: what is right has 2 or 3, 5 or so in a climate that has warmed since the model's; absolute temperatures have some tens.
    private const double MostDeviations = 8;
    private const int FewestOfMean = 5;

    // 1013 hPa in a region where pressure varies by 1000 Pa: no further from 0 than weather is, but everywhere, to some hPa.
    private const double LeastOverSpread = 10;
    private const double LeastOverVariance = 0.5;
    private const double MostOfContrast = 0.15;
    private const int FewestAlike = 10;

    /// <summary>How many standard deviations the mean is from 0.</summary>
    public double Deviations => Mean / Math.Sqrt(MeanVariance);

    /// <summary>What the spread should be.</summary>
    public double ExpectedSpread => Math.Sqrt(Math.Max(0, Variance - MeanVariance));

    /// <summary>Why the values cannot be anomalies, to follow their name; null where they can.</summary>
    /// <param name="units">Of the variable.</param>
    public string? Fault(string units) =>
        Count >= FewestOfMean && Math.Abs(Deviations) > MostDeviations ? FormattableString.Invariant($"have a mean of {Mean:g4} {units}, {Math.Abs(Deviations):f0} standard deviations from what the model expects of it")
        : Count >= FewestAlike && Math.Abs(Mean) > LeastOverSpread * Spread && Math.Abs(Mean) > LeastOverVariance * Math.Sqrt(Variance) && Spread < MostOfContrast * ExpectedSpread
            ? FormattableString.Invariant($"are all about {Mean:g4} {units}, within {Spread:g2} where the model expects them to differ by {ExpectedSpread:g2}")
        : null;

    /// <param name="innovation">d, (n).</param>
    /// <param name="covariance">K, (n, n).</param>
    public static MeanInnovation Of(Tensor innovation, Tensor covariance)
    {
        using var scope = NewDisposeScope();
        return Of(innovation.data<double>().ToArray(), covariance.sum().item<double>(), covariance.diagonal().sum().item<double>());
    }

    /// <param name="d">Of those that are believed: nearly all, so that their mean has the variance of that of all.</param>
    /// <param name="sum">1ᵀ K 1 over all n.</param>
    /// <param name="trace">tr K over all n.</param>
    /// <param name="n">All; by default those of d.</param>
    public static MeanInnovation Of(double[] d, double sum, double trace, int? n = null)
    {
        var (mean, all) = (d.Length == 0 ? 0 : d.Average(), (double)(n ?? d.Length));
        return new MeanInnovation(d.Length, mean, Math.Sqrt(d.Sum(x => (x - mean) * (x - mean)) / d.Length), sum / (all * all), trace / all);
    }
}
