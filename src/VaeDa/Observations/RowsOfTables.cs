using System.Collections.Immutable;
using VaeDa.Files;
using VaeDa.Observations.Rows;

namespace VaeDa.Observations;

/// <summary>The rows of tables one after the other, and what there is to say of them once all are read. It keeps none of them.</summary>
/// <param name="source">What all tables together are called in messages.</param>
/// <param name="areSeveral">Whether there may be more than one, so that each row has to say which it is from.</param>
/// <param name="reading">How they are to be understood.</param>
/// <param name="values">Made for that.</param>
internal sealed class RowsOfTables(string source, bool areSeveral, ObservationReading reading, ObservedValues values)
{
    private readonly List<(string File, string Note, int Unused)> _told = [];
    private readonly List<string> _ignored = [];
    private readonly RowPlaces _empty = new();
    private readonly SharedTexts _texts = new();
    private long _rows;
    private long _faults;
    private string? _firstFault;

    /// <summary>Names of columns that mean nothing.</summary>
    public ImmutableArray<string> IgnoredColumns => [.. _ignored.Distinct()];

    /// <summary>Rows without a value.</summary>
    public RowPlaces Empty => _empty;

    /// <summary>What was found, a sentence each, but for what becomes of the values.</summary>
    public IReadOnlyList<string> Notes =>
    [
        .. OfFiles,
        .. reading is { Absolute: true, Normals: null } ? ["absolute values: differences in elevation between the stations and the fields are not corrected"] : (string[])[],
        .. _faults == 0 ? [] : (string[])[$"{_faults} rows cannot be read and are left out; the first: {_firstFault}"],
    ];

    // Of hundreds of files of the same kind it is said once.
    private string[] OfFiles => [.. _told.GroupBy(t => t.Note).Select(same => (areSeveral ? same.Skip(1).Any() ? $"{same.Count()} files: " : $"{same.First().File}: " : string.Empty)
        + same.Key + (same.Sum(t => t.Unused) is > 0 and var unused ? $"; {unused} rows are not used" : string.Empty))];

    /// <exception cref="InvalidInputException">A column is missing; half of a table's rows or more cannot be read, or one of them where that is an error; or no row has a value.</exception>
    public IEnumerable<ReadRow> Read(IEnumerable<TextTable> tables)
    {
        foreach (var table in tables)
        {
            var own = areSeveral ? table.Source : null;
            var rows = new ObservationRows(table, reading, values, _texts);
            _ignored.AddRange(rows.IgnoredColumns);
            _told.AddRange(table.Note is { } note ? [(table.Source, note, table.Unused)] : []);
            foreach (var read in rows.Read())
            {
                _firstFault ??= read.Fault?.Message;
                _faults += read.Fault is null ? 0 : 1;
                if (read.IsEmpty)
                {
                    _empty.Add(_rows, own, read.Row.Line);
                }

                yield return read with { Number = _rows++, Row = read.Row with { Source = own } };
            }
        }

        if (_rows == _empty.Count)
        {
            var (what, missing) = reading.Absolute ? ("a value", "the value") : ("an anomaly", "the anomaly");
            throw new InvalidInputException($"{source}: {(_rows > 0 ? $"no row has {what} ({_rows} rows, {missing} missing in each)" : OfFiles.FirstOrDefault("there is a header and no row below it"))}");
        }
    }
}
