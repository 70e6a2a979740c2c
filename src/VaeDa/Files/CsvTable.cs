using System.Globalization;
using nietras.SeparatedValues;

namespace VaeDa.Files;

/// <summary>Reads CSV: a header row and rows below it, separated by comma, semicolon or tab, with lines of comment (# or %) above either.</summary>
internal static class CsvTable
{
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <param name="path">What the file is called in messages.</param>
    /// <param name="open">Gives its bytes from the beginning; called for each reading of the rows.</param>
    /// <returns>Rows as they are: one may be longer or shorter than the header, but not by empty cells at the end.</returns>
    /// <exception cref="InvalidInputException">The file is empty or not CSV.</exception>
    public static TextTable Read(string path, Func<Stream> open)
    {
        var (above, comment, first) = Above(path, open);
        var separator = Separators.MaxBy(s => first.Count(c => c == s));
        var header = Rows(path, open, above, separator).FirstOrDefault()?.Cells
            ?? throw new InvalidInputException($"{path}: the file is empty; it needs a header row such as 'lat,lon,anomaly' and rows below it");
        var lastComment = comment?.Split(separator, StringSplitOptions.TrimEntries);
        // A header that is itself marked as a comment, as numpy and R write it: what follows is numbers then.
        var marked = lastComment is not null && header.Any(IsNumber) && lastComment.Length == header.Length;
        header = marked ? lastComment! : header;
        // Columns without a name and without a value: the separator that some programs write at the end of each line.
        header = header[..(Array.FindLastIndex(header, name => name.Length > 0) + 1)];
        return new TextTable(path, header, Rows(path, open, above, separator)
            .Skip(marked ? 0 : 1)
            .Select(row => row with { Cells = WithoutEmptyEnd(row.Cells, header.Length) })
            // A row that begins like a comment is one unless it has the header's cells: a station may be called #12.
            .Where(row => row.Cells.Length == header.Length || !IsComment(row.Cells[0])));
    }

    private static string[] WithoutEmptyEnd(string[] cells, int columns) =>
        cells.Length > columns && Array.TrueForAll(cells[columns..], cell => cell.Length == 0) ? cells[..columns] : cells;

    /// <returns>How many lines stand above the first row, the comment just above it, or null, and the row's first line, empty if there is no row.</returns>
    private static (int Lines, string? Comment, string First) Above(string path, Func<Stream> open)
    {
        using var text = new StreamReader(open());
        var (above, comment) = (0, (string?)null);
        while (TextLine.Read(text, path) is { } line)
        {
            if (IsComment(line))
            {
                comment = line.TrimStart('#', '%', ' ', '\t');
            }
            else if (!string.IsNullOrWhiteSpace(line))
            {
                return (above, comment, line);
            }

            above++;
        }

        return (above, comment, string.Empty);
    }

    /// <summary>All rows that are not blank, the header and comments below it among them.</summary>
    private static IEnumerable<TextRow> Rows(string path, Func<Stream> open, int above, char separator)
    {
        using var text = new StreamReader(open());
        for (var line = 0; line < above; line++)
        {
            TextLine.Read(text, path);
        }

        // The header is read as a row: its faults are then ours to describe. So are rows of the wrong length.
        using var watch = new QuoteWatch(text, path, above, separator);
        using var reader = Csv(path, () => Sep.New(separator).Reader(o => o with
        {
            HasHeader = false,
            DisableColCountCheck = true,
            Unescape = true,
            Trim = SepTrim.All,
        }).From(watch));
        while (Csv(path, reader.MoveNext))
        {
            var row = Csv(path, () => Row(reader.Current, above));
            if (row.Cells.Length > 1 || row.Cells[0].Length > 0)
            {
                yield return row;
            }
        }
    }

    private static TextRow Row(SepReader.Row row, int above)
    {
        var cells = new string[row.ColCount];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = row[i].ToString().Trim();
        }

        // Of the first row the reader says 2 or 1.
        return new TextRow(above + (row.RowIndex == 0 ? 1 : row.LineNumberFrom), cells);
    }

    /// <exception cref="InvalidInputException">The reader refuses what it reads: of damaged bytes by exceptions of many kinds.</exception>
    private static T Csv<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not InvalidInputException and not OutOfMemoryException and not IOException)
        {
            throw new InvalidInputException($"{path}: not a CSV file: no rows of at most {TextLine.Longest:N0} characters can be told in it", e);
        }
    }

    private static bool IsComment(string line) => line.AsSpan().TrimStart() is ['#' or '%', ..];

    private static bool IsNumber(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
