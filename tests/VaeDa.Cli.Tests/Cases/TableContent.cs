using System.Globalization;

namespace VaeDa.Cli.Tests.Cases;

/// <summary>A Parquet file.</summary>
/// <param name="NoneUsedWhere">No row with this value has the flag <c>used</c>.</param>
internal sealed record TableContent(
    string File, int Rows, DistinctValues? Distinct = null, ValuesInOrder? First = null, ValuesInOrder? Last = null,
    ValueOfColumn? NoneUsedWhere = null) : IContent
{
    public string Path => File;

    public IEnumerable<string> FaultsOf(CheckRun run)
    {
        var table = new ParquetTable(run.PathOf(File));
        if (table.Rows != Rows)
        {
            yield return $"{table.Rows} rows, not {Rows}";
        }

        if (Distinct is not null && Texts(Distinct.Column).Distinct().Count() is var count && count != Distinct.Count)
        {
            yield return $"{count} different values of {Distinct.Column}, not {Distinct.Count}";
        }

        if (First is not null && string.Join(", ", Texts(First.Column).Take(First.Values.Length)) is var first && first != string.Join(", ", First.Values))
        {
            yield return $"the first of {First.Column}: {first}";
        }

        if (Last is not null && string.Join(", ", Texts(Last.Column).TakeLast(Last.Values.Length)) is var last && last != string.Join(", ", Last.Values))
        {
            yield return $"the last of {Last.Column}: {last}";
        }

        // Half a unit of the last digit that a code has in single precision.
        if (NoneUsedWhere is { Column: var column, Equal: var equal } && table.Numbers(column).Zip(table.Texts("flag")).Count(row => row.Second == "used" && Math.Abs(row.First - equal) < 1e-3) is var used and > 0)
        {
            yield return FormattableString.Invariant($"{used} rows with {column} {equal} are used");
        }

        IEnumerable<string?> Texts(string name) => table[name].Select(value => Convert.ToString(value, CultureInfo.InvariantCulture));
    }
}

internal sealed record DistinctValues(string Column, int Count);

internal sealed record ValuesInOrder(string Column, string[] Values);

internal sealed record ValueOfColumn(string Column, [property: System.Text.Json.Serialization.JsonPropertyName("equals")] double Equal);
