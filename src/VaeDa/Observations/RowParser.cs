using System.Collections.Immutable;
using System.Globalization;
using VaeDa.Files;

namespace VaeDa.Observations;

/// <summary>Finds the columns of a table by their aliases and reads typed cells, refusing bad ones by place and column.</summary>
internal sealed class RowParser
{
    private static readonly string[] Missing = ["", "nan", "na", "n/a", "null", "none"];

    private const int MostNames = 20;
    private const int LongestShown = 60;

    private readonly TextTable _table;
    private readonly Dictionary<Column, int> _columns = [];
    private readonly RowTime _time;

    /// <exception cref="InvalidInputException">A name occurs twice, or a needed column is missing.</exception>
    public RowParser(TextTable table, params ReadOnlySpan<Column> needed)
    {
        _table = table;
        var byName = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < table.Names.Length; i++)
        {
            if (!byName.TryAdd(table.Names[i], i))
            {
                throw new InvalidInputException($"{table.Source}: the header names the column '{table.Names[i]}' twice");
            }
        }

        foreach (var column in Column.All)
        {
            if (column.Aliases.FirstOrDefault(byName.ContainsKey) is { } alias)
            {
                _columns[column] = byName[alias];
            }
        }

        foreach (var column in needed)
        {
            if (!_columns.ContainsKey(column))
            {
                throw new InvalidInputException(
                    $"{table.Source}: the header has no column for {column.Meaning} ({string.Join(", ", column.Aliases.Select(a => $"'{a}'"))}); "
                    + $"its columns are {string.Join(", ", table.Names.Take(MostNames).Select(n => $"'{Shown(n)}'"))}{(table.Names.Length > MostNames ? ", …" : string.Empty)}");
            }
        }

        _time = new RowTime(this, table);
        foreach (var column in RowTime.Columns.Except(_time.Used))
        {
            _columns.Remove(column);
        }

        IgnoredColumns = [.. table.Names.Where((_, i) => !_columns.ContainsValue(i))];
    }

    public ImmutableArray<string> IgnoredColumns { get; }

    public bool IsMissing(TextRow row, Column column) => Text(row, column) is null;

    /// <summary>The cell, or null where it is missing or there is no such column.</summary>
    public string? Text(TextRow row, Column column) =>
        _columns.TryGetValue(column, out var i) && !Missing.Contains(row.Cells[i], StringComparer.OrdinalIgnoreCase) ? row.Cells[i] : null;

    public double Number(TextRow row, Column column, double least = double.MinValue, double most = double.MaxValue)
    {
        var cell = row.Cells[_columns[column]];
        if (!double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !double.IsFinite(value))
        {
            throw Refusal(row, column, cell.Contains(',') ? "is not a number (decimals take a point)" : "is not a number");
        }

        return value >= least && value <= most
            ? value
            : throw Refusal(row, column, FormattableString.Invariant($"is outside {least}…{most}"));
    }

    public double Latitude(TextRow row) => Number(row, Column.Latitude, -90, 90);

    public double Longitude(TextRow row) => Number(row, Column.Longitude, -180, 360);

    public double? Error(TextRow row)
    {
        if (IsMissing(row, Column.Error))
        {
            return null;
        }

        var error = Number(row, Column.Error);
        return error > 0 ? error : throw Refusal(row, Column.Error, "is not above 0");
    }

    public DateTime? Time(TextRow row) => _time.Of(row);

    public bool Has(Column column) => _columns.ContainsKey(column);

    public bool IsSame(Column one, Column other) => _columns[one] == _columns[other];

    public InvalidInputException Refusal(TextRow row, Column column, string problem) =>
        new($"{_table.Source}:{row.Line}: column '{_table.Names[_columns[column]]}': '{Shown(row.Cells[_columns[column]])}' {problem}");

    // Of a file that is no table, not its bytes.
    private static string Shown(string text) =>
        string.Concat(text.Take(LongestShown).Select(c => char.IsControl(c) || c == '\uFFFD' ? '?' : c)) + (text.Length > LongestShown ? "…" : string.Empty);
}
