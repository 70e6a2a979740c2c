using ParquetSharp;

namespace VaeDa.Files;

/// <summary>Reads the columns of a Parquet file that are wanted, as text.</summary>
internal static class ParquetTable
{
    // A group of rows may be the whole file.
    private const int RowsAtATime = 1 << 14;

    /// <param name="path">The file.</param>
    /// <param name="isWanted">By name, which columns are decoded; the others' cells are empty.</param>
    /// <exception cref="InvalidInputException">It is not Parquet; of its rows, that a column that is wanted holds no plain values.</exception>
    public static TextTable Read(string path, Func<string, bool> isWanted)
    {
        using var stream = Unpacked.Open(path);
        using var reader = Parquet(path, () => new ParquetFileReader(stream, leaveOpen: true));
        var schema = reader.FileMetaData.Schema;
        var names = Enumerable.Range(0, schema.NumColumns).Select(i => schema.Column(i).Path.ToDotString()).ToArray();
        return new TextTable(path, names, Rows(path, names, isWanted));
    }

    private static IEnumerable<TextRow> Rows(string path, string[] names, Func<string, bool> isWanted)
    {
        using var stream = Unpacked.Open(path);
        using var reader = Parquet(path, () => new ParquetFileReader(stream, leaveOpen: true));
        var number = 0;
        for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
        {
            using var rows = Parquet(path, () => reader.RowGroup(group));
            TextColumn?[] columns = [.. names.Select((name, i) => isWanted(name) ? Parquet(path, () => new TextColumn(rows.Column(i), $"{path}: column '{name}'")) : null)];
            for (var left = rows.MetaData.NumRows; left > 0; left -= RowsAtATime)
            {
                var count = (int)Math.Min(left, RowsAtATime);
                var texts = Parquet(path, () => Array.ConvertAll(columns, c => c?.Next(count)));
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

    // What the library throws of damaged bytes is of many kinds.
    private static T Parquet<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not InvalidInputException and not OutOfMemoryException)
        {
            throw new InvalidInputException($"{path}: not a Parquet file, or cut short: {e.Message.ReplaceLineEndings(" ")}", e);
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
                throw new InvalidInputException($"{_place}: its values cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
            }
        }
    }
}
