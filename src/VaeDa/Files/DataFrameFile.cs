using Microsoft.Data.Analysis;
using nietras.SeparatedValues;
using ParquetSharp;
using VaeDa.Files.Outputs;

namespace VaeDa.Files;

/// <summary>A data frame as a file that pandas, R and spreadsheets read. It is written aside and renamed, so that there is never half a file.</summary>
public static class DataFrameFile
{
    // In the metadata of a Parquet file.
    private const string Id = "id";

    private const string NoSpace = "No space left on device";

    private const int RowsTogether = 1 << 14;

    /// <summary>Writes a data frame as Parquet or as CSV. In CSV numbers have points and are exact to the last bit; missing cells are empty.</summary>
    /// <param name="frame">Columns of numbers (float, double, int, long), truth values, times and texts.</param>
    /// <param name="path">The path of the file: Parquet if it ends in <c>.parquet</c>, else CSV. Its folder is made if need be.</param>
    /// <exception cref="ArgumentException">A column is of a kind that Parquet is not written for.</exception>
    public static void Write(DataFrame frame, string path)
    {
        ArgumentNullException.ThrowIfNull(frame);
        AtomicFile.Write(path, Path.GetExtension(path).Equals(".parquet", StringComparison.OrdinalIgnoreCase)
            ? aside => WriteParquet([frame], aside)
            : aside => WriteCsv(frame, aside));
    }

    /// <summary>Writes a data frame as Parquet, with the identity of the result that it is part of in the file's metadata.</summary>
    internal static void Write(DataFrame frame, string path, string? id) => AtomicFile.Write(path, aside => WriteParquet([frame], aside, Metadata(id)));

    /// <summary>The identity of the result that a Parquet file is part of; null where it names none.</summary>
    internal static string? IdOf(string path)
    {
        InputFile.RequireRegular(path);
        return ParquetTable.Understood(path, () =>
        {
            using var reader = new ParquetFileReader(path);
            return reader.FileMetaData.KeyValueMetadata.GetValueOrDefault(Id);
        });
    }

    /// <summary>Writes several data frames of the same columns as one Parquet file, a row group each: only one need be in memory.</summary>
    /// <param name="frames">The data frames, at least one; each is let go when it is written.</param>
    /// <param name="path">The path of the file. Its folder is made if need be.</param>
    /// <param name="id">The identity of the result that it is part of; null for none.</param>
    /// <exception cref="ArgumentException">There is none, or a column is of a kind that Parquet is not written for.</exception>
    internal static void WriteParts(IEnumerable<DataFrame> frames, string path, string? id)
    {
        ArgumentNullException.ThrowIfNull(frames);
        AtomicFile.Write(path, aside => WriteParquet(frames, aside, Metadata(id)));
    }

    /// <summary>Reads a Parquet file of plain columns, all of its row groups.</summary>
    /// <param name="path">The path of the file.</param>
    /// <returns>The columns of the file under their names; a missing value is null.</returns>
    /// <exception cref="InvalidInputException">There is no such file, it is not Parquet, it has no rows, or a column is of a kind that <see cref="Write(DataFrame, string)"/> does not write.</exception>
    public static DataFrame Read(string path)
    {
        InputFile.RequireRegular(path);
        using var reader = ParquetTable.Understood(path, () => new ParquetFileReader(path));
        return ParquetTable.Understood(path, () => Frame(path, reader));
    }

    private static Dictionary<string, string>? Metadata(string? id) => id is null ? null : new() { [Id] = id };

