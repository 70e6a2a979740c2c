using System.Globalization;
using VaeDa.Archives;

namespace VaeDa.Cli.Commands.Report;

/// <summary>Dates as people write them: of daily fields without the time of the day, of monthly ones without the day.</summary>
internal static class DateWords
{
    /// <param name="time">UTC; null where there is none.</param>
    /// <param name="frequency">Of the fields; null where it is not known.</param>
    public static string Of(DateTime? time, Frequency? frequency) => time?.ToString(
        frequency switch
        {
            Frequency.Monthly => "MMMM yyyy",
            Frequency.Daily => "d MMMM yyyy",
            _ when time.Value.TimeOfDay.Ticks == 0 => "d MMMM yyyy",
            _ => "d MMMM yyyy, HH:mm 'UTC'",
        }, CultureInfo.InvariantCulture) ?? "no date";
}
