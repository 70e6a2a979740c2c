using System.Globalization;
using nietras.SeparatedValues;

namespace VaeDa.Files;

/// <summary>Reads CSV: a header row and rows below it, separated by comma, semicolon or tab, with lines of comment (# or %) above either.</summary>
internal static class CsvTable
{
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <returns>Rows as they are: one may be longer or shorter than the header, but not by empty cells at the end.</returns>
    /// <exception cref="InvalidInputException">The file is empty or not CSV.</exception>
    public static TextTable Read(string path, Stream stream)
    {
        var (rows, lastComment) = Rows(path, stream);
        if (rows.Count == 0)
        {
            throw new InvalidInputException($"{path}: the file is empty; it needs a header row such as 'lat,lon,anomaly' and rows below it");
        }

        // A header that is itself marked as a comment, as numpy and R write it: what follows is numbers then.
        var header = rows[0].Cells;
        var marked = lastComment is not null && header.Any(IsNumber) && lastComment.Length == header.Length;
        header = marked ? lastComment! : header;
        // Columns without a name and without a value: the separator that some programs write at the end of each line.
        header = header[..(Array.FindLastIndex(header, name => name.Length > 0) + 1)];
        // A row that begins like a comment is one unless it has the header's cells: a station may be called #12.
        rows = [.. rows.Skip(marked ? 0 : 1).Select(row => row with { Cells = WithoutEmptyEnd(row.Cells, header.Length) })];
        rows.RemoveAll(row => row.Cells.Length != header.Length && IsComment(row.Cells[0]));
        return new TextTable(path, header, rows);
    }

    private static string[] WithoutEmptyEnd(string[] cells, int columns) =>
        cells.Length > columns && Array.TrueForAll(cells[columns..], cell => cell.Length == 0) ? cells[..columns] : cells;

    /// <returns>All rows that are not blank or comment, the header among them, and the cells of the comment just above them, or null.</returns>
    private static (List<TextRow> Rows, string[]? LastComment) Rows(string path, Stream stream)
    {
        using var text = new StreamReader(stream);
        var (above, comment, first) = (0, (string?)null, (string?)null);
        while (first is null && text.ReadLine() is { } line)
        {
            if (IsComment(line))
            {
                comment = line.TrimStart('#', '%', ' ', '\t');
                above++;
            }
            else if (string.IsNullOrWhiteSpace(line))
            {
                above++;
            }
            else
            {
                first = line;
            }
        }

        if (first is null)
        {
            return ([], null);
        }

        var separator = Separators.MaxBy(s => first.Count(c => c == s));
        stream.Position = 0;
        using var again = new StreamReader(stream, leaveOpen: true);
        for (var line = 0; line < above; line++)
        {
            again.ReadLine();
        }

        var rows = new List<TextRow>();
        try
        {
            // The header is read as a row: its faults are then ours to describe. So are rows of the wrong length.
            using var reader = Sep.New(separator).Reader(o => o with
            {
                HasHeader = false,
                DisableColCountCheck = true,
                Unescape = true,
                Trim = SepTrim.All,
            }).From(again);
            foreach (var row in reader)
            {
                var cells = new string[row.ColCount];
                for (var i = 0; i < cells.Length; i++)
                {
                    cells[i] = row[i].ToString().Trim();
                }

                if (cells.Length > 1 || cells[0].Length > 0)
                {
                    // Of the first row the reader says 2 or 1.
                    rows.Add(new TextRow(above + (row.RowIndex == 0 ? 1 : row.LineNumberFrom), cells));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException($"{path}: not a CSV file: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        return (rows, comment?.Split(separator, StringSplitOptions.TrimEntries));
    }

    private static bool IsComment(string line) => line.AsSpan().TrimStart() is ['#' or '%', ..];

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
