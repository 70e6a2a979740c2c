using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaeDa.Fields.Climatologies;

/// <summary>A set of years as a user writes it: <c>1983-1998,2000</c>. In JSON it is that text.</summary>
[JsonConverter(typeof(Converter))]
public sealed class YearSet
{
    private readonly List<(int First, int Last)> _ranges = [];

    private YearSet()
    {
    }

    /// <summary>Reads a set of years.</summary>
    /// <param name="text">Years and ranges of years, 1 to 9999, with commas between them: <c>1999</c>, <c>1981-2010</c>, <c>1983-1998,2000</c>.</param>
    /// <returns>The years that the text names.</returns>
    /// <exception cref="InvalidInputException">The text is not a list of years and ranges of years.</exception>
    public static YearSet Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var years = new YearSet();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-');
            if (ends.Length is 1 or 2 && TryYear(ends[0], out var first) && TryYear(ends[^1], out var last) && first <= last)
            {
                years._ranges.Add((first, last));
            }
            else
            {
                throw new InvalidInputException($"'{text}' does not name years; 1999 or 1981-2010 or 1983-1998,2000 would");
            }
        }

        return years;
    }

    /// <summary>Whether a year is in the set.</summary>
    /// <param name="year">A year of the calendar, such as 1999.</param>
    /// <returns>True for a year that is named, or that lies in a range that is.</returns>
    public bool Contains(int year) => _ranges.Exists(r => r.First <= year && year <= r.Last);

    /// <summary>The set as text that <see cref="Parse"/> reads: <c>1983-1998,2000</c>.</summary>
    /// <returns>The years and ranges in the order in which they were given.</returns>
    public override string ToString() => string.Join(',', _ranges.Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}"));

    private static bool TryYear(string text, out int year) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out year) && year is >= 1 and <= 9999;

    private sealed class Converter : JsonConverter<YearSet>
    {
        public override YearSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return Parse(reader.GetString() ?? "");
            }
            catch (InvalidInputException e)
            {
                throw new JsonException(e.Message, e);
            }
        }

        public override void Write(Utf8JsonWriter writer, YearSet value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}
