using System.Globalization;

namespace VaeDa.Cli.Commands;

/// <summary>Times in the lines that long work writes.</summary>
internal static class TimeLeft
{
    /// <summary>Now, for a batch job's log.</summary>
    public static string Stamp() => DateTime.Now.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static string Text(TimeSpan time) => time.TotalDays >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalDays} d {time:hh\\:mm\\:ss}")
        : time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture);
}
