using System.Globalization;

namespace VaeDa.Archives;

/// <summary>The step in time of an archive, as a user writes it: <c>month</c>, <c>day</c> or a number of hours such as <c>6h</c>.</summary>
/// <param name="Frequency">How often its fields come.</param>
/// <param name="Hours">The hours from one field to the next where there are several a day, a divisor of 24; otherwise null.</param>
public sealed record TimeStep(Frequency Frequency, int? Hours)
{
    /// <summary>Reads a step.</summary>
    /// <param name="text"><c>month</c>, <c>day</c>, or hours that divide a day: <c>1h</c>, <c>2h</c>, <c>3h</c>, <c>4h</c>, <c>6h</c>, <c>8h</c> or <c>12h</c>.</param>
    /// <returns>The step that the text names.</returns>
    /// <exception cref="InvalidInputException">The text is none of these.</exception>
    public static TimeStep Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text switch
        {
            "month" => new TimeStep(Frequency.Monthly, null),
            "day" => new TimeStep(Frequency.Daily, null),
            [.. var hours, 'h'] when int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n is > 0 and < 24 && 24 % n == 0 => new TimeStep(Frequency.Subdaily, n),
            _ => throw new InvalidInputException($"'{text}' is not a step in time; day, month, or hours that divide a day, such as 6h, would be"),
        };
    }

    /// <returns>Null where the frequency is not known, or how many hours there are between several fields a day.</returns>
    internal static TimeStep? Of(Frequency? frequency, int? hours) => frequency switch
    {
        null => null,
        Archives.Frequency.Subdaily => hours is null ? null : new TimeStep(Archives.Frequency.Subdaily, hours),
        { } known => new TimeStep(known, null),
    };

    /// <summary>How many steps lie between two times, whatever the hour of a day and the day of a month; null where they are not of one series of steps.</summary>
    internal int? Between(DateTime from, DateTime to) => Frequency switch
    {
        Frequency.Monthly => 12 * (to.Year - from.Year) + to.Month - from.Month,
        Frequency.Daily => (to.Date - from.Date).Days,
        _ when (to - from).Ticks % (Hours!.Value * TimeSpan.TicksPerHour) == 0 => (int)((to - from).Ticks / (Hours.Value * TimeSpan.TicksPerHour)),
        _ => null,
    };

    /// <summary>The step as text that <see cref="Parse"/> reads.</summary>
    /// <returns><c>month</c>, <c>day</c>, or hours such as <c>6h</c>.</returns>
    public override string ToString() => Frequency switch
    {
        Frequency.Monthly => "month",
        Frequency.Daily => "day",
        _ => FormattableString.Invariant($"{Hours}h"),
    };
}
