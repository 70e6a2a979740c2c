using System.Globalization;
using VaeDa.Archives;
using VaeDa.Model;

namespace VaeDa.Observations;

/// <summary>
/// Which observations belong to one analysis: those of one step of the model. Of a monthly model these are a calendar month's, of a daily one a day's, of
/// one with fields every few hours those nearest to a field's hour. A model that does not say its step is taken for a daily one.
/// </summary>
/// <param name="Frequency">How often the model's fields come.</param>
/// <param name="Hours">Between two fields where several come a day; null where they come irregularly, so that each time is its own.</param>
internal sealed record AnalysisStep(Frequency Frequency, int? Hours)
{
    /// <param name="card">Of the model; null for one in memory.</param>
    public static AnalysisStep Of(ModelCard? card) => new(card?.KnownFrequency ?? Frequency.Daily, card?.StepHours);

    /// <summary>In words, after a number.</summary>
    public string Plural => Frequency switch { Frequency.Monthly => "months", Frequency.Daily => "days", _ => "times" };

    /// <summary>The time that a step's analysis is of: the first of the month, the day, the hour of the field.</summary>
    public DateTime Of(DateTime time) => Frequency switch
    {
        Frequency.Monthly => new DateTime(time.Year, time.Month, 1, 0, 0, 0, time.Kind),
        Frequency.Daily => time.Date,
        _ when Hours is { } hours => Nearest(time, TimeSpan.FromHours(hours)),
        _ => time,
    };

    /// <summary>The time so many steps before another.</summary>
    public DateTime Before(DateTime time, int steps) => Frequency switch
    {
        Frequency.Monthly => time.AddMonths(-steps),
        Frequency.Daily => time.AddDays(-steps),
        _ => time.AddHours(-steps * (Hours ?? throw new InvalidOperationException("fields that come irregularly have no steps"))),
    };

    /// <summary>A step as a user names it.</summary>
    public string Text(DateTime step) => step.ToString(Frequency switch { Frequency.Monthly => "yyyy-MM", Frequency.Daily => "yyyy-MM-dd", _ => "yyyy-MM-dd'T'HH:mm" }, CultureInfo.InvariantCulture);

    private static DateTime Nearest(DateTime time, TimeSpan step)
    {
        var later = time.Ticks + step.Ticks / 2;
        return new DateTime(later - later % step.Ticks, time.Kind);
    }
}
