namespace VaeDa.Verification.Scores;

/// <summary>The spread of an ensemble beside the error of its mean, by place, over the dates that were gathered.</summary>
public sealed class PlaceErrors
{
    private readonly double[] _variance; // (N), sums
    private readonly double[] _squaredError; // (N), sums
    private readonly int[] _dates; // (N)

    /// <param name="size">N.</param>
    internal PlaceErrors(int size) => (_variance, _squaredError, _dates) = (new double[size], new double[size], new int[size]);

    /// <summary>
    /// The root mean square spread times √((M + 1) / M), (H, W), in the units of the variable: what the error of a calibrated
    /// ensemble's mean would be. NaN where nothing was scored.
    /// </summary>
    public float[] Spread => Root(_variance);

    /// <summary>The root mean square error of the ensemble mean, (H, W), in the units of the variable; NaN where nothing was scored.</summary>
    public float[] Error => Root(_squaredError);

    internal void Add(EnsembleAgainstTruth ensemble)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        foreach (var x in ensemble.Cells)
        {
            var error = ensemble.Mean(x) - ensemble.Truth(x);
            _variance[x] += ensemble.Variance(x) * (ensemble.Members + 1) / ensemble.Members;
            _squaredError[x] += error * error;
            _dates[x]++;
        }
    }

    private float[] Root(double[] sums) => [.. sums.Select((sum, x) => _dates[x] == 0 ? float.NaN : (float)Math.Sqrt(sum / _dates[x]))];
}
