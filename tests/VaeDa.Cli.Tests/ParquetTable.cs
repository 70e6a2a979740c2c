using ParquetSharp;

namespace VaeDa.Cli.Tests;

/// <summary>A Parquet file of one row group, its columns by name.</summary>
internal sealed class ParquetTable
{
    private readonly Dictionary<string, object?[]> _columns = [];

    public ParquetTable(string path)
    {
        using var reader = new ParquetFileReader(path);
        using var group = reader.RowGroup(0);
        Rows = (int)group.MetaData.NumRows;
        for (var i = 0; i < group.MetaData.NumColumns; i++)
        {
            using var column = group.Column(i);
            using var logical = column.LogicalReader();
            _columns[reader.FileMetaData.Schema.Column(i).Name] = logical.Apply(new Values(Rows));
        }
    }

    public int Rows { get; }

    public IReadOnlyCollection<string> Names => _columns.Keys;

    public IReadOnlyList<object?> this[string name] => _columns[name];

    public IReadOnlyList<string?> Texts(string name) => [.. _columns[name].Cast<string?>()];

    /// <summary>NaN where there is no value.</summary>
    public IReadOnlyList<double> Numbers(string name) => [.. _columns[name].Select(value => value is null ? double.NaN : Convert.ToDouble(value))];

    private sealed class Values(int rows) : ILogicalColumnReaderVisitor<object?[]>
    {
        public object?[] OnLogicalColumnReader<TValue>(LogicalColumnReader<TValue> columnReader) =>
            [.. columnReader.ReadAll(rows).Select(value => (object?)value)];
    }
}
