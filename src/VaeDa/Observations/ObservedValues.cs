using VaeDa.Fields;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>What the numbers of a table become: anomalies in the units of their variable.</summary>
internal sealed class ObservedValues
{
    private readonly IReadOnlyList<Variable>? _variables;
    private readonly bool _isAbsolute;
    private readonly ClimatologicalMean? _mean;
    private readonly StationNormals? _normals;
    private readonly string? _units;
    private readonly Dictionary<string, string> _unitsOf = [];
    private readonly Dictionary<string, int> _numbers;
    private readonly Dictionary<(string From, string To), UnitConversion?> _conversions = [];

    /// <exception cref="InvalidInputException">The units are of no variable, or the climatology has no mean.</exception>
    public ObservedValues(ObservationReading reading)
    {
        _variables = reading.Variables ?? reading.Climatology?.Variables;
        _numbers = (_variables ?? []).Index().ToDictionary(v => v.Item.Name, v => v.Index);
        _isAbsolute = reading.Absolute;
        if (_isAbsolute && _variables is null)
        {
            throw new ArgumentException("absolute values need their variables", nameof(reading));
        }

        _normals = _isAbsolute && reading.Normals is { } years ? new StationNormals(years) : null;
        _mean = _isAbsolute && _normals is null ? new ClimatologicalMean(reading.Climatology ?? throw new ArgumentException("absolute values need a climatology, or the years of normals", nameof(reading))) : null;
        foreach (var parts in reading.Units.Select(text => text.Split('=', 2)))
        {
            if (parts.Length == 1)
            {
                _units = parts[0];
            }
            else if (_variables?.Any(v => v.Name == parts[0]) != false)
            {
                _unitsOf[parts[0]] = parts[1];
            }
            else
            {
                throw new InvalidInputException($"there is no variable '{parts[0]}'; the variables are {Names}") { Setting = nameof(ObservationReading.Units) };
            }
        }
    }

    /// <summary>What is wrong with the units or the time of a row, in words; null if nothing is.</summary>
    /// <param name="raw">Its anomaly is the number that was read.</param>
    /// <param name="units">That the row states, or null.</param>
    /// <exception cref="InvalidInputException">Absolute values have no units.</exception>
    public string? Fault(Observation raw, string? units)
    {
        if (_normals is not null && string.IsNullOrEmpty(raw.Station))
        {
            return "values less their station's own normal need a station, in a column 'station'";
        }

        if (_isAbsolute && raw.Time is null)
        {
            return "absolute values need a time, for the climatology of its day or month";
        }

        if (_isAbsolute && raw.Variable is null && _variables!.Count > 1)
        {
            return $"which of {Names} was observed? Name it in a column 'variable'";
        }

        var variable = VariableOf(raw);
        if (variable < 0)
        {
            return null;
        }

        var target = MeanUnits(variable);
        var of = UnitsOf(variable, units);
        return of is null
            ? _isAbsolute ? throw new InvalidInputException($"absolute values need their units, such as {target}, in a column 'units' or for all") { Setting = nameof(ObservationReading.Units) } : null
            : Conversion(of, target) is null ? $"units '{of}' cannot be converted to '{target}', those of '{_variables![variable].Name}'" : null;
    }

    /// <summary>Takes a row into what is found of all: stations' normals.</summary>
    /// <param name="raw">A row without <see cref="Fault"/>; its anomaly is the number that was read.</param>
    /// <param name="units">That the row states, or null.</param>
    public void Show(Observation raw, string? units)
    {
        if (_normals is not null && raw.Flag is null && VariableOf(raw) is >= 0 and var variable)
        {
            _normals.Show(raw.Station!, variable, raw.Time!.Value, raw.Anomaly, units);
        }
    }

    /// <summary>Once all rows were shown, and codes for missing values are found.</summary>
    public void Find(ValueCodes codes) => _normals?.Find((variable, number, units) =>
        codes.IsCode(_variables!.Count == 1 ? [null, _variables[0].Name] : [_variables[variable].Name], units, number) ? null : Conversion(UnitsOf(variable, units)!, MeanUnits(variable))!.Value.OfValue(number));

    /// <param name="raw">A row without <see cref="Fault"/>; its anomaly is the number that was read.</param>
    /// <param name="units">That the row states, or null.</param>
    public Observation Of(Observation raw, string? units)
    {
        var variable = VariableOf(raw);
        if (variable < 0)
        {
            return !_isAbsolute ? raw : raw with { Value = raw.Anomaly, Anomaly = double.NaN, Flag = raw.Flag ?? RowFlag.Rejected($"its variable '{raw.Variable}' is not among {Names}") };
        }

        var of = UnitsOf(variable, units);
        var own = _variables![variable].Units;
        if (!_isAbsolute)
        {
            // A number that stands for a missing value is shown as it was.
            return of is null || raw.Flag is not null ? raw : raw with { Anomaly = Converted(raw.Anomaly, of, own), Error = raw.Error is { } error ? Converted(error, of, own) : null };
        }

        if (raw.Flag is not null)
        {
            return raw with { Value = raw.Anomaly, Anomaly = double.NaN };
        }

        var value = Conversion(of!, MeanUnits(variable))!.Value.OfValue(raw.Anomaly);
        var (mean, reason) = _normals?.At(raw.Station!, variable, raw.Time!.Value) ?? _mean!.At(variable, raw.Latitude, raw.Longitude, raw.Time!.Value);
        var anomaly = (value - mean) is { } difference ? Converted(difference, MeanUnits(variable), own) : double.NaN;
        return raw with
        {
            Value = value,
            Climatology = mean,
            Anomaly = anomaly,
            Error = raw.Error is { } given ? Converted(given, of!, own) : null,
            Flag = reason is null ? null : RowFlag.Rejected(reason),
        };
    }

    // Those in which a mean is subtracted.
    private string MeanUnits(int variable) => _mean?.Units(variable) ?? _variables![variable].Units;

    private double Converted(double difference, string from, string to) => Conversion(from, to)!.Value.OfDifference(difference);

    private UnitConversion? Conversion(string from, string to)
    {
        if (!_conversions.TryGetValue((from, to), out var conversion))
        {
            _conversions[(from, to)] = conversion = UnitConversion.Between(from, to);
        }

        return conversion;
    }

    private string Names => string.Join(", ", _variables!.Select(v => $"'{v.Name}'"));

    private string? UnitsOf(int variable, string? units) => units ?? _unitsOf.GetValueOrDefault(_variables![variable].Name) ?? _units;

    /// <returns>The number of the row's variable; −1 if it is none of them, does not say which, or they are not known.</returns>
    private int VariableOf(Observation raw) => _variables is null ? -1
        : raw.Variable is null ? _variables.Count == 1 ? 0 : -1
        : _numbers.GetValueOrDefault(raw.Variable, -1);
}
