using System.Globalization;
using Microsoft.Data.Analysis;

namespace VaeDa.Cli;

/// <summary>A data frame for a person or a script to read.</summary>
internal static class FrameText
{
    public static string Table(DataFrame frame)
    {
        var cells = new List<string[]> { frame.Columns.Select(c => c.Name).ToArray() };
        cells.AddRange(frame.Rows.Select(row => row.Select(Format).ToArray()));
        var widths = Enumerable.Range(0, frame.Columns.Count).Select(c => cells.Max(row => row[c].Length)).ToArray();
        var numeric = frame.Columns.Select(c => c is not StringDataFrameColumn).ToArray();
        return string.Join(Environment.NewLine, cells.Select(row => string.Join("  ", row.Select((cell, c) => numeric[c] ? cell.PadLeft(widths[c]) : cell.PadRight(widths[c]))).TrimEnd()));
    }

    public static IReadOnlyList<Dictionary<string, object?>> Rows(DataFrame frame) =>
        [.. frame.Rows.Select(row => row.Select((value, c) => (frame.Columns[c].Name, value)).ToDictionary(p => p.Name, p => (object?)p.value))];

    private static string Format(object? value) => value switch
    {
        null => string.Empty,
        double.NaN => "–",
        double number when number == Math.Floor(number) && Math.Abs(number) < 1e6 => number.ToString("f0", CultureInfo.InvariantCulture),
        double number => number.ToString(Math.Abs(number) >= 1000 ? "f0" : Math.Abs(number) >= 0.1 ? "f3" : "g2", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
