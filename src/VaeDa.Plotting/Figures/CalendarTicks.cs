using System.Globalization;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace VaeDa.Plotting.Figures;

/// <summary>Ticks at the beginnings of days, months or years, on an axis of days as <see cref="DateTime.ToOADate"/> counts them.</summary>
internal static class CalendarTicks
{
    /// <param name="from">The axis's first time.</param>
    /// <param name="to">The axis's last time.</param>
    /// <param name="most">The largest number of ticks.</param>
    public static NumericManual Between(DateTime from, DateTime to, int most) => new(Of(from, to, most));

    internal static Tick[] Of(DateTime from, DateTime to, int most)
    {
        foreach (var days in new[] { 1, 2, 5, 10 })
        {
            // Counted within each month, so that its first day always has a tick; what is left of a step at its end is not one.
            var ticks = Starts(from, to, t => t.AddDays(1), t => (t.Day - 1) % days == 0 && t.Day <= 31 - days / 2, "d MMM");
            if (ticks.Length <= most)
            {
                return ticks;
            }
        }

        foreach (var months in new[] { 1, 2, 3, 6 })
        {
            var ticks = Starts(from, to, NextMonth, t => t.Day == 1 && (t.Month - 1) % months == 0, "MMM yyyy");
            if (ticks.Length <= most)
            {
                return ticks;
            }
        }

        for (var years = 1; ; years *= years.ToString(CultureInfo.InvariantCulture)[0] == '2' ? 5 : 2)
        {
            var ticks = Starts(from, to, NextYear, t => t.DayOfYear == 1 && t.Year % years == 0, "yyyy");
            if (ticks.Length <= most)
            {
                return ticks;
            }
        }
    }

    private static DateTime NextMonth(DateTime time) => new DateTime(time.Year, time.Month, 1).AddMonths(1);

    private static DateTime NextYear(DateTime time) => new(time.Year + 1, 1, 1);

    private static Tick[] Starts(DateTime from, DateTime to, Func<DateTime, DateTime> next, Func<DateTime, bool> holds, string format)
    {
        var ticks = new List<Tick>();
        for (var t = from.Date == from ? from : next(from.Date); t <= to; t = next(t))
        {
            if (holds(t))
            {
                ticks.Add(Tick.Major(t.ToOADate(), t.ToString(format, CultureInfo.InvariantCulture)));
            }
        }

        return [.. ticks];
    }
}
