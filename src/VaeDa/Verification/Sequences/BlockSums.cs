using VaeDa.Verification.Scores;

namespace VaeDa.Verification.Sequences;

/// <summary>Weighted sums over the truths of one block of time, a month; those of several blocks add up.</summary>
/// <param name="Weight">Of all truths.</param>
/// <param name="SquaredError">Of the most probable field.</param>
/// <param name="SquaredErrorOfMean">Of the ensemble's mean.</param>
/// <param name="Variance">Of the members, times (M + 1) / M: what the squared error of a calibrated ensemble's mean would be.</param>
/// <param name="Inside50">The weight of truths in the central 50% interval.</param>
/// <param name="Inside90">The weight of truths in the central 90% interval.</param>
internal readonly record struct BlockSums(double Weight, double SquaredError, double SquaredErrorOfMean, double Variance, double Inside50, double Inside90)
{
    public double Rmse => Math.Sqrt(SquaredError / Weight);

    public double MeanRmse => Math.Sqrt(SquaredErrorOfMean / Weight);

    public double SpreadSkill => Math.Sqrt(Variance / SquaredErrorOfMean);

    public double Coverage50 => Inside50 / Weight;

    public double Coverage90 => Inside90 / Weight;

    public static BlockSums operator +(BlockSums a, BlockSums b) => new(
        a.Weight + b.Weight, a.SquaredError + b.SquaredError, a.SquaredErrorOfMean + b.SquaredErrorOfMean, a.Variance + b.Variance, a.Inside50 + b.Inside50, a.Inside90 + b.Inside90);

    public static BlockSums operator -(BlockSums a, BlockSums b) => new(
        a.Weight - b.Weight, a.SquaredError - b.SquaredError, a.SquaredErrorOfMean - b.SquaredErrorOfMean, a.Variance - b.Variance, a.Inside50 - b.Inside50, a.Inside90 - b.Inside90);

    /// <summary>One truth at a cell that is scored.</summary>
    public static BlockSums Of(EnsembleAgainstTruth ensemble, int cell, double weight)
    {
        var (error, errorOfMean) = (ensemble.MostProbable(cell) - ensemble.Truth(cell), ensemble.Mean(cell) - ensemble.Truth(cell));
        return new BlockSums(weight, weight * error * error, weight * errorOfMean * errorOfMean, weight * ensemble.Variance(cell) * (ensemble.Members + 1) / ensemble.Members, 0, 0);
    }

    /// <summary>
    /// The standard error of a score by the jackknife (Efron and Tibshirani 1993, ch. 11): the score is computed without each block in turn. It allows for truths of
    /// one block that depend on each other, and not for what lasts from block to block.
    /// </summary>
    /// <param name="blocks">One for each month.</param>
    /// <param name="score">Of sums.</param>
    /// <returns>NaN from fewer than <see cref="SequenceScores.FewestBlocks"/>.</returns>
    public static double StandardError(IReadOnlyCollection<BlockSums> blocks, Func<BlockSums, double> score)
    {
        if (blocks.Count < SequenceScores.FewestBlocks)
        {
            return double.NaN;
        }

        var all = blocks.Aggregate((a, b) => a + b);
        var without = blocks.Select(block => score(all - block)).ToList();
        var mean = without.Average();
        return Math.Sqrt((blocks.Count - 1.0) / blocks.Count * without.Sum(s => (s - mean) * (s - mean)));
    }
}
