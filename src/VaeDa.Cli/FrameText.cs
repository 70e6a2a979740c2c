using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Analysis;
using VaeDa.Cli.Help;
using VaeDa.Fields;

namespace VaeDa.Cli;

/// <summary>A data frame for a person or a script to read.</summary>
internal static partial class FrameText
{
    private const string Gap = "  ";

    /// <summary>A table for a terminal: columns that do not fit stand below the others, with the keys once more.</summary>
    /// <param name="frame">What is in it.</param>
    /// <param name="keys">The first columns, which say what a row is of; null: those that are texts.</param>
    /// <param name="variables">Their units stand after their names in the column <c>variable</c>.</param>
    public static string Table(DataFrame frame, int? keys = null, IReadOnlyList<Variable>? variables = null)
    {
        var columns = frame.Columns.Select(column => Cells(column, variables)).ToList();
        var count = keys ?? frame.Columns.TakeWhile(c => c is StringDataFrameColumn).Count();
        var ofKeys = columns.Take(count).ToList();
        var blocks = new List<List<string[]>> { new(ofKeys) };
        foreach (var column in columns.Skip(count))
        {
            if (Width(blocks[^1]) + Gap.Length + Width([column]) > Wrapped.Width && blocks[^1].Count > count)
            {
                blocks.Add([.. ofKeys]);
            }

            blocks[^1].Add(column);
        }

        return string.Join(Environment.NewLine, blocks.SelectMany(block => Enumerable.Range(0, block[0].Length).Select(row => string.Join(Gap, block.Select(column => column[row])).TrimEnd())));
    }

    public static IReadOnlyList<Dictionary<string, object?>> Rows(DataFrame frame) =>
        [.. frame.Rows.Select(row => row.Select((value, c) => (frame.Columns[c].Name, value)).ToDictionary(p => p.Name, p => (object?)p.value))];

    private static int Width(IEnumerable<string[]> columns) => columns.Sum(column => column[0].Length + Gap.Length) - Gap.Length;

    // The heading and a cell for each row, all of one width.
    private static string[] Cells(DataFrameColumn column, IReadOnlyList<Variable>? variables)
    {
        string[] cells = [column.Name, .. column.Cast<object?>().Select(value => (column.Name, value) switch
        {
            ("variable", string name) when variables?.FirstOrDefault(v => v.Name == name) is { } variable => $"{name} [{variable.Units}]",
            ("band", string band) => Band().Replace(band, match => Latitudes(match)),
            _ => Format(value),
        })];
        var width = cells.Max(cell => cell.Length);
        return Array.ConvertAll(cells, cell => column is StringDataFrameColumn ? cell.PadRight(width) : cell.PadLeft(width));
    }

    // 60N-70N as people write it.
    private static string Latitudes(Match band)
    {
        var (from, to) = (band.Groups["from"].Value, band.Groups["to"].Value);
        return from[^1] == to[^1] ? $"{from[..^1]}–{to[..^1]}° {to[^1]}" : $"{from[..^1]}° {from[^1]}–{to[..^1]}° {to[^1]}";
    }

    private static string Format(object? value) => value switch
    {
        null => string.Empty,
        double.NaN => "–",
        double number when number == Math.Floor(number) && Math.Abs(number) < 1e6 => number.ToString("f0", CultureInfo.InvariantCulture),
        double number => number.ToString(Math.Abs(number) >= 1000 ? "f0" : Math.Abs(number) >= 0.1 ? "f3" : "g2", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    [GeneratedRegex(@"^(?<from>[\d.]+[NS])-(?<to>[\d.]+[NS])$")]
    private static partial Regex Band();
}
