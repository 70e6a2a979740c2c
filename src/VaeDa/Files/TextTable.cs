using nietras.SeparatedValues;
using ParquetSharp;

namespace VaeDa.Files;

/// <summary>
/// A table as text, whatever it was read from, so that one parser with one set of messages serves every source. Numbers
/// are formatted so that they parse to the same bits.
/// </summary>
internal sealed record TextTable(string Source, string[] Names, IReadOnlyList<TextRow> Rows)
{
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>Reads Parquet, known by its magic bytes, or CSV separated by comma, semicolon or tab.</summary>
    /// <exception cref="InvalidInputException">There is no such file, or it is no table.</exception>
    public static TextTable Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"{path}: there is no such file");
        }

        return IsParquet(path) ? ReadParquet(path) : ReadCsv(path);
    }

    private static bool IsParquet(string path)
    {
        using var stream = File.OpenRead(path);
        Span<byte> magic = stackalloc byte[4];
        return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("PAR1"u8);
    }

    private static TextTable ReadCsv(string path)
    {
        var firstLine = File.ReadLines(path).FirstOrDefault(line => !string.IsNullOrWhiteSpace(line))
            ?? throw new InvalidInputException($"{path}: the file is empty; it needs a header row such as 'lat,lon,anomaly' and rows below it");
        var separator = Separators.MaxBy(s => firstLine.Count(c => c == s));
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
            }).FromFile(path);
            foreach (var row in reader)
            {
                var cells = new string[row.ColCount];
                for (var i = 0; i < cells.Length; i++)
                {
                    cells[i] = row[i].ToString();
                }

                if (cells.Length > 1 || cells[0].Length > 0)
                {
                    rows.Add(new TextRow(row.LineNumberFrom, cells));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or NotSupportedException or ArgumentException)
        {
            throw new InvalidInputException($"{path}: not a CSV file: {e.Message.ReplaceLineEndings(" ")}", e);
        }

        var header = rows[0].Cells;
        if (rows.Find(row => row.Cells.Length != header.Length) is { } uneven)
        {
            throw new InvalidInputException($"{path}:{uneven.Line}: {uneven.Cells.Length} cells in the row; the header has {header.Length}");
        }

        return new TextTable(path, header, rows[1..]);
    }

    private static TextTable ReadParquet(string path)
    {
        try
        {
            using var reader = new ParquetFileReader(path);
            var schema = reader.FileMetaData.Schema;
            var names = Enumerable.Range(0, schema.NumColumns).Select(i => schema.Column(i).Path.ToDotString()).ToArray();
            var columns = names.Select(_ => new List<string>()).ToArray();
            for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
            {
                using var rowGroup = reader.RowGroup(group);
                for (var i = 0; i < names.Length; i++)
                {
                    using var column = rowGroup.Column(i);
                    using var logical = column.LogicalReader();
                    columns[i].AddRange(logical.Apply(new ParquetText(checked((int)rowGroup.MetaData.NumRows))));
                }
            }

            var count = names.Length == 0 ? 0 : columns[0].Count;
            return new TextTable(path, names, [.. Enumerable.Range(0, count).Select(i => new TextRow(i + 1, [.. columns.Select(c => c[i])]))]);
        }
        catch (ParquetException e)
        {
            throw new InvalidInputException($"{path}: not a Parquet file, or cut short: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private sealed class ParquetText(int count) : ILogicalColumnReaderVisitor<IEnumerable<string>>
    {
        public IEnumerable<string> OnLogicalColumnReader<TValue>(LogicalColumnReader<TValue> columnReader) =>
            columnReader.ReadAll(count).Select(value => CellText.Format(value));
    }
}
