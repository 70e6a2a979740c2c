using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace VaeDa.Files;

/// <summary>
/// JSON as all files and results have it: camel case, enums as words, numbers that are not finite by name, and
/// characters such as "&lt;" and "°" as they are, since people read it too.
/// </summary>
public static partial class JsonText
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Indented = new(Plain) { WriteIndented = true };

    /// <summary>Writes a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="indented">Whether it goes over several lines, to be read by people.</param>
    public static string Write<T>(T value, bool indented = false) => JsonSerializer.Serialize(value, indented ? Indented : Plain);

    /// <summary>Reads a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="text">What <see cref="Write"/> wrote.</param>
    /// <exception cref="JsonException">The text is no JSON, or not that of such a value.</exception>
    public static T Read<T>(string text)
        where T : class
    {
        RefuseRepeatedNames(text);
        return JsonSerializer.Deserialize<T>(text, Plain) ?? throw new JsonException("it is null");
    }

    /// <summary>Reads what a user's file holds.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="path">The file, for messages.</param>
    /// <param name="what">It is not, in words, if it cannot be read: "not the description of an archive".</param>
    /// <param name="text">That stands there.</param>
    /// <exception cref="InvalidInputException">The text is no JSON, or not that of such a value.</exception>
    internal static T Read<T>(string path, string what, string text)
        where T : class
    {
        try
        {
            RefuseNullsInArrays(text);
            return Read<T>(text);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{path}: {what}: {Problem(e)}", e);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{path}: {what}: {e.Message}", e);
        }
    }

    /// <summary>What is wrong with JSON, in words of this toolkit.</summary>
    internal static string Problem(JsonException e)
    {
        var member = (e.Path ?? string.Empty).TrimStart('$', '.');
        var (place, line) = ($"'{Excerpt.Of(member)}'", e.LineNumber is { } number ? $"line {number + 1}" : string.Empty);
        if (e.InnerException is InvalidInputException inner)
        {
            return $"{place}: {inner.Message}";
        }

        if (Lacking().Match(e.Message) is { Success: true } lacking)
        {
            return $"{(member.Length == 0 ? "it" : place)} lacks {lacking.Groups["names"].Value}";
        }

        return member.Length > 0 ? $"{place} is not what belongs there{(line.Length > 0 ? $" ({line})" : string.Empty)}"
            : line.Length > 0 ? $"no JSON that can be read ({line})"
            : Excerpt.Of(e.Message);
    }

    // The serialiser takes a null for an element of a list, whatever the list is declared to hold.
    private static void RefuseNullsInArrays(string text)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text));
        var inArray = new Stack<bool>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartArray or JsonTokenType.StartObject:
                    inArray.Push(reader.TokenType == JsonTokenType.StartArray);
                    break;
                case JsonTokenType.EndArray or JsonTokenType.EndObject:
                    inArray.Pop();
                    break;
                case JsonTokenType.Null when inArray.TryPeek(out var isIn) && isIn:
                    throw new JsonException("a null stands in a list");
                default:
                    break;
            }
        }
    }

    // Not by the serialiser's own test, which for an object of many names asks OpenSSL for random numbers: on a bare Linux there is none, and the process ends.
    private static void RefuseRepeatedNames(string text)
    {
        var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(text));
        var names = new Stack<HashSet<string>>();
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    names.Push([]);
                    break;
                case JsonTokenType.EndObject:
                    names.Pop();
                    break;
                case JsonTokenType.PropertyName when !names.Peek().Add(reader.GetString()!):
                    throw new JsonException($"'{Excerpt.Of(reader.GetString()!)}' stands there twice");
                default:
                    break;
            }
        }
    }

    [GeneratedRegex(@"was missing required properties including: (?<names>('[\w$]+'(, )?)+)", RegexOptions.CultureInvariant)]
    private static partial Regex Lacking();

    internal static JsonElement Element(object? value) => JsonSerializer.SerializeToElement(value, Plain);

    internal static T? Of<T>(JsonElement element) => element.Deserialize<T>(Plain);
}
