namespace VaeDa.Reanalysis.Stations;

/// <summary>
/// How departures of a station without fault vary in time, in units of their spreads: s² (κ δ + (1 − κ) φ^|τ|) at a lag of τ steps. The observation's own
/// error is white; what the others do not know of the weather there lasts.
/// </summary>
/// <param name="White">κ, from 0 to 1.</param>
/// <param name="Memory">φ, from 0 to below 1.</param>
/// <param name="Scale">s.</param>
internal sealed record SeriesNoise(double White, double Memory, double Scale)
{
    /// <summary>Lags that noise is fitted to: so short that a break, which adds to few differences, is not taken for noise.</summary>
    public const int Lags = 15;

    private const double LeastWhite = 0.02;

    // A record that does not vary at all, as of a stuck instrument, is no more certain than this.
    private const double LeastScale = 0.1;
    private static readonly double[] Memories = [.. Enumerable.Range(1, 40).Select(i => Math.Pow(0.5, 1 / (0.1 * Math.Pow(1.15, i))))];

    /// <summary>The noise whose variogram is nearest to one that was found.</summary>
    /// <param name="variogram">½ E (x_t − x_{t+τ})², for τ = 1 …; NaN where it is not known.</param>
    /// <param name="weights">Of each.</param>
    public static SeriesNoise Of(IReadOnlyList<double> variogram, IReadOnlyList<double> weights)
    {
        var best = (Misfit: double.PositiveInfinity, Noise: new SeriesNoise(1, 0, 1));
        foreach (var memory in Memories)
        {
            // V(τ) = a + b (1 − φ^τ), a = s² κ and b = s² (1 − κ): a line in 1 − φ^τ.
            double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0, wyy = 0;
            for (var lag = 0; lag < variogram.Count; lag++)
            {
                if (double.IsFinite(variogram[lag]))
                {
                    var (x, y, of) = (1 - Math.Pow(memory, lag + 1), variogram[lag], weights[lag]);
                    (w, wx, wy, wxx, wxy, wyy) = (w + of, wx + of * x, wy + of * y, wxx + of * x * x, wxy + of * x * y, wyy + of * y * y);
                }
            }

            var determinant = w * wxx - wx * wx;
            var slope = determinant > 1e-9 * w * wxx ? Math.Max(0, (w * wxy - wx * wy) / determinant) : 0;
            var level = (wy - slope * wx) / w;
            if (level < LeastWhite * slope)
            {
                (slope, level) = (wxy / wxx, LeastWhite * wxy / wxx);
            }

            var misfit = wyy - 2 * level * wy - 2 * slope * wxy + level * level * w + 2 * level * slope * wx + slope * slope * wxx;
            if (w > 0 && misfit < best.Misfit)
            {
                best = (misfit, level + slope < LeastScale * LeastScale ? new SeriesNoise(1, 0, LeastScale) : new SeriesNoise(level / (level + slope), memory, Math.Sqrt(level + slope)));
            }
        }

        return best.Noise;
    }

    /// <summary>½ mean (x_t − x_{t+τ})² of a series in units of its spreads, and how many differences each is of.</summary>
    public static (double[] Values, double[] Counts) Variogram(StationSeries series)
    {
        var (sums, counts) = (new double[Lags], new double[Lags]);
        for (var i = 0; i < series.Count; i++)
        {
            for (var j = i + 1; j < series.Count && series.Steps[j] - series.Steps[i] < Lags + 0.5; j++)
            {
                var lag = (int)Math.Round(series.Steps[j] - series.Steps[i]);
                if (lag > 0)
                {
                    sums[lag - 1] += 0.5 * Math.Pow(series.Departures[j] / series.Spreads[j] - series.Departures[i] / series.Spreads[i], 2);
                    counts[lag - 1]++;
                }
            }
        }

        return ([.. sums.Zip(counts, (sum, count) => sum / count)], counts);
    }
}
