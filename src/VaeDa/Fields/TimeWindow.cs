using System.Globalization;

namespace VaeDa.Fields;

/// <summary>A window in time as a user writes it: <c>12h</c> or <c>3d</c>.</summary>
internal static class TimeWindow
{
    /// <summary>Half of the window before and half after a time; its beginning is in it, its end is not, so that windows side by side share no observation.</summary>
    /// <param name="time">An hour or less is meant by its beginning (12:00), a day or more by its middle.</param>
    /// <param name="window">A number of hours or days, not all of them whole.</param>
    /// <exception cref="InvalidInputException">It is not a window.</exception>
    public static TimePeriod About(TimePeriod time, string window)
    {
        var length = window is [.. var number, 'h' or 'd'] && double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n) && n is > 0 and < 1e5
            ? window[^1] == 'h' ? TimeSpan.FromHours(n) : TimeSpan.FromDays(n)
            : throw new InvalidInputException($"'{window}' is not a window such as 12h or 3d");
        var named = time.End - time.Start;
        var centre = named >= TimeSpan.FromDays(1) ? time.Start + named / 2 : time.Start;
        return new TimePeriod($"{window} about {time.Text}", centre - length / 2, centre + length / 2);
    }
}
