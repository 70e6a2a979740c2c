using System.Collections.Immutable;
using System.Globalization;
using VaeDa.Files;

namespace VaeDa.Observations.Rows;

/// <summary>Finds the columns of a table by their aliases and reads typed cells, refusing bad ones by place and column.</summary>
internal sealed class RowParser
{
    private static readonly string[] Missing = ["", "nan", "-nan", "na", "n/a", "#n/a", "<na>", "nat", "null", "none", "nil", "-", "--", "."];

    private const int MostNames = 20;

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
                throw new InvalidInputException($"{table.Source}: the header names the column '{Excerpt.Of(table.Names[i])}' twice");
            }
        }

        // A name with its units, unless another column has the bare name.
        for (var i = 0; i < table.Names.Length; i++)
        {
            byName.TryAdd(Column.Parts(table.Names[i]).Name, i);
        }

        // What may be an anomaly or a value is what is needed.
        var other = needed.Contains(Column.Value) ? Column.Anomaly : Column.Value;
        foreach (var column in Column.All)
        {
            if (column != other && column.Aliases.FirstOrDefault(byName.ContainsKey) is { } alias)
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
                    + $"its columns are {string.Join(", ", table.Names.Take(MostNames).Select(n => $"'{Excerpt.Of(n)}'"))}{(table.Names.Length > MostNames ? ", …" : string.Empty)}");
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
        _columns.TryGetValue(column, out var i) && i < row.Cells.Length && !Missing.Contains(row.Cells[i], StringComparer.OrdinalIgnoreCase) ? row.Cells[i] : null;

    public double Number(TextRow row, Column column, double least = double.MinValue, double most = double.MaxValue)
    {
        var cell = row.Cells[_columns[column]];
        return WithinLimits(row, column, NumberOf(cell) ?? throw Refusal(row, column, cell.Contains(',') ? "is not a number (decimals take a point)" : "is not a number"), least, most);
    }

    public double Latitude(TextRow row) => Degrees(row, Column.Latitude, 'N', 'S', -90, 90);

    public double Longitude(TextRow row) => Degrees(row, Column.Longitude, 'E', 'W', -180, 360);

    /// <summary>The units that the header of a column has in brackets, if any.</summary>
    public string? UnitsInHeader(Column column) => _columns.TryGetValue(column, out var i) ? Column.Parts(_table.Names[i]).Units : null;

    public double? Error(TextRow row) => AboveZero(row, Column.Error);

    public double? Cost(TextRow row) => AboveZero(row, Column.Cost);

    private double? AboveZero(TextRow row, Column column)
    {
        if (IsMissing(row, column))
        {
            return null;
        }

        var number = Number(row, column);
        return number > 0 ? number : throw Refusal(row, column, "is not above 0");
    }

    // With or without the letter of a hemisphere at its end: 51.5N, 0.1°W.
    private double Degrees(TextRow row, Column column, char positive, char negative, double least, double most)
    {
        var cell = row.Cells[_columns[column]];
        var letter = cell.Length > 1 ? char.ToUpperInvariant(cell[^1]) : ' ';
        if (letter != positive && letter != negative)
        {
            return Number(row, column, least, most);
        }

        var degrees = NumberOf(cell[..^1].TrimEnd(' ', '°', 'º'));
        return degrees is >= 0
            ? WithinLimits(row, column, letter == negative ? -degrees.Value : degrees.Value, least, most)
            : throw Refusal(row, column, "is not a number of degrees");
    }

    // Typesetters write a minus of its own (U+2212).
    // .NET passes over NULs at the end of a number.
    private static double? NumberOf(string cell) =>
        !cell.Contains('\0') && double.TryParse(cell.Replace('\u2212', '-'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value) ? value : null;

    private double WithinLimits(TextRow row, Column column, double value, double least, double most) =>
        value >= least && value <= most ? value : throw Refusal(row, column, FormattableString.Invariant($"is outside {least}…{most}"));

    public DateTime? Time(TextRow row) => _time.Of(row);

    public bool Has(Column column) => _columns.ContainsKey(column);

    public bool IsSame(Column one, Column other) => _columns[one] == _columns[other];

    public RowFault Refusal(TextRow row, Column column, string problem) =>
        Refusal(row, $"column '{Excerpt.Of(_table.Names[_columns[column]])}': '{Excerpt.Of(row.Cells[_columns[column]])}' {problem}");

    public RowFault Refusal(TextRow row, string problem) => new($"{_table.Source}:{row.Line}", problem);
}
