namespace VaeDa.Verification;

/// <summary>Area-weighted scores of one ensemble of fields against the truth.</summary>
public sealed record EnsembleScore
{
    /// <summary>Of the most probable field.</summary>
    public required double Rmse { get; init; }

    /// <summary>Of the ensemble mean; NaN without members.</summary>
    public required double MeanRmse { get; init; }

    /// <summary>Root mean square of the members' standard deviation; NaN without members.</summary>
    public required double Spread { get; init; }

    /// <summary>Fair continuous ranked probability score (Ferro 2014); NaN without members.</summary>
    public required double Crps { get; init; }

    /// <param name="members">M fields of (V, H, W).</param>
    /// <param name="weights">Cell areas, (V, H, W).</param>
    public static EnsembleScore Of(ReadOnlySpan<float> truth, ReadOnlySpan<float> mostProbable, IReadOnlyList<float[]> members, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(members);
        double weight = 0, squared = 0, meanSquared = 0, variance = 0, crps = 0;
        var values = new double[members.Count];
        var m = members.Count;
        for (var x = 0; x < truth.Length; x++)
        {
            if (!float.IsFinite(truth[x]) || !float.IsFinite(mostProbable[x]))
            {
                continue;
            }

            weight += weights[x];
            squared += weights[x] * Square(mostProbable[x] - truth[x]);
            if (m < 2)
            {
                continue;
            }

            double mean = 0, distance = 0;
            for (var i = 0; i < m; i++)
            {
                values[i] = members[i][x];
                mean += values[i] / m;
                distance += Math.Abs(values[i] - truth[x]) / m;
            }

            Array.Sort(values);
            double spread = 0, pairs = 0;
            for (var i = 0; i < m; i++)
            {
                spread += Square(values[i] - mean) / (m - 1);
                // Σ over pairs of |xᵢ − xⱼ|, from the sorted members.
                pairs += (2 * i - m + 1) * values[i];
            }

            meanSquared += weights[x] * Square(mean - truth[x]);
            variance += weights[x] * spread;
            crps += weights[x] * (distance - pairs / (m * (m - 1)));
        }

        return new EnsembleScore
        {
            Rmse = Math.Sqrt(squared / weight),
            MeanRmse = m < 2 ? double.NaN : Math.Sqrt(meanSquared / weight),
            Spread = m < 2 ? double.NaN : Math.Sqrt(variance / weight),
            Crps = m < 2 ? double.NaN : crps / weight,
        };

        static double Square(double value) => value * value;
    }
}
