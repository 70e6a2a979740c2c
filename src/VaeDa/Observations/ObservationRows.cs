using System.Globalization;
using VaeDa.Files;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>The rows of one file of observations, as they stand there: numbers in their own units, nothing averaged.</summary>
internal sealed class ObservationRows
{
    private readonly TextTable _table;
    private readonly RowParser _parser;
    private readonly Column _value;
    private readonly ObservedValues _values;
    private readonly string? _unitsInHeader;

    /// <exception cref="InvalidInputException">A column is missing, or half of the rows or more cannot be read, or one of them where that is an error.</exception>
    public ObservationRows(TextTable table, ObservationReading reading, ObservedValues values)
    {
        (_table, _values) = (table, values);
        if (table.IsAbsolute is { } isAbsolute && isAbsolute != reading.Absolute)
        {
            throw new InvalidInputException(isAbsolute
                ? $"{table.Source}: its values are as measured, not anomalies: say that they are absolute, so that a climatology is subtracted"
                : $"{table.Source}: its header says that its values are anomalies, so they cannot be absolute") { Setting = nameof(ObservationReading.Absolute) };
        }

        _value = reading.Absolute || table.IsAbsolute is not null ? Column.Value : Column.Anomaly;
        _parser = new RowParser(table, Column.Latitude, Column.Longitude, _value);
        _unitsInHeader = _parser.UnitsInHeader(_value);
        IgnoredColumns = [.. _parser.IgnoredColumns, .. table.Names.Where(name => reading.Variables is null && Column.Units.Aliases.Contains(name, StringComparer.OrdinalIgnoreCase))];
        var codes = MissingCodes.OfErrors([.. table.Rows.Where(row => table.Unevenness(row) is null).Select(row => Readable(() => _parser.Error(row))).OfType<double>()]);
        foreach (var row in table.Rows)
        {
            try
            {
                Add(row, codes);
            }
            catch (RowFault fault)
            {
                Faults.Add(reading.Strict ? throw fault.Error : fault);
                Rows.Add((Remains(row, fault), null));
            }
        }

        var readable = Rows.Count - Faults.Count;
        // Where so many are wrong, it is not a few slips but how the file is written.
        if (Faults.Count > 0 && Faults.Count >= readable)
        {
            throw Faults.Count == 1 ? Faults[0].Error : new InvalidInputException($"{Faults[0].Message} (and {Faults.Count - 1} more of {table.Rows.Count} rows cannot be read)");
        }
    }

    /// <summary>In the file's order, with the units that each states: those with a value, and those that cannot be read.</summary>
    public List<(Observation Row, string? Units)> Rows { get; } = [];

    /// <summary>Rows with an empty value: line, and time if it can be read.</summary>
    public List<(int Line, DateTime? Time)> Empty { get; } = [];

    public List<RowFault> Faults { get; } = [];

    public string[] IgnoredColumns { get; }

    private void Add(TextRow row, HashSet<double> codesForErrors)
    {
        if (_table.Unevenness(row) is { } uneven)
        {
            throw _parser.Refusal(row, uneven);
        }

        if (_parser.IsMissing(row, _value))
        {
            Empty.Add((row.Line, Readable(() => _parser.Time(row))));
            return;
        }

        var units = _parser.Text(row, Column.Units) ?? _unitsInHeader;
        var observation = new Observation(_parser.Latitude(row), _parser.Longitude(row), _parser.Number(row, _value))
        {
            Error = _parser.Error(row),
            Variable = _parser.Text(row, Column.Variable),
            Time = _parser.Time(row),
            Station = _parser.Text(row, Column.Station),
            Line = row.Line,
            Flag = row.Doubt is { } doubt ? RowFlag.Doubt(doubt) : null,
        };
        if (observation.Error is { } error && codesForErrors.Contains(error))
        {
            throw _parser.Refusal(row, string.Create(CultureInfo.InvariantCulture, $"column 'error': {error} stands for a missing value"));
        }

        Rows.Add(_values.Fault(observation, units) is { } fault ? throw _parser.Refusal(row, fault) : (observation, units));
    }

    /// <summary>What can be read of a row that cannot: NaN in place of numbers that are none.</summary>
    private Observation Remains(TextRow row, RowFault fault)
    {
        var isEven = _table.Unevenness(row) is null;
        return new Observation(
            Number(() => _parser.Latitude(row)), Number(() => _parser.Longitude(row)), Number(() => _parser.Number(row, _value)))
        {
            Variable = isEven ? _parser.Text(row, Column.Variable) : null,
            Time = isEven ? Readable(() => _parser.Time(row)) : null,
            Station = isEven ? _parser.Text(row, Column.Station) : null,
            Line = row.Line,
            Flag = RowFlag.Unreadable(fault),
        };

        double Number(Func<double> read) => isEven ? Readable(() => (double?)read()) ?? double.NaN : double.NaN;
    }

    private static T? Readable<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (RowFault)
        {
            return default;
        }
    }
}
