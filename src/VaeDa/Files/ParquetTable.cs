using ParquetSharp;

namespace VaeDa.Files;

/// <summary>Reads the columns of a Parquet file that are wanted, as text.</summary>
internal static class ParquetTable
{
    /// <param name="path">What the file is called in messages.</param>
    /// <param name="stream">Its bytes.</param>
    /// <param name="isWanted">By name, which columns are decoded; the others' cells are empty.</param>
    /// <exception cref="InvalidInputException">It is not Parquet, or a column that is wanted holds no plain values.</exception>
    public static TextTable Read(string path, Stream stream, Func<string, bool> isWanted)
    {
        try
        {
            using var reader = new ParquetFileReader(stream, leaveOpen: true);
            var schema = reader.FileMetaData.Schema;
            var names = Enumerable.Range(0, schema.NumColumns).Select(i => schema.Column(i).Path.ToDotString()).ToArray();
            var rows = new List<TextRow>(checked((int)reader.FileMetaData.NumRows));
            for (var group = 0; group < reader.FileMetaData.NumRowGroups; group++)
            {
                using var rowGroup = reader.RowGroup(group);
                var count = checked((int)rowGroup.MetaData.NumRows);
                var columns = names.Select((name, i) => isWanted(name) ? Texts(rowGroup, i, count, $"{path}: column '{name}'") : null).ToArray();
                for (var row = 0; row < count; row++)
                {
                    rows.Add(new TextRow(rows.Count + 1, Array.ConvertAll(columns, c => c?[row] ?? string.Empty)));
                }
            }

            return new TextTable(path, names, rows);
        }
        // What the library throws of damaged bytes is of many kinds.
        catch (Exception e) when (e is not InvalidInputException and not OutOfMemoryException)
        {
            throw new InvalidInputException($"{path}: not a Parquet file, or cut short: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static string[] Texts(RowGroupReader group, int index, int rows, string place)
    {
        using var column = group.Column(index);
        if (column.ColumnDescriptor.MaxRepetitionLevel > 0)
        {
            throw new InvalidInputException($"{place}: it holds lists; one value in each row is read");
        }

        try
        {
            using var logical = column.LogicalReader();
            return logical.Apply(new ParquetText(rows));
        }
        catch (Exception e) when (e is NotSupportedException or NotImplementedException or ArgumentOutOfRangeException)
        {
            throw new InvalidInputException($"{place}: its values cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private sealed class ParquetText(int count) : ILogicalColumnReaderVisitor<string[]>
    {
        public string[] OnLogicalColumnReader<TValue>(LogicalColumnReader<TValue> columnReader) =>
            Array.ConvertAll(columnReader.ReadAll(count), value => CellText.Format(value));
    }
}
