using System.Text.Json.Serialization;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Files;

namespace VaeDa.Results;

/// <summary>What <c>analysis.json</c> holds.</summary>
/// <param name="Provenance">What made it.</param>
/// <param name="Diagnostics">How it went.</param>
/// <param name="Latent">The most probable latent state (k).</param>
internal sealed record AnalysisDescription(Provenance Provenance, AnalysisDiagnostics Diagnostics, double[] Latent)
{
    /// <summary>Of the analysis, in all files of its folder; null in folders of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Id { get; init; }

    /// <summary>Of the fields; null in folders of earlier versions, where the netCDF file alone describes them.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Variable>? Variables { get; init; }

    /// <summary>How often the fields come that the model was trained on; null if it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Frequency? Frequency { get; init; }

    /// <summary>What the anomalies are from; null if it is not known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ClimatologyDescription? Climatology { get; init; }

    public static AnalysisDescription Of(Analysis analysis, Provenance provenance, string id) => new(provenance, analysis.Diagnostics, analysis.Latent)
    {
        Id = id,
        Variables = analysis.Variables,
        Frequency = analysis.Frequency,
        Climatology = analysis.Climatology,
    };
}
