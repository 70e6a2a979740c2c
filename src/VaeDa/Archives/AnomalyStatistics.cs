using VaeDa.Fields;

namespace VaeDa.Archives;

/// <summary>Sums over one variable's anomalies, a field at a time.</summary>
internal sealed class AnomalyStatistics(Grid grid)
{
    private readonly float[] _area = grid.AreaWeights();
    private double _weight, _sum, _squares;
    private long _present, _cells;

    public ValueRange Range { get; private set; } = ValueRange.None;

    public bool IsEmpty => _present == 0;

    /// <param name="field">(H, W), NaN where missing.</param>
    public void Add(ReadOnlySpan<float> field)
    {
        Range = Range.With(field);
        _cells += field.Length;
        for (var c = 0; c < field.Length; c++)
        {
            if (!float.IsNaN(field[c]))
            {
                _present++;
                _weight += _area[c];
                _sum += (double)_area[c] * field[c];
                _squares += (double)_area[c] * field[c] * field[c];
            }
        }
    }

    public VariableStatistics Describe(string variable, string sourceUnits, double packingError) => new()
    {
        Variable = variable,
        SourceUnits = sourceUnits,
        Mean = _sum / _weight,
        StandardDeviation = Math.Sqrt(_squares / _weight),
        Minimum = Range.Low,
        Maximum = Range.High,
        MissingFraction = 1 - (double)_present / _cells,
        PackingError = packingError,
    };
}
