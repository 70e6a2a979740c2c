using System.Text.Json.Serialization;

namespace VaeDa.Fields;

/// <summary>A physical quantity on a grid.</summary>
public sealed record Variable
{
    /// <summary>The short name, as in the file that it came from: <c>t2m</c>, <c>msl</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The units of the values, as UDUNITS writes them: <c>K</c>, <c>Pa</c>, <c>m s-1</c>. In archives and models they are those of the anomalies.</summary>
    public required string Units { get; init; }

    /// <summary>The name in words, CF's attribute <c>long_name</c>; null where the source had none.</summary>
    public string? LongName { get; init; }

    /// <summary>The name of the quantity in the CF conventions' table, of the whole field and not of its anomaly: <c>air_temperature</c>; null where the source had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StandardName { get; init; }

    /// <summary>CF's attribute <c>cell_methods</c>, with the names that dimensions have in results: <c>time: mean</c>; null where the source had none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? CellMethods { get; init; }
}
