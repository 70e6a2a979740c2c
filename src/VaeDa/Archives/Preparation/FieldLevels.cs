namespace VaeDa.Archives.Preparation;

/// <summary>
/// Whether all fields of a variable are of one kind: of absolute values and anomalies together, or of one quantity in two units, the fields' medians lie in two
/// groups that are far apart, by what they vary within each and by what a field varies in space; a code for missing values in some cells changes no median. Seasons do not: their medians are near each other by both.
/// </summary>
/// <param name="fields">How many there are.</param>
internal sealed class FieldLevels(int fields)
{
    // Of each field; a median needs no more.
    private const int MostCells = 1024;

    // Of a normal distribution: the standard deviation in terms of what lies between the quartiles.
    private const double DeviationByQuartiles = 0.7413;

    // The gap between the groups, in units of the larger group's range, and of the typical standard deviation in space.
    private const double FarByRange = 20;
    private const double FarBySpace = 5;
    private const int Fewest = 2;

    private readonly double[] _medians = [.. Enumerable.Repeat(double.NaN, fields)];
    private readonly float[] _values = new float[MostCells];
    private readonly List<double> _deviations = new(fields);

    /// <param name="t">The number of the field.</param>
    /// <param name="field">(H × W), NaN where missing.</param>
    public void Add(int t, ReadOnlySpan<float> field)
    {
        var (count, step) = (0, Math.Max(1, (field.Length + MostCells - 1) / MostCells));
        for (var c = 0; c < field.Length; c += step)
        {
            if (float.IsFinite(field[c]))
            {
                _values[count++] = field[c];
            }
        }

        if (count > 0)
        {
            _values.AsSpan(0, count).Sort();
            _medians[t] = _values[count / 2];
            _deviations.Add((_values[3 * count / 4] - _values[count / 4]) * DeviationByQuartiles);
        }
    }

    /// <summary>What is wrong, in words; null if nothing is.</summary>
    /// <param name="name">Of the variable.</param>
    /// <param name="times">Of the fields.</param>
    public string? Fault(string name, IReadOnlyList<DateTime> times)
    {
        int[] order = [.. Enumerable.Range(0, fields).Where(t => double.IsFinite(_medians[t])).OrderBy(t => _medians[t])];
        if (order.Length < 2 * Fewest)
        {
            return null;
        }

        var split = Enumerable.Range(Fewest, order.Length - 2 * Fewest + 1).MaxBy(i => _medians[order[i]] - _medians[order[i - 1]]);
        var (low, high) = (order[..split], order[split..]);
        var gap = _medians[high[0]] - _medians[low[^1]];
        var range = Math.Max(_medians[low[^1]] - _medians[low[0]], _medians[high[^1]] - _medians[high[0]]);
        _deviations.Sort();
        return gap > FarByRange * range && gap > FarBySpace * _deviations[_deviations.Count / 2]
            ? $"'{name}': its fields are of two kinds, {Words(low)}, and {Words(high)}: absolute values and anomalies, or two units, cannot be one archive"
            : null;

        string Words(int[] group) => FormattableString.Invariant($"{group.Length} of a median of {_medians[group[0]]:g4} to {_medians[group[^1]]:g4} (the first of {times[group.Min()]:yyyy-MM-dd})");
    }
}
