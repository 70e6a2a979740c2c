using VaeDa.Archives;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Verification.Sequences;

/// <summary>The calendar of a sequence of dates: which date follows which, and which months (of monthly fields, years) are whole.</summary>
internal sealed class SequencePeriods
{
    // Calendars without leap days, or of 360 days, lack some days of ours; a field may be missing.
    private const double WholeFrom = 0.9;

    /// <param name="step">From date to date.</param>
    /// <exception cref="InvalidInputException">Several dates a day come at hours that are not known.</exception>
    public SequencePeriods(TimeStep step) => Step = step.Frequency == Frequency.Subdaily && step.Hours is null
        ? throw new InvalidInputException("the fields come several times a day, at no fixed step; a sequence needs one")
        : step;

    /// <summary>From date to date.</summary>
    public TimeStep Step { get; }

    /// <summary>The month of a time, or the year of a monthly one.</summary>
    /// <param name="time">UTC.</param>
    public CalendarBlock Of(DateTime time) => CalendarBlock.Of(time, Step.Frequency);

    /// <summary>Whether one date is the next step after another.</summary>
    /// <param name="earlier">UTC.</param>
    /// <param name="later">UTC.</param>
    public bool Follows(DateTime earlier, DateTime later) => Number(later) == Number(earlier) + 1;

    /// <summary>The number of steps in a period.</summary>
    /// <param name="period">A month, or a year.</param>
    public int Steps(CalendarBlock period) => (int)(Number(period.End) - Number(period.Start));

    /// <summary>Whether nine tenths or more of a period's dates are there.</summary>
    /// <param name="period">A month, or a year.</param>
    /// <param name="dates">How many there are.</param>
    public bool IsWhole(CalendarBlock period, int dates) => dates >= WholeFrom * Steps(period);

    /// <summary>The step that a time is in, counted from the first of the calendar.</summary>
    /// <param name="time">UTC.</param>
    public long Number(DateTime time) => Step.Frequency switch
    {
        Frequency.Monthly => time.Year * 12 + time.Month,
        Frequency.Daily => time.Ticks / TimeSpan.TicksPerDay,
        _ => time.Ticks / (Step.Hours!.Value * TimeSpan.TicksPerHour),
    };
}
