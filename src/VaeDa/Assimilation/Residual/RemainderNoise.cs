namespace VaeDa.Assimilation.Residual;

/// <summary>
/// What the fields that the patterns leave are drawn from. Those of a date by itself have waves and amplitudes of their own; of successive dates the
/// waves are the same and amplitudes remember, r_t = φ r_{t−1} + √(1 − φ²) ξ_t, each of the sums as far back as it counts.
/// </summary>
/// <param name="Waves">Of the wave vectors.</param>
/// <param name="Amplitudes">Noise of each date, and its weight; squares of the weights sum to 1.</param>
internal sealed record RemainderNoise(Noise Waves, IReadOnlyList<(double Weight, Noise Noise)> Amplitudes)
{
    private const double LeastWeight = 0.03;

    /// <summary>Of a date by itself.</summary>
    public static RemainderNoise Of(Noise noise) => new(noise, [(1, noise)]);

    /// <summary>Of a date that remembers those before.</summary>
    /// <param name="seed">The user's.</param>
    /// <param name="correlation">φ, from one date to the next, 0…1.</param>
    /// <param name="before">The time so many steps before the date, UTC.</param>
    public static RemainderNoise Of(long seed, double correlation, Func<int, DateTime> before)
    {
        if (correlation <= 0)
        {
            return Of(Noise.Of(seed, before(0)));
        }

        double[] weights = [.. Enumerable.Range(0, 64).Select(n => Math.Pow(correlation, n)).TakeWhile(w => w >= LeastWeight)];
        var size = Math.Sqrt(weights.Sum(w => w * w));
        return new RemainderNoise(Noise.Of(seed), [.. weights.Select((w, n) => (w / size, Noise.Of(seed, before(n))))]);
    }
}
