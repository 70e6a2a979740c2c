using System.Globalization;

namespace VaeDa.Fields;

public static class TimeLookup
{
    /// <summary>The field of a time: of that moment, else the only one of that day, else the only one of that month.</summary>
    /// <returns>Its number, null if there is none.</returns>
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

    /// <summary>The field of a time that the user wrote.</summary>
    /// <exception cref="InvalidInputException">It is no time, or there is not one field of it.</exception>
    public static int Find(this IFieldSet fields, string time) =>
        TimePeriod.Parse(time).IndexIn([.. Enumerable.Range(0, fields.Count).Select(fields.TimeOf)]);
}
