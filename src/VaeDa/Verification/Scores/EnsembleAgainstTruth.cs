namespace VaeDa.Verification.Scores;

/// <summary>One variable of an analysis beside the truth; all scores start from here.</summary>
public sealed class EnsembleAgainstTruth
{
    private readonly float[] _truth; // (N)
    private readonly float[] _mostProbable; // (N)
    private readonly double[] _mean; // (N)
    private readonly double[] _variance; // (N)
    private readonly double[] _sorted; // (N, M)

    /// <summary>Sets an analysis beside the truth. All fields are of one variable, (H, W), in its units.</summary>
    /// <param name="truth">The true field, NaN where it has no value; these cells are not scored.</param>
    /// <param name="mostProbable">The most probable field, NaN where it has no value; these cells are not scored either.</param>
    /// <param name="members">The fields of the M members; fewer than two are no ensemble.</param>
    /// <exception cref="ArgumentException">The fields are not of one size.</exception>
    public EnsembleAgainstTruth(float[] truth, float[] mostProbable, IReadOnlyList<float[]> members)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(mostProbable);
        ArgumentNullException.ThrowIfNull(members);
        if (members.Append(mostProbable).Any(field => field.Length != truth.Length))
        {
            throw new ArgumentException($"the truth holds {truth.Length} values; the analysis and its members must hold as many");
        }

        (_truth, _mostProbable, Members) = (truth, mostProbable, members.Count < 2 ? 0 : members.Count);
        Cells = [.. Enumerable.Range(0, truth.Length).Where(x => float.IsFinite(truth[x]) && float.IsFinite(mostProbable[x]))];
        (_mean, _variance, _sorted) = (new double[truth.Length], new double[truth.Length], new double[truth.Length * Members]);
        foreach (var x in Members == 0 ? [] : Cells)
        {
            var values = _sorted.AsSpan(x * Members, Members);
            double sum = 0, squares = 0;
            for (var i = 0; i < Members; i++)
            {
                values[i] = members[i][x];
                sum += values[i];
            }

            values.Sort();
            var mean = sum / Members;
            foreach (var value in values)
            {
                squares += (value - mean) * (value - mean);
            }

            (_mean[x], _variance[x]) = (mean, squares / (Members - 1));
        }
    }

    /// <summary>The number of ensemble members, M; 0 without an ensemble.</summary>
    public int Members { get; }

    /// <summary>The indices, row by row from 0, of the cells that are scored: those where both fields have a value.</summary>
    public IReadOnlyList<int> Cells { get; }

    internal double Truth(int cell) => _truth[cell];

    internal double MostProbable(int cell) => _mostProbable[cell];

    /// <summary>Of the members; 0 without an ensemble, as all that follows.</summary>
    internal double Mean(int cell) => _mean[cell];

    /// <summary>Of the members about their mean, without bias (divided by M − 1).</summary>
    internal double Variance(int cell) => _variance[cell];

    /// <summary>(M), ascending.</summary>
    internal ReadOnlySpan<double> Sorted(int cell) => _sorted.AsSpan(cell * Members, Members);

    /// <summary>
    /// Computes the fair continuous ranked probability score at a cell (Ferro 2014, Q. J. R. Meteorol. Soc. 140, 1917): what infinitely many
    /// members of the same distribution would be expected to score.
    /// </summary>
    /// <param name="cell">The index of a cell that is scored.</param>
    /// <returns>The score, in the units of the variable: 0 is the best; NaN without an ensemble.</returns>
    public double FairCrps(int cell)
    {
        double distance = 0, pairs = 0;
        var values = Sorted(cell);
        for (var i = 0; i < values.Length; i++)
        {
            distance += Math.Abs(values[i] - _truth[cell]);
            // Σ over pairs of |xᵢ − xⱼ|, from the sorted members.
            pairs += (2 * i - values.Length + 1) * values[i];
        }

        return distance / values.Length - pairs / (values.Length * (values.Length - 1.0));
    }
}
