using Microsoft.Data.Analysis;
using nietras.SeparatedValues;
using ParquetSharp;

namespace VaeDa.Archives;

/// <summary>Writes a data frame as a file that pandas, R and spreadsheets read; aside and renamed.</summary>
public static class DataFrameFile
{
    /// <summary>Parquet if the path ends so, else CSV (invariant, exact to the last bit; missing cells are empty).</summary>
    /// <exception cref="ArgumentException">A column is of a kind that Parquet is not written for.</exception>
    public static void Write(DataFrame frame, string path)
    {
        ArgumentNullException.ThrowIfNull(frame);
        AtomicFile.Write(path, Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase)
            ? aside => WriteParquet(frame, aside)
            : aside => WriteCsv(frame, aside));
    }

    private static void WriteCsv(DataFrame frame, string path)
    {
        using var writer = Sep.New(',').Writer(o => o with { Escape = true }).ToFile(path);
        foreach (var values in frame.Rows)
        {
            using var row = writer.NewRow();
            for (var i = 0; i < frame.Columns.Count; i++)
            {
                row[frame.Columns[i].Name].Set(CellText.Format(values[i]));
            }
        }
    }

    private static void WriteParquet(DataFrame frame, string path)
    {
        var columns = frame.Columns.Select(column => column switch
        {
            DoubleDataFrameColumn doubles => Prepare<double?>(column.Name, doubles),
            SingleDataFrameColumn singles => Prepare<float?>(column.Name, singles),
            Int32DataFrameColumn integers => Prepare<int?>(column.Name, integers),
            Int64DataFrameColumn integers => Prepare<long?>(column.Name, integers),
            BooleanDataFrameColumn flags => Prepare<bool?>(column.Name, flags),
            DateTimeDataFrameColumn times => Prepare<DateTime?>(column.Name, times),
            StringDataFrameColumn texts => Prepare<string?>(column.Name, texts),
            _ => throw new ArgumentException($"column '{column.Name}' holds {column.DataType.Name}", nameof(frame)),
        }).ToArray();
        using var file = new ParquetFileWriter(path, [.. columns.Select(c => c.Column)]);
        using var group = file.AppendRowGroup();
        foreach (var column in columns)
        {
            column.Write(group);
        }

        file.Close();
    }

    private static (Column Column, Action<RowGroupWriter> Write) Prepare<T>(string name, IEnumerable<T> values) => (new Column<T>(name), group =>
    {
        using var column = group.NextColumn();
        using var writer = column.LogicalWriter<T>();
        writer.WriteBatch([.. values]);
    });
}
