using ParquetSharp;

namespace VaeDa.Files;

/// <summary>Reads the columns of a Parquet file that are wanted, as text.</summary>
internal static class ParquetTable
{
    // A group of rows may be the whole file.
    private const int RowsAtATime = 1 << 14;

    // Rows that are all alike take next to nothing; but what differs from row to row takes a bit or two.
    private const int RowsInByte = 64;
    private const int RowsInAnyCase = 1 << 20;

    /// <param name="path">What the file is called in messages.</param>
    /// <param name="open">Gives its bytes from the beginning; called for each reading of the rows.</param>
    /// <param name="isWanted">By name, which columns are decoded; the others' cells are empty.</param>
    /// <exception cref="InvalidInputException">It is not Parquet; of its rows, that a column that is wanted holds no plain values.</exception>
    public static TextTable Read(string path, Func<Stream> open, Func<string, bool> isWanted)
    {
        using var stream = open();
        using var reader = Understood(path, () => new ParquetFileReader(stream, leaveOpen: true));
        var schema = reader.FileMetaData.Schema;
        Understood(path, () =>
        {
            RequireRows(path, reader, stream.Length);
            return true;
        });
        var names = Enumerable.Range(0, schema.NumColumns).Select(i => schema.Column(i).Path.ToDotString()).ToArray();
        return new TextTable(path, names, Rows(path, open, names, isWanted));
    }

    private static IEnumerable<TextRow> Rows(string path, Func<Stream> open, string[] names, Func<string, bool> isWanted)
    {
        using var stream = open();
        using var reader = Understood(path, () => new ParquetFileReader(stream, leaveOpen: true));
        var number = 0;
        for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
        {
            using var rows = Understood(path, () => reader.RowGroup(group));
            TextColumn?[] columns = [.. names.Select((name, i) => isWanted(name) ? Understood(path, () => new TextColumn(rows.Column(i), $"{path}: column '{Excerpt.Of(name)}'")) : null)];
            for (var left = rows.MetaData.NumRows; left > 0; left -= RowsAtATime)
            {
                var count = (int)Math.Min(left, RowsAtATime);
                var texts = Understood(path, () => Array.ConvertAll(columns, c => c?.Next(count)));
                for (var row = 0; row < count; row++)
                {
                    yield return new TextRow(++number, Array.ConvertAll(texts, t => t?[row] ?? string.Empty));
                }
            }

            foreach (var column in columns)
            {
                column?.Dispose();
            }
        }
    }

    /// <summary>What the library throws of damaged bytes is of many kinds, and its texts are for those who wrote it.</summary>
    internal static T Understood<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not InvalidInputException and not OutOfMemoryException)
        {
            throw new InvalidInputException($"{path}: not a Parquet file that can be read: damaged, cut short, or packed in a way that is not known", e);
        }
    }

    /// <exception cref="InvalidInputException">It says that it has more rows than its bytes can hold.</exception>
    internal static void RequireRows(string path, ParquetFileReader reader, long bytes)
    {
        var rows = Enumerable.Range(0, reader.FileMetaData.NumRowGroups).Sum(group =>
        {
            using var part = reader.RowGroup(group);
            return (double)part.MetaData.NumRows;
        });
        if (!(rows >= 0) || rows > Math.Max(RowsInAnyCase, (double)RowsInByte * bytes))
        {
            throw new InvalidInputException($"{path}: not a Parquet file that can be read: {rows:N0} rows in {bytes:N0} bytes");
        }
    }

    /// <summary>A column of a group of rows, read from its beginning to its end.</summary>
    private sealed class TextColumn : ILogicalColumnReaderVisitor<Func<int, string[]>>, IDisposable
    {
        private readonly string _place;
        private readonly ColumnReader _column;
        private readonly LogicalColumnReader _logical;
        private readonly Func<int, string[]> _next;

        public TextColumn(ColumnReader column, string place)
        {
            (_column, _place) = (column, place);
            if (column.ColumnDescriptor.MaxRepetitionLevel > 0)
            {
                throw new InvalidInputException($"{place}: it holds lists; one value in each row is read");
            }

            _logical = Values(() => column.LogicalReader());
            _next = _logical.Apply(this);
        }

        public string[] Next(int count) => Values(() => _next(count));

        public void Dispose()
        {
            _logical.Dispose();
            _column.Dispose();
        }

        public Func<int, string[]> OnLogicalColumnReader<TValue>(LogicalColumnReader<TValue> columnReader) => count =>
        {
            var values = new TValue[count];
            for (var read = 0; read < count;)
            {
                var now = columnReader.ReadBatch(values.AsSpan(read));
                read += now > 0 ? now : throw new InvalidDataException($"{_place}: it ends before the others");
            }

            return Array.ConvertAll(values, value => CellText.Format(value));
        };

        private T Values<T>(Func<T> read)
        {
            try
            {
                return read();
            }
            catch (Exception e) when (e is NotSupportedException or NotImplementedException or ArgumentOutOfRangeException)
            {
                throw new InvalidInputException($"{_place}: its values are of a kind that is not read", e);
            }
        }
    }
}
