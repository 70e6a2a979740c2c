using System.Globalization;
using ParquetSharp;

namespace VaeDa.Files;

/// <summary>A table's cell as invariant text that parses to the same bits.</summary>
internal static class CellText
{
    public static string Format(object? value) => value switch
    {
        null => "",
        DateTime time => Format(time),
        DateTimeNanos time => Format(time.DateTime),
        Date date => Format(date.DateTime),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Format(DateTime time) =>
        time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