    private static DataFrame Frame(string path, ParquetFileReader reader)
    {
        var schema = reader.FileMetaData.Schema;
        if (reader.FileMetaData.NumRowGroups == 0)
        {
            throw new InvalidInputException($"{path}: there is no row in this file");
        }

        ParquetTable.RequireRows(path, reader, new FileInfo(path).Length);
        DataFrame? frame = null;
        for (var number = 0; number < reader.FileMetaData.NumRowGroups; number++)
        {
            using var group = reader.RowGroup(number);
            var part = new DataFrame(Enumerable.Range(0, schema.NumColumns).Select(i =>
            {
                using var column = group.Column(i);
                using var logical = column.LogicalReader();
                return logical.Apply(new FrameColumn(path, schema.Column(i).Path.ToDotString(), checked((int)group.MetaData.NumRows)));
            }));
            frame = frame?.Append(part.Rows) ?? part;
        }

        return frame!;
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

    private static void WriteParquet(IEnumerable<DataFrame> frames, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ParquetFileWriter? file = null;
        try
        {
            foreach (var frame in frames)
            {
                var columns = frame.Columns.Select(Prepare).ToArray();
                file ??= new ParquetFileWriter(path, [.. columns.Select(c => c.Column)], keyValueMetadata: metadata);
                using var group = file.AppendRowGroup();
                foreach (var column in columns)
                {
                    column.Write(group);
                }
            }

            (file ?? throw new ArgumentException("no data frame", nameof(frames))).Close();
        }
        catch (ParquetException e)
        {
            throw new IOException($"{(e.Message.Contains(NoSpace, StringComparison.Ordinal) ? NoSpace : "It cannot be written")} : '{path}'", e);
        }
        finally
        {
            file?.Dispose();
        }
    }

    private static (Column Column, Action<RowGroupWriter> Write) Prepare(DataFrameColumn column) => column switch
    {
        DoubleDataFrameColumn doubles => Prepare<double?>(column.Name, doubles),
        SingleDataFrameColumn singles => Prepare<float?>(column.Name, singles),
        Int32DataFrameColumn integers => Prepare<int?>(column.Name, integers),
        Int64DataFrameColumn integers => Prepare<long?>(column.Name, integers),
        BooleanDataFrameColumn flags => Prepare<bool?>(column.Name, flags),
        DateTimeDataFrameColumn times => Prepare<DateTime?>(column.Name, times),
        StringDataFrameColumn texts => Prepare<string?>(column.Name, texts),
        _ => throw new ArgumentException($"column '{column.Name}' holds {column.DataType.Name}"),
    };

    private static (Column Column, Action<RowGroupWriter> Write) Prepare<T>(string name, IEnumerable<T> values) => (new Column<T>(name), group =>
    {
        using var column = group.NextColumn();
        using var writer = column.LogicalWriter<T>();
        // Some rows at a time: of a column there is no second copy.
        foreach (var some in values.Chunk(RowsTogether))
        {
            writer.WriteBatch(some);
        }
    });

    private sealed class FrameColumn(string path, string name, int rows) : ILogicalColumnReaderVisitor<DataFrameColumn>
    {
        // Columns that must have a value in each row come as T, others as T?.
        public DataFrameColumn OnLogicalColumnReader<TValue>(LogicalColumnReader<TValue> columnReader) => columnReader switch
        {
            LogicalColumnReader<double> doubles => new DoubleDataFrameColumn(name, doubles.ReadAll(rows)),
            LogicalColumnReader<double?> doubles => new DoubleDataFrameColumn(name, doubles.ReadAll(rows)),
            LogicalColumnReader<float> singles => new SingleDataFrameColumn(name, singles.ReadAll(rows)),
            LogicalColumnReader<float?> singles => new SingleDataFrameColumn(name, singles.ReadAll(rows)),
            LogicalColumnReader<int> integers => new Int32DataFrameColumn(name, integers.ReadAll(rows)),
            LogicalColumnReader<int?> integers => new Int32DataFrameColumn(name, integers.ReadAll(rows)),
            LogicalColumnReader<long> integers => new Int64DataFrameColumn(name, integers.ReadAll(rows)),
            LogicalColumnReader<long?> integers => new Int64DataFrameColumn(name, integers.ReadAll(rows)),
            LogicalColumnReader<bool> flags => new BooleanDataFrameColumn(name, flags.ReadAll(rows)),
            LogicalColumnReader<bool?> flags => new BooleanDataFrameColumn(name, flags.ReadAll(rows)),
            LogicalColumnReader<DateTime> times => new DateTimeDataFrameColumn(name, times.ReadAll(rows)),
            LogicalColumnReader<DateTime?> times => new DateTimeDataFrameColumn(name, times.ReadAll(rows)),
            LogicalColumnReader<string?> texts => new StringDataFrameColumn(name, texts.ReadAll(rows)),
            _ => throw new InvalidInputException($"{path}: column '{Excerpt.Of(name)}' holds {(Nullable.GetUnderlyingType(typeof(TValue)) ?? typeof(TValue)).Name}; numbers, truth values, times and texts are read"),
        };
    }
}
