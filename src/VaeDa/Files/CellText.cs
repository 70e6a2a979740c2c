using System.Globalization;
using ParquetSharp;

namespace VaeDa.Files;

/// <summary>A table's cell as invariant text that parses to the same bits.</summary>
internal static class CellText
{
    private const int JulianDayOf1970 = 2440588;
    private const long NanosecondsPerTick = 100;

    public static string Format(object? value) => value switch
    {
        null => "",
        DateTime time => Format(time),
        DateTimeNanos time => Format(time.DateTime),
        Date date => Format(date.DateTime),
        Int96 time => Format(TimeOf(time)),
        // Not every writer marks its texts as such; those of fixed length are filled up with zeros.
        byte[] text => System.Text.Encoding.UTF8.GetString(text).TrimEnd('\0'),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    /// <summary>Nanoseconds of the day in two words, low word first, then the Julian day: what Impala and Spark write.</summary>
    private static DateTime TimeOf(Int96 time)
    {
        var nanoseconds = ((long)(uint)time.B << 32) | (uint)time.A;
        return DateTime.UnixEpoch.AddDays((long)time.C - JulianDayOf1970).AddTicks(nanoseconds / NanosecondsPerTick);
    }

    private static string Format(DateTime time) =>
        time.ToString(time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
}
