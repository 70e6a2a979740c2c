using System.Globalization;

namespace VaeDa.Fields;

/// <summary>Finds the field of a time in an <see cref="IFieldSet"/>.</summary>
public static class TimeLookup
{
    /// <summary>Finds the field of a time: the one of that minute, else the only one of that day, else the only one of that month.</summary>
    /// <param name="fields">The fields to search.</param>
    /// <param name="time">The time, UTC.</param>
    /// <returns>The number of the field, from 0; null if there is none, or more than one.</returns>
    public static int? Find(this IFieldSet fields, DateTime time)
    {
        ArgumentNullException.ThrowIfNull(fields);
        foreach (var format in (string[])["yyyy-MM-dd HH:mm", "yyyy-MM-dd", "yyyy-MM"])
        {
            var wanted = time.ToString(format, CultureInfo.InvariantCulture);
            var found = Enumerable.Range(0, fields.Count).Where(i => fields.TimeOf(i).ToString(format, CultureInfo.InvariantCulture) == wanted).ToList();
            if (found.Count > 0)
            {
                return found.Count == 1 ? found[0] : null;
            }
        }

        return null;
    }

    /// <summary>Finds the field of a time that a user wrote.</summary>
    /// <param name="fields">The fields to search, ascending in time.</param>
    /// <param name="time">A year, month, day, hour or minute, UTC, in one of the forms that <see cref="TimePeriod.Parse"/> reads.</param>
    /// <returns>The number, from 0, of the one field in that period.</returns>
    /// <exception cref="InvalidInputException">The text is not a time, or there is no field of it, or more than one.</exception>
    public static int Find(this IFieldSet fields, string time) =>
        TimePeriod.Parse(time).IndexIn([.. Enumerable.Range(0, fields.Count).Select(fields.TimeOf)]);
}
