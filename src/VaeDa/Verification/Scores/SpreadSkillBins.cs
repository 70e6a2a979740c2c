namespace VaeDa.Verification.Scores;

/// <summary>
/// Whether the ensemble knows where and when it errs: cells gathered by their spread, √2 from bin to bin, and in each bin
/// the root mean square spread beside the root mean square error of the mean. Spreads estimated from few members blur the
/// relation a little: of the smallest ones too many are small by chance, of the largest too many large.
/// </summary>
public sealed class SpreadSkillBins
{
    private readonly SortedDictionary<int, (double Weight, double Variance, double SquaredError)> _bins = [];

    internal SpreadSkillBins()
    {
    }

    /// <summary>The cells of one bin, whose spreads are alike.</summary>
    /// <param name="Share">The share of the bin in the area of all cells and dates, 0…1.</param>
    /// <param name="Spread">
    /// The root mean square spread times √((M + 1) / M), in the units of the variable: what the error of a calibrated ensemble's mean
    /// would be.
    /// </param>
    /// <param name="Error">The root mean square error of the ensemble mean, in the units of the variable.</param>
    public readonly record struct Bin(double Share, double Spread, double Error);

    /// <summary>The bins that hold any cells, in order of their spread, the smallest first.</summary>
    public IReadOnlyList<Bin> Bins
    {
        get
        {
            var total = _bins.Values.Sum(bin => bin.Weight);
            return [.. _bins.Values.Select(bin => new Bin(bin.Weight / total, Math.Sqrt(bin.Variance / bin.Weight), Math.Sqrt(bin.SquaredError / bin.Weight)))];
        }
    }

    /// <param name="ensemble">Of one date.</param>
    /// <param name="weights">Of the cells, (N).</param>
    internal void Add(EnsembleAgainstTruth ensemble, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(ensemble);
        foreach (var x in ensemble.Cells)
        {
            var variance = ensemble.Variance(x) * (ensemble.Members + 1) / ensemble.Members;
            // No spread at all: a cell whose value is fixed.
            var number = variance > 0 ? (int)Math.Floor(Math.Log2(variance)) : int.MinValue;
            var error = ensemble.Mean(x) - ensemble.Truth(x);
            var (weight, sum, squares) = _bins.GetValueOrDefault(number);
            _bins[number] = (weight + weights[x], sum + weights[x] * variance, squares + weights[x] * error * error);
        }
    }
}
