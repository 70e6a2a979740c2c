using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using VaeDa.Runtime;

namespace VaeDa.Files;

/// <summary>What made a file, so that it can be made again: the same record in archives, models, analyses and scores.</summary>
public sealed record Provenance
{
    /// <summary>The version of this toolkit.</summary>
    public static string Version { get; } = typeof(Provenance).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>The command line as it was typed, or what else made the file.</summary>
    [JsonPropertyName("command")]
    public required string Command { get; init; }

    /// <summary>When the file was made, UTC; null in files that do not say.</summary>
    [JsonPropertyName("created")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DateTime? Created { get; init; }

    /// <summary>The seed that all random numbers followed from; null where nothing was random.</summary>
    [JsonPropertyName("seed")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Seed { get; init; }

    /// <summary>The versions of what was run, by name: <c>vaeda</c>, <c>dotnet</c> and, where it was used, <c>libtorch</c>.</summary>
    [JsonPropertyName("versions")]
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>What the file was made of, by its part in it: <c>model</c>, <c>observations</c>, <c>training</c> and others.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement> Inputs { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>
    /// CF's attribute <c>history</c>: a line with the time, if it is known, and the command; below it the lines of what the file was made of,
    /// its input <c>history</c>.
    /// </summary>
    /// <returns>One line or more, the newest first.</returns>
    public string ToHistory()
    {
        var line = Created is { } created ? string.Create(CultureInfo.InvariantCulture, $"{created:yyyy-MM-dd'T'HH:mm:ss'Z'}: {Command}") : Command;
        return Input<string>("history") is { Length: > 0 } before ? $"{line}\n{before}" : line;
    }

    /// <summary>
    /// What a file that is made of this one says of where it comes from: the inputs <c>history</c> and, where it is known, <c>institution</c>, that of the original
    /// data.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<(string Part, object? Input)> Inherited =>
        [("history", ToHistory()), .. InstitutionOfData is { } institution ? [("institution", institution)] : (ReadOnlySpan<(string, object?)>)[]];

    /// <summary>CF's attribute <c>institution</c>: where the original data are from; null where that is not known.</summary>
    /// <remarks>Not called as the part is: JSON would pass over that part.</remarks>
    [JsonIgnore]
    public string? InstitutionOfData => Input<string>("institution");

    /// <summary>What is being made now.</summary>
    /// <param name="command">The command line, or what else makes the file.</param>
    /// <param name="seed">The seed that random numbers follow from; null where nothing is random.</param>
    /// <param name="inputs">What it is made of, by its part in it, in camel case.</param>
    /// <returns>With the time and the versions as they are now.</returns>
    public static Provenance Now(string command, long? seed, params IReadOnlyList<(string Part, object? Input)> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var versions = new Dictionary<string, string> { ["vaeda"] = Version, ["dotnet"] = RuntimeInformation.FrameworkDescription };
        if (TorchLibrary.LoadedVersion is { } libtorch)
        {
            versions["libtorch"] = libtorch;
        }

        return new Provenance
        {
            Command = command,
            Created = DateTime.UtcNow,
            Seed = seed,
            Versions = versions,
            Inputs = inputs.ToDictionary(i => i.Part, i => JsonText.Element(i.Input)),
        };
    }

    /// <summary>One of <see cref="Inputs"/>.</summary>
    /// <typeparam name="T">The type that it was given as.</typeparam>
    /// <param name="part">Its part in the file.</param>
    /// <returns>Null, or the type's default, where the file does not say, or says something of another type.</returns>
    public T? Input<T>(string part)
    {
        try
        {
            return Inputs.TryGetValue(part, out var input) ? JsonText.Of<T>(input) : default;
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
