using System.Runtime.Intrinsics;
using VaeDa.Fields;

namespace VaeDa.Archives.Preparation;

/// <summary>Gathers <see cref="VariableStatistics"/> field by field.</summary>
/// <param name="weights">Cell areas (H × W).</param>
internal sealed class AnomalyStatistics(float[] weights)
{
    // Cells worked on together.
    private const int Lanes = 8;

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
        // The same lanes on any machine, so the same sums.
        Vector512<double> weight = default, sum = default, squares = default;
        var absent = Vector256<int>.Zero;
        var whole = field.Length / Lanes * Lanes;
        for (var c = 0; c < whole; c += Lanes)
        {
            var (value, area) = (Vector256.Create(field.Slice(c, Lanes)), Vector256.Create(weights, c));
            var present = Vector256.Equals(value, value);
            absent += Vector256<int>.One + present.AsInt32();
            var (w, x) = (Widen(area & present), Widen(value & present));
            weight += w;
            sum += w * x;
            squares += w * x * x;
        }

        _weight += Vector512.Sum(weight);
        _sum += Vector512.Sum(sum);
        _squares += Vector512.Sum(squares);
        _missing += Vector256.Sum(absent);
        for (var c = whole; c < field.Length; c++)
        {
            if (float.IsNaN(field[c]))
            {
                _missing++;
                continue;
            }

            _weight += weights[c];
            _sum += (double)weights[c] * field[c];
            _squares += (double)weights[c] * field[c] * field[c];
        }
    }

    /// <param name="variable">Short name.</param>
    /// <param name="sourceUnits">Of the values in the files.</param>
    /// <param name="packingError">Largest error of an anomaly.</param>
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

    private static Vector512<double> Widen(Vector256<float> values) => Vector512.WidenLower(values.ToVector512Unsafe());
}
