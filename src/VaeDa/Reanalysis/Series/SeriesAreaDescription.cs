using System.Text.Json.Serialization;

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
}
