using System.Text.Json.Serialization;
using VaeDa.Fields;

namespace VaeDa.Reanalysis.Series;

/// <summary>What an area of a series is: one of the usual ones by its name, a box, or a place.</summary>
/// <param name="Name">What it is called in the series.</param>
public sealed record SeriesAreaDescription(string Name)
{
    /// <summary>The box's western, eastern, southern and northern edge, in degrees; null for what is no box.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Box { get; init; }

    /// <summary>The place's latitude and longitude, in degrees; null for what is no place.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<double>? Place { get; init; }

    /// <returns>The same.</returns>
    /// <exception cref="InvalidInputException">Its name, which pictures of its series are called by, is none of a file.</exception>
    internal SeriesAreaDescription Checked() => FileNames.IsSafe(Name) ? this : throw new InvalidInputException(
        $"an area or place cannot be called '{string.Concat(Name.Take(FileNames.MostBytes).Select(c => char.IsControl(c) ? '?' : c))}', since pictures are called by it: no '/', '\\', ':', '*', '?', '\"', '<', '>', '|' and control characters, no point or blank first or last, {FileNames.MostBytes} bytes at most, and no name of a device as 'NUL'");
}
