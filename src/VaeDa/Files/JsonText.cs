using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace VaeDa.Files;

/// <summary>
/// JSON as all files and results have it: camel case, enums as words, numbers that are not finite by name, and
/// characters such as "&lt;" and "°" as they are, since people read it too.
/// </summary>
public static class JsonText
{
    private static readonly JsonSerializerOptions Plain = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
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
        where T : class => JsonSerializer.Deserialize<T>(text, Plain) ?? throw new JsonException("it is null");

    internal static JsonElement Element(object? value) => JsonSerializer.SerializeToElement(value, Plain);

    internal static T? Of<T>(JsonElement element) => element.Deserialize<T>(Plain);
}
