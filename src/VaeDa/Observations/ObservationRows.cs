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
    private readonly HashSet<double> _codesForErrors;
    private readonly bool _strict;
    private readonly SharedTexts _texts;

    /// <param name="table">The file.</param>
    /// <param name="reading">How it is to be understood.</param>
    /// <param name="values">Made for that.</param>
    /// <param name="texts">Of all files.</param>
    /// <exception cref="InvalidInputException">A column is missing.</exception>
    public ObservationRows(TextTable table, ObservationReading reading, ObservedValues values, SharedTexts texts)
    {
        (_table, _values, _strict, _texts) = (table, values, reading.Strict, texts);
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
        _codesForErrors = _parser.Has(Column.Error)
            ? MissingCodes.OfErrors(table.Rows.Where(row => table.Unevenness(row) is null).Select(row => Readable(() => _parser.Error(row))).OfType<double>())
            : [];
    }

    /// <summary>The rows in the file's order, with the units that each states.</summary>
    /// <exception cref="InvalidInputException">Half of the rows or more cannot be read, or one of them where that is an error.</exception>
    public IEnumerable<ReadRow> Read()
    {
        var (rows, faults, empty, first) = (0, 0, 0, (RowFault?)null);
        foreach (var row in _table.Rows)
        {
            var read = Read(row);
            rows++;
            empty += read.IsEmpty ? 1 : 0;
            faults += read.Fault is null ? 0 : 1;
            first ??= read.Fault;
            yield return read.Fault is { } fault && _strict ? throw fault.Error : read;
        }

        // Where so many are wrong, it is not a few slips but how the file is written.
        if (faults > 0 && 2 * faults >= rows - empty)
        {
            throw faults == 1 ? first!.Error : new InvalidInputException($"{first!.Message} (and {faults - 1} more of {rows} rows cannot be read)");
        }
    }

    public string[] IgnoredColumns { get; }

    private ReadRow Read(TextRow row)
    {
        try
        {
            if (_table.Unevenness(row) is { } uneven)
            {
                throw _parser.Refusal(row, uneven);
            }

            return _parser.IsMissing(row, _value)
                ? new ReadRow(new Observation(double.NaN, double.NaN, double.NaN) { Line = row.Line, Time = Readable(() => _parser.Time(row)) }, null) { IsEmpty = true }
                : Valued(row);
        }
        catch (RowFault fault)
        {
            return new ReadRow(Remains(row, fault), null) { Fault = fault };
        }
    }

    private ReadRow Valued(TextRow row)
    {
        var units = _texts.Of(_parser.Text(row, Column.Units)) ?? _unitsInHeader;
        var observation = new Observation(_parser.Latitude(row), _parser.Longitude(row), _parser.Number(row, _value))
        {
            Error = _parser.Error(row),
            Variable = _texts.Of(_parser.Text(row, Column.Variable)),
            Time = _parser.Time(row),
            Station = _texts.Of(_parser.Text(row, Column.Station)),
            Line = row.Line,
            Flag = row.Doubt is { } doubt ? RowFlag.Doubt(doubt) : null,
        };
        if (observation.Error is { } error && _codesForErrors.Contains(error))
        {
            throw _parser.Refusal(row, string.Create(CultureInfo.InvariantCulture, $"column 'error': {error} stands for a missing value"));
        }

        return _values.Fault(observation, units) is { } fault ? throw _parser.Refusal(row, fault) : new ReadRow(observation, units);
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

/// <summary>A row of a file as it was read.</summary>
/// <param name="Row">Its anomaly is the number that stands there. Of a row that cannot be read, with a flag, and of an empty one, numbers may be NaN.</param>
/// <param name="Units">That the row states, or null.</param>
internal readonly record struct ReadRow(Observation Row, string? Units)
{
    /// <summary>Among all rows that are read, from 0.</summary>
    public long Number { get; init; }

    /// <summary>Why it cannot be read; null if it can.</summary>
    public RowFault? Fault { get; init; }

    /// <summary>Whether its value is missing; of its place nothing is said then.</summary>
    public bool IsEmpty { get; init; }
}
