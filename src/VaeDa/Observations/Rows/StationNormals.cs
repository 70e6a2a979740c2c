using VaeDa.Fields.Climatologies;

namespace VaeDa.Observations.Rows;

/// <summary>
/// The mean of each station's own values of a calendar month over years that all anomalies refer to. It is that which makes stations comparable where
/// there is no climatology of fields: differences in elevation and exposure are in the mean, and go with it. As many years are wanted as CRUTEM3 does
/// (Brohan et al. 2006, J. Geophys. Res. 111, D12106): half of them.
/// </summary>
/// <param name="years">Of the normals.</param>
internal sealed class StationNormals(YearSet years)
{
    private readonly int _needed = (Enumerable.Range(1, 9999).Count(years.Contains) + 1) / 2;
    private readonly Dictionary<(string Station, int Variable, int Month), List<(double Value, string? Units, int Year)>> _values = [];
    private readonly Dictionary<(string Station, int Variable, int Month), (double Mean, int Years)> _means = [];

    /// <summary>Takes a value, of any year.</summary>
    /// <param name="station">Which has it.</param>
    /// <param name="variable">The number of the variable.</param>
    /// <param name="time">When.</param>
    /// <param name="value">As it stands in the table.</param>
    /// <param name="units">That the row states, or null.</param>
    public void Show(string station, int variable, DateTime time, double value, string? units)
    {
        if (!years.Contains(time.Year))
        {
            return;
        }

        var key = (station, variable, time.Month);
        if (!_values.TryGetValue(key, out var values))
        {
            _values[key] = values = [];
        }

        values.Add((value, units, time.Year));
    }

    /// <summary>Takes the means, once all values were shown.</summary>
    /// <param name="valueOf">Of a variable's number, a number in the table and its units: the value, or null where the number stands for none.</param>
    public void Find(Func<int, double, string?, double?> valueOf)
    {
        foreach (var (key, values) in _values)
        {
            var valid = values.Select(v => (Value: valueOf(key.Variable, v.Value, v.Units), v.Year)).Where(v => v.Value is not null).ToList();
            _means[key] = (valid.Count == 0 ? double.NaN : valid.Average(v => v.Value!.Value), valid.Select(v => v.Year).Distinct().Count());
        }

        _values.Clear();
    }

    /// <returns>The mean; null where there are too few years, with the reason.</returns>
    public (double? Mean, string? Reason) At(string station, int variable, DateTime time)
    {
        var (mean, count) = _means.GetValueOrDefault((station, variable, time.Month));
        return count >= _needed ? (mean, null) : (null, $"its station has values of the month in {count} of the years {years}; a normal needs {_needed}");
    }
}
