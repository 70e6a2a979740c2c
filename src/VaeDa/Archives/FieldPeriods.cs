using VaeDa.Fields;
using VaeDa.Files.Cf;

namespace VaeDa.Archives;

/// <summary>The day or month that each field of an archive stands for, and so each analysis of its model: the bounds of its time.</summary>
/// <param name="frequency">How often fields come; null if it is not known.</param>
/// <param name="variables">Of the fields.</param>
internal sealed class FieldPeriods(Frequency? frequency, IReadOnlyList<Variable> variables)
{
    /// <summary>Whether fields stand for more than an instant, as far as is known.</summary>
    public bool Exist { get; } = frequency is Frequency.Daily or Frequency.Monthly && !variables.All(v => CfCellMethods.Of(v.CellMethods, "time") == "point");

    /// <param name="time">UTC.</param>
    /// <returns>The period about the time; null for an instant.</returns>
    public (DateTime Start, DateTime End)? Of(DateTime time) => !Exist ? null
        : frequency == Frequency.Daily ? (time.Date, time.Date.AddDays(1))
        : (new DateTime(time.Year, time.Month, 1, 0, 0, 0, time.Kind), new DateTime(time.Year, time.Month, 1, 0, 0, 0, time.Kind).AddMonths(1));
}
