using System.Globalization;
using VaeDa.Files;

namespace VaeDa.Observations.Rows;

/// <summary>
/// The time of a row: of one column, of a date and a clock, or of year, month and day, each with hour and minute where they have
/// columns. What is not said is the first: a month's time is its first day.
/// </summary>
internal sealed class RowTime
{
    private const DateTimeStyles Universal = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    private static readonly string[] Clocks = ["HH:mm", "HH:mm:ss", "H:mm", "HH:mmK", "HH:mm:ssK"];

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd", "yyyy-MM", "yyyyMMdd", "yyyyMM", "yyyyMMddHH", "yyyyMMddHHmm", "yyyy/MM/dd", "yyyy/MM", "yyyy-M-d", "yyyy/M/d",
        "yyyy-MM-dd HH", "yyyy-MM-dd'T'HHK", "yyyyMMdd'T'HHmmK", "yyyyMMdd'T'HHmmssK", "yyyyMMdd HHmm", "yyyy/MM/dd HH:mm", "yyyy/MM/dd HH:mm:ss",
        "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
        "yyyy-MM-dd HH:mmK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK",
    ];

    public static readonly Column[] Columns = [Column.Time, Column.Date, Column.Year, Column.Month, Column.Day, Column.DayOfYear, Column.Hour, Column.Minute];

    private readonly RowParser _parser;

    /// <exception cref="InvalidInputException">There are rows of several months, and no year.</exception>
    public RowTime(RowParser parser, TextTable table)
    {
        _parser = parser;
        var date = parser.Has(Column.Date) ? [Column.Date]
            : !parser.Has(Column.Year) ? (Column[])[]
            : parser.Has(Column.Month) ? [Column.Year, Column.Month, .. Present(Column.Day)]
            : [Column.Year, .. Present(Column.DayOfYear)];
        if (date.Length > 0 && date[^1] == Column.Year && parser.Has(Column.Day))
        {
            throw new InvalidInputException($"{table.Source}: there are columns for year and day and none for the month ({Names(Column.Month)}) or the day of the year ({Names(Column.DayOfYear)})");
        }

        var first = table.Rows.Select(row => parser.Text(row, Column.Time)).FirstOrDefault(cell => cell is not null);
        Used = !parser.Has(Column.Time) || (parser.Has(Column.Date) && parser.IsSame(Column.Date, Column.Time)) ? date.Length == 0 ? [] : [.. date, .. Present(Column.Hour), .. Present(Column.Minute)]
            : first is not null && date.Length > 0 && ClockOf(first) is not null ? [.. date, Column.Time]
            : [Column.Time];
        if (Used.Length == 0 && parser.Has(Column.Month) && table.Rows.Select(row => parser.Text(row, Column.Month)).Distinct().Count() > 1)
        {
            throw new InvalidInputException($"{table.Source}: there is a column for the month and none for the year ({Names(Column.Year)}), so that the rows' times are not known");
        }
    }

    /// <summary>The columns that tell the time.</summary>
    public Column[] Used { get; }

    /// <exception cref="InvalidInputException">A cell is no time, or part of none.</exception>
    public DateTime? Of(TextRow row)
    {
        if (Used.Length == 0)
        {
            return null;
        }

        if (Used.Length == 1 && Uses(Column.Time))
        {
            return _parser.Text(row, Column.Time) is null ? null : Whole(row, Column.Time);
        }

        if (_parser.Text(row, Used[0]) is null)
        {
            return null;
        }

        var date = Used[0] == Column.Date ? Whole(row, Column.Date) : Date(row);
        if (!Uses(Column.Time))
        {
            return date.AddHours(Part(row, Column.Hour, 0, 24, 0)).AddMinutes(Part(row, Column.Minute, 0, 59, 0));
        }

        return _parser.Text(row, Column.Time) is not { } clock ? date
            : date + (ClockOf(clock) ?? throw _parser.Refusal(row, Column.Time, "is not a time of day such as 12:00"));
    }

    private static string Names(Column column) => string.Join(", ", column.Aliases.Select(a => $"'{a}'"));

    private Column[] Present(Column column) => _parser.Has(column) ? [column] : [];

    private bool Uses(Column column) => Used.Contains(column);

    private DateTime Whole(TextRow row, Column column) =>
        _parser.Text(row, column) is { } cell && !cell.Contains('\0') && DateTime.TryParseExact(cell, Formats, CultureInfo.InvariantCulture, Universal, out var time)
            ? time
            : throw _parser.Refusal(row, column, $"is not a time such as 2000-01-15 or 2000-01-15T12:00{(_parser.Text(row, column)!.Contains('/') ? "; of day and month, which comes first cannot be told" : "")}");

    private DateTime Date(TextRow row)
    {
        var year = (int)Whole(Column.Year, 1, 9998);
        if (Uses(Column.DayOfYear))
        {
            return new DateTime(year, 1, 1).AddDays(Whole(Column.DayOfYear, 1, DateTime.IsLeapYear(year) ? 366 : 365) - 1);
        }

        var month = Uses(Column.Month) ? (int)Whole(Column.Month, 1, 12) : 1;
        var day = Uses(Column.Day) ? (int)Whole(Column.Day, 1, DateTime.DaysInMonth(year, month)) : 1;
        return new DateTime(year, month, day);

        double Whole(Column column, double least, double most)
        {
            var value = _parser.Number(row, column, least, most);
            return value == Math.Floor(value) ? value : throw _parser.Refusal(row, column, "is not a whole number");
        }
    }

    private double Part(TextRow row, Column column, double least, double most, double otherwise) =>
        Uses(column) && !_parser.IsMissing(row, column) ? _parser.Number(row, column, least, most) : otherwise;

    private static TimeSpan? ClockOf(string cell) =>
        !cell.Contains('\0') && DateTime.TryParseExact(cell, Clocks, CultureInfo.InvariantCulture, Universal | DateTimeStyles.NoCurrentDateDefault, out var clock) ? clock.TimeOfDay : null;
}
