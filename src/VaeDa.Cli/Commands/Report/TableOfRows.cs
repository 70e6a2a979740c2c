using System.Text.Json;
using VaeDa.Files;
using VaeDa.Plotting.Pages;

namespace VaeDa.Cli.Commands.Report;

/// <summary>Rows of a JSON file, each with a value by name, as a table of a page.</summary>
internal static class TableOfRows
{
    private const int SignificantDigits = 4;

    /// <param name="title">Its heading.</param>
    /// <param name="rows">An array of objects with the same names.</param>
    /// <param name="note">What it means; null for nothing.</param>
    /// <returns>Null where there is no row.</returns>
    public static PageTable? Of(string title, JsonElement rows, string? note = null)
    {
        if (rows.ValueKind != JsonValueKind.Array || rows.GetArrayLength() == 0 || rows[0].ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        string[] names = [.. rows[0].EnumerateObject().Select(p => p.Name)];
        var values = rows.EnumerateArray().Select(row => Array.ConvertAll(names, name => row.ValueKind == JsonValueKind.Object && row.TryGetProperty(name, out var value) ? Value(value) : null)).ToList();
        return new PageTable(title, [.. names.Select((name, c) => new PageColumn(name.Replace('_', ' '), Digits([.. values.Select(row => row[c])])))], values, note);
    }

    /// <summary>A number of a row; NaN where there is none.</summary>
    public static double Number(JsonElement row, string name) => row.TryGetProperty(name, out var value) && Value(value) is double number ? number : double.NaN;

    /// <summary>A text of a row; empty where there is none.</summary>
    public static string Text(JsonElement row, string name) => row.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.GetDouble(),
        // Numbers that are not finite have names.
        JsonValueKind.String when value.GetString() is "NaN" or "Infinity" or "-Infinity" => double.NaN,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Null or JsonValueKind.Undefined => null,
        _ => value.GetRawText(),
    };

    // Null for texts and whole numbers.
    private static int? Digits(IReadOnlyList<object?> column)
    {
        var numbers = column.OfType<double>().Where(double.IsFinite).ToList();
        var largest = numbers.Select(Math.Abs).DefaultIfEmpty().Max();
        return numbers.TrueForAll(n => n == Math.Round(n)) ? null : Math.Clamp(SignificantDigits - 1 - (int)Math.Floor(Math.Log10(largest)), 0, 8);
    }
}
