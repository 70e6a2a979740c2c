using VaeDa.Fields;
using VaeDa.Files.Cf;

namespace VaeDa.Archives;

/// <summary>What each field of an archive stands for, and so each analysis of its model: the bounds of its time.</summary>
internal sealed class FieldPeriods
{
    private readonly Frequency? _frequency;
    private readonly TimeSpan? _hours; // of means of several hours

    /// <param name="frequency">How often fields come; null if it is not known.</param>
    /// <param name="variables">Of the fields.</param>
    /// <param name="hours">From one field to the next where several come a day; null if that is not known.</param>
    /// <param name="time">Of any of the fields.</param>
    public FieldPeriods(Frequency? frequency, IReadOnlyList<Variable> variables, int? hours = null, DateTime time = default)
    {
        _frequency = frequency;
        _hours = frequency == Frequency.Subdaily && hours is { } between && AreMeans(variables, TimeSpan.FromHours(between), time.TimeOfDay) ? TimeSpan.FromHours(between) : null;
        Exist = _hours is not null || (frequency is Frequency.Daily or Frequency.Monthly && !variables.All(v => CfCellMethods.Of(v.CellMethods, "time") == "point"));
    }

    /// <summary>Whether fields stand for more than an instant, as far as is known.</summary>
    public bool Exist { get; }

    /// <param name="time">UTC.</param>
    /// <returns>The period about the time; null for an instant.</returns>
    public (DateTime Start, DateTime End)? Of(DateTime time) => !Exist ? null
        : _hours is { } hours ? (time - hours / 2, time + hours / 2)
        : _frequency == Frequency.Daily ? (time.Date, time.Date.AddDays(1))
        : (new DateTime(time.Year, time.Month, 1, 0, 0, 0, time.Kind), new DateTime(time.Year, time.Month, 1, 0, 0, 0, time.Kind).AddMonths(1));

    /// <summary>
    /// Whether fields that come several times a day are of the whole interval from one to the next: they are no instants, and stamped in the
    /// middle of the day's intervals, where times with bounds are. Of others it is not known what they are of.
    /// </summary>
    /// <param name="variables">Of the fields.</param>
    /// <param name="interval">From one field to the next.</param>
    /// <param name="timeOfDay">Of any field.</param>
    public static bool AreMeans(IReadOnlyList<Variable> variables, TimeSpan interval, TimeSpan timeOfDay) =>
        timeOfDay.Ticks % interval.Ticks == interval.Ticks / 2 && variables.Any(v => CfCellMethods.Of(v.CellMethods, "time") is not (null or "point"));
}
