using FsCheck.Xunit;
using Microsoft.Data.Analysis;
using ParquetSharp;
using VaeDa.Files;

namespace VaeDa.Tests.Files;

public sealed class DataFrameFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Property(MaxTest = 30)]
    public void Parquet_gives_back_what_was_written((double?, float?, int?, long?)[] numbers, (bool?, DateTime?)[] others, string?[] texts)
    {
        var rows = Math.Min(numbers.Length, Math.Min(others.Length, texts.Length));
        // Parquet's times are whole microseconds.
        var times = others.Take(rows).Select(o => o.Item2 is { } time ? time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)) : (DateTime?)null);
        var written = new DataFrame(
            new DoubleDataFrameColumn("double", numbers.Take(rows).Select(n => n.Item1)),
            new SingleDataFrameColumn("single", numbers.Take(rows).Select(n => n.Item2)),
            new Int32DataFrameColumn("int", numbers.Take(rows).Select(n => n.Item3)),
            new Int64DataFrameColumn("long", numbers.Take(rows).Select(n => n.Item4)),
            new BooleanDataFrameColumn("bool", others.Take(rows).Select(o => o.Item1)),
            new DateTimeDataFrameColumn("time", times),
            // UTF-8 has no half of a surrogate pair.
            new StringDataFrameColumn("text", texts.Take(rows).Select(text => text is null || text.Any(char.IsSurrogate) ? null : text)));

        DataFrameFile.Write(written, _folder.File("table.parquet"));
        AssertEqual(written, DataFrameFile.Read(_folder.File("table.parquet")));
    }

    [Fact]
    public void Row_groups_follow_each_other_and_columns_without_missing_values_are_read()
    {
        using (var file = new ParquetFileWriter(_folder.File("groups.parquet"), [new Column<int>("epoch"), new Column<double>("loss")]))
        {
            foreach (var (epochs, losses) in new (int[], double[])[] { ([1, 2], [4.5, 3]), ([3], [double.NaN]) })
            {
                using var group = file.AppendRowGroup();
                using (var column = group.NextColumn().LogicalWriter<int>())
                {
                    column.WriteBatch(epochs);
                }

                using (var column = group.NextColumn().LogicalWriter<double>())
                {
                    column.WriteBatch(losses);
                }
            }

            file.Close();
        }

        AssertEqual(
            new DataFrame(new Int32DataFrameColumn("epoch", [1, 2, 3]), new DoubleDataFrameColumn("loss", [4.5, 3, double.NaN])),
            DataFrameFile.Read(_folder.File("groups.parquet")));
    }

    [Fact]
    public void What_is_no_table_is_refused_on_a_line_that_names_the_file()
    {
        DataFrameFile.Write(new DataFrame(new DoubleDataFrameColumn("x", Enumerable.Range(0, 1000).Select(i => (double)i))), _folder.File("whole.parquet"));
        File.WriteAllBytes(_folder.File("cut.parquet"), File.ReadAllBytes(_folder.File("whole.parquet"))[..900]);
        using (var file = new ParquetFileWriter(_folder.File("list.parquet"), [new Column<int[]>("many")]))
        {
            using var group = file.AppendRowGroup();
            using var column = group.NextColumn().LogicalWriter<int[]>();
            column.WriteBatch([[1, 2]]);
        }

        Refused("none.parquet", ": there is no such file");
        Refused("cut.parquet", ": not a Parquet file that can be read");
        Refused("list.parquet", ": column 'many.list.item' holds Int32[]; numbers, truth values, times and texts are read");
    }

    private void Refused(string name, string message)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => DataFrameFile.Read(_folder.File(name)));
        Assert.StartsWith(_folder.File(name) + message, refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    private static void AssertEqual(DataFrame expected, DataFrame actual)
    {
        Assert.Equal(expected.Columns.Select(c => (c.Name, c.DataType)), actual.Columns.Select(c => (c.Name, c.DataType)));
        Assert.Equal(expected.Columns.Select(c => c.Cast<object?>()), actual.Columns.Select(c => c.Cast<object?>()));
    }
}
