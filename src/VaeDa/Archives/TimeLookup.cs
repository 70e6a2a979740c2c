using System.Globalization;

namespace VaeDa.Archives;

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
    /// <exception cref="InvalidInputException">It is no time, or there is no field of it.</exception>
    public static int Find(this IFieldSet fields, string time)
    {
        ArgumentNullException.ThrowIfNull(fields);
        if (!DateTime.TryParse(time.Length == 7 ? time + "-01" : time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var wanted))
        {
            throw new InvalidInputException($"'{time}' is not a time; 2000-07-15 or 2000-07-15T12:00 would be");
        }

        return fields.Find(wanted) ?? throw new InvalidInputException(
            string.Create(CultureInfo.InvariantCulture, $"there is no one field of {time}; the {fields.Count} fields are from {fields.TimeOf(0):yyyy-MM-dd HH:mm} to {fields.TimeOf(fields.Count - 1):yyyy-MM-dd HH:mm}"));
    }
}
