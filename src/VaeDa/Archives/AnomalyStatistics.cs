namespace VaeDa.Archives;

/// <summary>Gathers <see cref="VariableStatistics"/> field by field.</summary>
/// <param name="weights">Cell areas (H × W).</param>
internal sealed class AnomalyStatistics(float[] weights)
{
    private ValueRange _range = ValueRange.None;
    private double _weight;
    private double _sum;
    private double _squares;
    private long _missing;
    private long _cells;

    public void Add(ReadOnlySpan<float> field)
    {
        _range = _range.With(field);
        _cells += field.Length;
        // In registers: the sums are the chain that this waits for.
        var (weight, sum, squares, missing) = (_weight, _sum, _squares, _missing);
        for (var c = 0; c < field.Length; c++)
        {
            if (float.IsNaN(field[c]))
            {
                missing++;
                continue;
            }

            weight += weights[c];
            sum += (double)weights[c] * field[c];
            squares += (double)weights[c] * field[c] * field[c];
        }

        (_weight, _sum, _squares, _missing) = (weight, sum, squares, missing);
    }

    public VariableStatistics Describe(string variable, string sourceUnits, double packingError) => new()
    {
        Variable = variable,
        SourceUnits = sourceUnits,
        Mean = _sum / _weight,
        StandardDeviation = Math.Sqrt(_squares / _weight),
        Minimum = _range.Low,
        Maximum = _range.High,
        MissingFraction = (double)_missing / _cells,
        PackingError = packingError,
    };
}
