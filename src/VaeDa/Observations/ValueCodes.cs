using System.Globalization;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>
/// Codes for missing values, looked for among the numbers of the same variable and units before anything is done with them; and rows that their source
/// doubts. First it is shown all rows, then it flags each of them. It keeps counts and no rows.
/// </summary>
/// <param name="source">What all rows together are called in messages.</param>
internal sealed class ValueCodes(string source)
{
    private readonly Dictionary<(string? Variable, string? Units), ValueCounts> _counts = [];
    private readonly Dictionary<(string? Variable, string? Units), HashSet<double>> _codes = [];
    private readonly Dictionary<double, RowPlaces> _coded = [];
    private readonly RowPlaces _doubted = new();

    /// <param name="number">Of the row among all.</param>
    /// <param name="row">As it was read.</param>
    /// <param name="units">That it states, or null.</param>
    public void Show(long number, Observation row, string? units)
    {
        if (row.Flag is not null)
        {
            if (RowFlag.IsMissing(row.Flag))
            {
                _doubted.Add(number, row.Source, row.Line);
            }

            return;
        }

        if (!_counts.TryGetValue((row.Variable, units), out var counts))
        {
            _counts[(row.Variable, units)] = counts = new ValueCounts([]);
        }

        counts.Add(row.Anomaly, 1);
    }

    /// <summary>Once all rows were shown.</summary>
    /// <exception cref="InvalidInputException">Every value is a code.</exception>
    public void Find()
    {
        var (used, coded) = (0L, 0L);
        foreach (var (key, counts) in _counts)
        {
            var codes = _codes[key] = MissingCodes.Of(counts);
            used += counts.Sorted.Sum(c => (long)c.Count);
            coded += counts.Sorted.Where(c => codes.Contains(c.Value)).Sum(c => (long)c.Count);
        }

        _counts.Clear();
        if (used == coded)
        {
            throw new InvalidInputException($"{source}: no row has an anomaly ({used} rows hold {string.Join(", ", _codes.Values.SelectMany(c => c).Distinct().Select(c => c.ToString(CultureInfo.InvariantCulture)))}, as a code for missing would be)");
        }
    }

    /// <param name="names">By which rows may call the variable.</param>
    /// <param name="units">That a row states, or null.</param>
    /// <param name="value">Its number.</param>
    /// <returns>Whether it stands for a missing value, in rows of any of the names.</returns>
    public bool IsCode(ReadOnlySpan<string?> names, string? units, double value)
    {
        foreach (var name in names)
        {
            if (_codes.TryGetValue((name, units), out var codes) && codes.Contains(value))
            {
                return true;
            }
        }

        return false;
    }

    /// <param name="number">Of the row among all; in any order.</param>
    /// <param name="row">As it was shown.</param>
    /// <param name="units">As they were shown.</param>
    /// <returns>The row, with a flag if its value is a code.</returns>
    public Observation Flagged(long number, Observation row, string? units)
    {
        if (row.Flag is not null || !_codes[(row.Variable, units)].Contains(row.Anomaly))
        {
            return row;
        }

        if (!_coded.TryGetValue(row.Anomaly, out var places))
        {
            _coded[row.Anomaly] = places = new RowPlaces();
        }

        places.Add(number, row.Source, row.Line);
        return row with { Flag = RowFlag.MissingCode };
    }

    /// <summary>What there is to say, once all rows are flagged.</summary>
    public IReadOnlyList<string> Notes =>
    [
        .. _coded.OrderBy(c => c.Value.First).Select(c =>
            string.Create(CultureInfo.InvariantCulture, $"{c.Value.Count} rows hold {c.Key}, far from all other values: it is taken for missing, and they are left out ({c.Value})")),
        .. _doubted.Count == 0 ? [] : (string[])[$"{_doubted.Count} rows are flagged by their source's own quality control and left out ({_doubted})"],
    ];
}
